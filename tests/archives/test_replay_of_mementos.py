"""What a walk took from an archive, or from files, plays in a viewer at the moments of the originals."""

from __future__ import annotations

import http.client
import json
import zipfile
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.model.collection import Collection
from crawler.model.timestamp import to_14_digits
from pipelines.replay import serve as replay
from pipelines.wacz import package
from tests.archives import test_crawl_warc, test_memento_walk
from tests.archives.test_memento_walk import HTML, SITE, Archive, Archived, captures, page

pytestmark = pytest.mark.slow
TWIN = page("Two addresses of one text")


def more() -> list[Archived]:
    """Another page that leads on to two with one payload."""
    return [
        ("second", "2008-04-10T12:00:00Z", "200 OK", HTML, page("Second", "twin", "other")),
        ("twin", "2008-04-11T12:00:00Z", "200 OK", HTML, TWIN),
        ("other", "2008-04-12T12:00:00Z", "200 OK", HTML, TWIN),
    ]


@pytest.mark.parametrize("source", ["memento", "warc"])
def test_each_capture_plays_at_its_own_moment(
    source: str, pywb: Path, serve: Any, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "made.warc.gz")
    archive.write(*captures(), *more())
    (tmp_path / "seeds.txt").write_text(f"{SITE}/start.html\n{SITE}/second.html\n")
    words = (f"seeds={tmp_path / 'seeds.txt'}", "at=20080404120000")
    if source == "memento":
        url = serve(archive.path)
        ended = test_memento_walk.crawl(tmp_path / "c", f"archive={url}", *words)
    else:
        ended = test_crawl_warc.crawl(tmp_path / "c", f"source={archive.path}", *words)
    assert ended.returncode == 0, ended.stderr
    held = {(name, date): (status, body) for name, date, status, _, body in [*captures(), *more()]}
    taken = [
        ("start", "2008-04-04T12:00:00Z"),
        ("moved", "2008-04-05T12:00:00Z"),
        ("target", "2008-04-06T12:00:00Z"),
        ("busy", "2008-04-06T12:00:00Z"),
        ("zipped", "2008-04-30T12:00:00Z"),
        ("second", "2008-04-10T12:00:00Z"),
        ("twin", "2008-04-11T12:00:00Z"),
        ("other", "2008-04-12T12:00:00Z"),
    ]
    collection = Collection(tmp_path / "c", "walk")
    with replay(collection, 0, str(pywb)) as (address, _):
        for name, date in taken:
            digits = "".join(filter(str.isdigit, date))
            answer, body = _get(urlsplit(address).netloc, f"/walk/{digits}id_/{SITE}/{name}.html")
            shown = parsedate_to_datetime(answer.headers["Memento-Datetime"])
            status, original = held[name, date]
            assert (name, to_14_digits(shown)) == (name, digits)
            assert (name, answer.status) == (name, int(status[:3]))
            assert body == original
    assert _pages(collection) == {
        f"{SITE}/{name}.html": date for name, date in taken if name not in ("moved", "busy")
    }


def _get(host: str, path: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def _pages(collection: Collection) -> dict[str, str]:
    """The page list of the package: address -> the moment at which a viewer opens it."""
    made = package(collection)
    with zipfile.ZipFile(made) as file:
        _, *lines = file.read("pages/pages.jsonl").decode().splitlines()
    return {line["url"]: line["ts"] for line in map(json.loads, lines)}
