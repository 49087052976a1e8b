"""WARC files made by hand, and sources opened."""

from __future__ import annotations

import gzip
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from crawler.model import digest
from crawler.model.capture import Capture
from crawler.model.octets import SpoolLimits
from pipelines.holdings import FileHoldings

PAGE = "http://news.example/story"
BODY = b"<p>The mayor resigns</p>"
OLD, NEW = "2008-04-04T10:00:00Z", "2008-05-04T10:00:00Z"


HEAD = b"HTTP/1.1 200 Fine By Me\r\nContent-Type: text/html\r\n\r\n"
SEEN = b"HTTP/1.1 200 Fine By Me\r\nContent-Type: text/html\r\nX-Seen: twice\r\n\r\n"


class Made:
    """A WARC file in the making, one gzip member a record."""

    def __init__(self, path: Path, *, compressed: bool = True) -> None:
        self.path = path
        self._compressed = compressed
        self._records: list[bytes] = []

    def response(self, uri: str, date: str, body: bytes = BODY, **fields: str) -> Made:
        named = {"WARC-Payload-Digest": digest.of(body), **fields}
        return self._record("response", uri, date, HEAD + body, named)

    def answer(self, uri: str, date: str, block: bytes, payload: bytes, **fields: str) -> Made:
        named = {"WARC-Payload-Digest": digest.of(payload), **fields}
        return self._record("response", uri, date, block, named)

    def revisit(
        self, uri: str, date: str, of: str = "", when: str = OLD, head: bytes = SEEN, **fields: str
    ) -> Made:
        named = {"WARC-Payload-Digest": digest.of(BODY), "WARC-Refers-To-Date": when}
        named |= {"WARC-Refers-To-Target-URI": of or uri} | fields
        return self._record("revisit", uri, date, head, {k: v for k, v in named.items() if v})

    def done(self) -> Path:
        self.path.write_bytes(b"".join(self._records))
        return self.path

    def _record(self, kind: str, uri: str, date: str, block: bytes, named: dict[str, str]) -> Made:
        fields = {"WARC-Type": kind, "WARC-Target-URI": uri, "WARC-Date": date} | named
        fields |= {"WARC-Record-ID": f"<{uuid4().urn}>", "Content-Length": str(len(block))}
        fields |= {"Content-Type": "application/http;msgtype=response"}
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        record = b"WARC/1.0\r\n" + lines.encode() + b"\r\n" + block + b"\r\n\r\n"
        self._records.append(gzip.compress(record) if self._compressed else record)
        return self


class Opened:
    """A source, with what it told."""

    def __init__(self, source: str | Path, folder: Path) -> None:
        self.told: list[str] = []
        self.holdings = FileHoldings.open(
            str(source), folder / "sources", self.told.append, "clew-of-the-tests"
        )

    def read(self, uri: str = PAGE, moment: datetime | None = None) -> Capture:
        return self.holdings.read(self.holdings.find(uri, moment)[0], SpoolLimits())
