"""On a terminal long work says how far it is; elsewhere standard error stays as it is."""

from __future__ import annotations

from functools import partial

from crawler.commands import _watching
from crawler.commands._watching import Watching
from pipelines import cdxj, wacz


def shown(tmp_path, monkeypatch, capsys, *, terminal):
    path = tmp_path / "x.warc.gz"
    path.write_bytes(bytes(2_000_000))
    monkeypatch.setattr(_watching, "_EVERY", 0)
    monkeypatch.setattr(_watching.sys.stderr, "isatty", lambda: terminal, raising=False)
    watching = Watching()
    watching(path, 1_000_000)
    watching.clear()
    return capsys.readouterr().err


def test_a_line_on_a_terminal_that_is_taken_away(tmp_path, monkeypatch, capsys):
    told = shown(tmp_path, monkeypatch, capsys, terminal=True)
    assert "x.warc.gz: " in told
    assert " of " in told
    assert told.endswith("\r\x1b[K")


def test_nothing_elsewhere(tmp_path, monkeypatch, capsys):
    assert shown(tmp_path, monkeypatch, capsys, terminal=False) == ""


def test_index_and_package_tell_how_far_they_are(maker):
    maker.capture("http://a.example/", body=b"body")
    collection = maker.done()
    for path in collection.indexes.iterdir():
        path.unlink()
    for work in (
        lambda tell: list(cdxj.index_missing(collection, tell)),
        partial(wacz.package, collection),
    ):
        told = []
        work(lambda *reached, told=told: told.append(reached))
        assert told[-1] == (maker.warc, maker.warc.stat().st_size)
