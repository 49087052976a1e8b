"""A made archive with what the sample one lacks: redirects, errors, codings, requisites, moments."""

from __future__ import annotations

import gzip
from pathlib import Path

from tests.archives.test_memento_walk import HTML, SITE, Archive, page

SEED = f"{SITE}/start.html"
WINDOW = "60d"
_CSS = [("Content-Type", "text/css"), ("Last-Modified", "Mon, 03 Mar 2008 12:00:00 GMT")]


def archive(path: Path) -> None:
    """Write it as a WARC file."""
    start = page("The ferry", "zipped", "late", "none", "moved", "busy", "gone")
    styled = start.replace(
        b"<head>",
        b'<head><link rel="stylesheet" href="/style.html"><script src="/script.html"></script>',
    )
    styled = styled.replace(b"<h1>", b'<img src="/photo.html"><img src="/lost.html"><h1>')
    zipped = gzip.compress(page("Zipped", "start", "week"), mtime=0)
    Archive(path).write(
        ("start", "2003-04-04T12:00:00Z", "200 OK", HTML, page("Long before", "none")),
        ("start", "2008-04-04T12:00:00Z", "200 OK", HTML, styled),
        ("style", "2008-05-20T12:00:00Z", "200 OK", _CSS, b"p { color: black }"),
        (
            "script",
            "2008-05-21T12:00:00Z",
            "200 OK",
            [("Content-Type", "text/javascript")],
            b"var made;",
        ),
        ("photo", "2008-04-29T12:00:00Z", "200 OK", [("Content-Type", "image/gif")], b"GIF89a made up"),
        ("photo", "2008-06-29T12:00:00Z", "200 OK", [("Content-Type", "image/gif")], b"GIF89a another"),
        ("late", "2010-01-01T12:00:00Z", "200 OK", HTML, page("Years later")),
        ("moved", "2008-04-05T12:00:00Z", "301 Moved", [("Location", "/target.html")], b""),
        ("target", "2008-04-06T12:00:00Z", "200 OK", HTML, page("Moved here", "start")),
        ("busy", "2008-04-06T12:00:00Z", "503 Busy", HTML, b"archived when it was busy"),
        ("gone", "2008-04-06T12:00:00Z", "404 Not Found", HTML, b"archived when it was gone"),
        ("week", "2008-03-28T12:00:00Z", "200 OK", HTML, page("A week before", "start", "late")),
        (
            *("zipped", "2008-04-30T12:00:00Z", "200 OK"),
            *([*HTML, ("Content-Encoding", "gzip")], zipped),
        ),
    )
