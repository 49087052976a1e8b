"""Bad input gets one clear line, the right exit code, and harms nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow


def lines(err: str) -> list[str]:
    marks = ("clew:", ": error: ", " ERROR: ")
    return [line for line in err.splitlines() if any(mark in line for mark in marks)]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ((), 2, "for example"),
        (("seeds=story.html",), 4, "neither a URL nor a file"),
        (("seeds=ftp://example.org/x",), 4, "no valid seed"),
        (("seeds=http://127.0.0.1:1/", "collection=a/b"), 4, "not allowed"),
        (("seeds=http://127.0.0.1:1/", "hops=many"), 2, "no whole number"),
        (("seeds=http://127.0.0.1:1/", "follow=everything"), 2, "related, all"),
        (("seeds=http://127.0.0.1:1/", "sedes=x"), 2, "unknown argument"),
    ],
)
def test_words_that_are_wrong(crawler_in: Any, words: tuple[str, ...], code: int, says: str) -> None:
    done = crawler_in.run(*words)
    assert done.returncode == code, done.stderr
    assert len(lines(done.stderr)) == 1
    assert says in lines(done.stderr)[0]
    assert "Traceback" not in done.stderr


def test_a_setting_that_is_wrong(crawler_in: Any) -> None:
    done = crawler_in.run("seeds=http://127.0.0.1:1/", DOWNLOAD_DELAY="soon")
    assert done.returncode == 4
    assert "DOWNLOAD_DELAY" in lines(done.stderr)[0]
    assert "Traceback" not in done.stderr


def test_redis_that_does_not_answer(crawler_in: Any) -> None:
    done = crawler_in.run("seeds=http://127.0.0.1:1/", FRONTIER_URL="redis://127.0.0.1:1/")
    assert done.returncode == 8, done.stderr
    assert len(lines(done.stderr)) == 1
    assert "Traceback" not in done.stderr


def test_a_private_address_is_refused_and_never_contacted(site: Any, crawler_in: Any) -> None:
    done = crawler_in.run(f"seeds={site.start}", "collection=x", ALLOW_PRIVATE_ADDRESSES="")
    assert done.returncode == 9, done.stderr
    assert not site.log.exists() or site.requests() == []
    (line,) = [one for one in log(crawler_in, "x") if one["outcome"] == "refused-address"]
    assert "127.0.0.1" in line["reason"]


def test_a_public_host_is_not_fetched_without_an_operator(crawler_in: Any) -> None:
    done = crawler_in.run("seeds=http://93.184.215.14/", "collection=x")
    assert done.returncode == 4, done.stderr
    assert "OPERATOR" in lines(done.stderr)[0]


def test_a_page_that_is_no_page_harms_no_other(site: Any, crawler_in: Any, tmp_path: Path) -> None:
    seeds = tmp_path / "seeds.txt"
    odd = ["/odd/empty.html", "/odd/notes.txt", "/nowhere"]
    seeds.write_text("not a url\n" + "".join(f"{site.url}{path}\n" for path in odd) + site.start + "\n")
    done = crawler_in.run(f"seeds={seeds}", "collection=x", "hops=1", DOWNLOAD_DELAY=0)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    captured = crawler_in.captured("x")
    assert all(captured[site.url + path] == 1 for path in odd)
    report = json.loads((crawler_in.folder / "x" / "reports" / "seeds.json").read_text())
    (line,) = lines(done.stderr)
    assert "line 1" in line
    text = json.dumps(report)
    assert "not a url" in text
    (bad,) = [one for one in log(crawler_in, "x") if one["outcome"] == "invalid-seed"]
    assert bad["url"] == "not a url"
    assert "404" in text


def log(crawler_in: Any, name: str) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in (crawler_in.folder / name / "logs").glob("crawl-*.log")
        for line in path.read_text().splitlines()
    ]
