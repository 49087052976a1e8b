"""``scrapy replay`` serves a collection with pywb, from the index that Clew wrote."""

import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import SettingError
from pipelines.graph import merge
from pipelines.replay import find_pywb, first_page, serve

A, B, C = ("http://news.example/a", "http://news.example/b", "http://news.example/c")


@pytest.fixture
def collection(maker):
    maker.page(A, "The first", B)
    maker.capture(B, 301, location="/c")
    maker.page(C, "The third")
    collection = maker.done()
    merge(collection)
    return collection


def get(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.read()


def test_pages_and_redirects_replay(collection, pywb):
    with serve(collection, 0, pywb) as (address, process):
        assert address.endswith(f"/news/20080404120002/{A}")
        base = address.partition("/news/")[0]
        assert get(f"{base}/news/2008id_/{A}") == b"<p>text</p>"
        assert get(f"{base}/news/2008mp_/{B}").endswith(b"<p>text</p>")
        with pytest.raises(urllib.error.HTTPError, match="404"):
            get(f"{base}/news/2008id_/{A}/none")
        assert get(address)
    assert process.returncode is not None


def test_the_command_tells_where_and_ends_on_ctrl_c(collection, pywb):
    command = [sys.executable, "-m", "scrapy", "replay", "news", "--port", "0"]
    settings = ["-s", f"PYWB={pywb}", "-s", f"COLLECTIONS_DIR={collection.root}"]
    with subprocess.Popen(
        command + settings, cwd=Path(__file__).parents[2], text=True, stdout=-1, stderr=-1
    ) as process:
        told = process.stdout.readline()
        assert f"/news/20080404120002/{A} - Ctrl-C ends it" in told
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    port = int(told.partition("127.0.0.1:")[2].partition("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_without_pywb_one_line_says_how_to_get_it(collection, scrapy):
    done = scrapy("replay", "news", "-s", "PYWB=/there/is/none")
    assert done.returncode == 4
    assert len(done.stderr.splitlines()) == 1
    assert "python3 -m venv .pywb && .pywb/bin/pip install pywb" in done.stderr


def test_pywb_is_looked_for_as_the_setting_says(tmp_path, monkeypatch):
    def place(path):
        path.parent.mkdir(parents=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return str(path)

    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingError, match="make pywb"):
        find_pywb(Config())
    own = place(tmp_path / ".pywb" / "bin" / "wayback")
    assert find_pywb(Config()) == own
    on_path = place(tmp_path / "bin" / "wayback")
    assert find_pywb(Config()) == on_path
    assert find_pywb(Config(pywb=own)) == own


def test_a_taken_port_and_a_broken_pywb_are_one_line(collection, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingError, match=f"port {port}"), serve(collection, port, "true"):
            pass
    broken = tmp_path / "wayback"
    broken.write_text("#!/bin/sh\necho first; echo ImportError: no gevent\nexit 3\n")
    broken.chmod(0o755)
    with pytest.raises(SettingError, match="ImportError: no gevent"), serve(collection, 0, str(broken)):
        pass


def test_the_first_page_is_the_first_storys(maker):
    assert first_page(maker.collection) == ""
    maker.page(A, "The first")
    merge(maker.done())
    assert first_page(maker.collection) == f"20080404120002/{A}"
