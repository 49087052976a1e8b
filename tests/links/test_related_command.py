"""``scrapy related`` as people and programs run it: real processes, real exit codes."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

REPO = Path(__file__).parents[2]
PAGE = Path(__file__).parent / "pages" / "mehr-zum-thema"
EXPECTED = json.loads((PAGE / "expected.json").read_text(encoding="utf-8"))


def related(*words: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scrapy", "related", *map(str, words)],
        cwd=REPO,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def links_of(out: str) -> list[str]:
    """The lines of links; those of facts begin with a ``#``."""
    return [line for line in out.splitlines() if not line.startswith("# ")]


def test_plain_lines_where_there_is_no_terminal() -> None:
    done = related(PAGE / "input.html", "--url", EXPECTED["uri"])
    assert (done.returncode, done.stderr) == (0, "")
    rows = [line.split("\t") for line in links_of(done.stdout)]
    assert [row[2] for row in rows] == EXPECTED["related"]
    assert {row[4] for row in rows} == {"Mehr zum Thema"}
    assert "+heading: Mehr zum Thema" in rows[0][5]


def test_one_json_document() -> None:
    done = related(PAGE / "input.html", "--url", EXPECTED["uri"], "--all", "--json")
    document = json.loads(done.stdout)
    assert document["uri"] == EXPECTED["uri"]
    assert [link["href"] for link in document["links"] if link["class"] == "related"] == EXPECTED[
        "related"
    ]
    assert {"promo", "other"} < {link["class"] for link in document["links"]}
    assert all(set(link) >= {"score", "text", "heading", "reasons"} for link in document["links"])


def test_the_facts_stand_at_the_head_with_their_sources() -> None:
    lines = related(PAGE / "input.html").stdout.splitlines()
    title = "Brücke über die Lahn bleibt gesperrt"
    assert lines[0] == f"# title\t{title}\tmeta og:title"
    document = json.loads(related(PAGE / "input.html", "--json").stdout)
    assert (document["title"], document["sources"]["lang"]) == (title, "html lang")


def test_a_file_without_its_address_still_gives_absolute_links() -> None:
    rows = links_of(related(PAGE / "input.html").stdout)
    assert all(row.split("\t")[2].startswith("http://page.invalid/") for row in rows)
    assert len(rows) == 2


def test_a_page_cannot_steer_the_terminal(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<h2>Related</h2><a href="/n/story-12345">Bridge \x1b[2J\u202e open at last today</a>'
    )
    out = related(page, "--all").stdout
    assert "Bridge" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["no-such-file.html"], 4, "there is no file no-such-file.html"),
        ([sys.executable], 4, "is no HTML"),
        ([str(REPO / "tests")], 4, "cannot be read"),
        (["http://127.0.0.1:9/"], 9, "127.0.0.1"),
        (["http://["], 4, "http://["),
        (["http://8.8.8.8/"], 4, "OPERATOR"),
    ],
)
def test_what_cannot_be_read_is_one_line(words: list[str], code: int, told: str) -> None:
    assert told in one_line(related(*words), code)


@pytest.mark.parametrize("words", [[], ["a", "b"], ["--batch", "list", "a"], ["--nonsense", "a"]])
def test_wrong_words_are_a_usage_error(words: list[str]) -> None:
    done = related(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_an_empty_page_has_no_related_links(tmp_path: Path) -> None:
    page = tmp_path / "empty.html"
    page.touch()
    done = related(page)
    assert (done.returncode, done.stdout, done.stderr) == (0, "no related links\n", "")


def test_a_broken_gzip_file_is_one_line(tmp_path: Path) -> None:
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(b"<p>x")[:-6])
    assert "cannot be read" in one_line(related(page), 4)


class Site(BaseHTTPRequestHandler):
    """A page, a redirect to it, a picture, and nothing else; robots.txt forbids one page."""

    def do_GET(self) -> None:
        answers = {
            "/story.html": (200, "text/html; charset=utf-8", (PAGE / "input.html").read_bytes()),
            "/secret.html": (200, "text/html", b"<p>no robot may see this"),
            "/picture.png": (200, "image/png", b"\x89PNG\r\n\x1a\n\x00"),
            "/moved": (302, "text/html", b""),
            "/robots.txt": (200, "text/plain", b"User-agent: *\nDisallow: /secret"),
        }
        status, kind, body = answers.get(self.path, (404, "text/html", b"<h1>not here</h1>"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/story.html")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("path", ["/story.html", "/moved"])
def test_a_page_on_the_web(site: str, path: str) -> None:
    done = related(site + path, "-s", "ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8")
    assert (done.returncode, done.stderr) == (0, "")
    found = [line.split("\t")[2] for line in links_of(done.stdout)]
    assert found == [uri.replace("https://www.beispielbote.de", site) for uri in EXPECTED["related"]]


@pytest.mark.parametrize(
    ("path", "told"),
    [("/none.html", "answered 404"), ("/picture.png", "is no HTML"), ("/secret.html", "robots.txt")],
)
def test_what_cannot_be_had_from_the_web_is_one_line(site: str, path: str, told: str) -> None:
    done = related(site + path, "-s", "ALLOW_PRIVATE_ADDRESSES=127.0.0.0/8")
    assert told in one_line(done, 9)


def listing(folder: Path, *lines: object) -> Path:
    path = folder / "list.jsonl"
    path.write_text(
        "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    )
    return path


def test_batch(tmp_path: Path) -> None:
    (tmp_path / "one.html.gz").write_bytes(gzip.compress((PAGE / "input.html").read_bytes()))
    here = PAGE.relative_to(REPO) / "input.html"
    (tmp_path / "empty.html").touch()
    path = listing(
        tmp_path,
        {"id": "beside", "file": "one.html.gz", "url": EXPECTED["uri"]},
        {"id": "from here", "file": str(here), "url": EXPECTED["uri"]},
        "",
        {"id": "empty", "file": "empty.html", "url": EXPECTED["uri"]},
    )
    done = related("--batch", path)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in found] == ["beside", "from here", "empty"]
    for line in found[:2]:
        assert [link["href"] for link in line["links"]] == EXPECTED["related"]
        assert all(0.5 <= link["score"] <= 1 for link in line["links"])
    assert found[2]["links"] == []


def test_a_bad_line_of_a_batch_is_one_line_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = listing(
        tmp_path,
        "no json",
        '["no object"]',
        {"id": "x", "file": "missing.html", "url": "http://a.example/"},
        {"id": "y", "file": str(PAGE / "input.html"), "url": "no url"},
        {"id": 7, "file": str(PAGE / "input.html"), "url": EXPECTED["uri"]},
        {"id": "good", "file": str(PAGE / "input.html"), "url": EXPECTED["uri"]},
    )
    done = related("--batch", path)
    assert done.returncode == 9
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["good"]
    lines = done.stderr.splitlines()
    assert len(lines) == 6
    assert [line.split(":")[2] for line in lines[:5]] == ["1", "2", "3", "4", "5"]


def test_a_list_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert "cannot read the list" in one_line(related("--batch", tmp_path / "none.jsonl"), 4)
