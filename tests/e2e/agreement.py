"""What the WARCs and logs of a collection hold, read with warcio, and how it agrees with a server's log."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from tests.e2e.truthful import Exchange

INTERIM = "urn:clew:interim:"


@dataclass
class Held:
    """One record as it stands in a file."""

    file: str
    offset: int
    fields: list[tuple[str, str]]
    block: bytes

    def get(self, name: str) -> str:
        return next((value for key, value in self.fields if key.lower() == name.lower()), "")

    @property
    def kind(self) -> str:
        return self.get("WARC-Type")

    @property
    def uri(self) -> str:
        return self.get("WARC-Target-URI")

    @property
    def record_id(self) -> str:
        return self.get("WARC-Record-ID")


@dataclass
class Kept:
    """One capture: the records that belong to one exchange, and its line of the log."""

    uri: str
    date: str
    request: Held | None = None
    answer: Held | None = None
    interim: list[Held] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)

    @property
    def first(self) -> Held:
        held = self.answer or self.request
        assert held is not None
        return held

    @property
    def truncated(self) -> str:
        return (
            self.answer.get("WARC-Truncated") if self.answer and self.answer.kind == "response" else ""
        )

    @property
    def received(self) -> bytes:
        """The interim answers and the final one, as they came over the wire."""
        blocks = [record.block for record in self.interim]
        return b"".join([*blocks, self.answer.block if self.answer else b""])


def read_warc(path: Path) -> list[Held]:
    """Every record; warcio raises for a file that is torn. Its blocks are taken as they are."""
    held = []
    with path.open("rb") as file:
        records = ArchiveIterator(file, no_record_parse=True)
        for record in records:
            block = record.raw_stream.read()
            assert len(block) == int(record.rec_headers.get_header("Content-Length"))
            offset = records.get_record_offset()
            held.append(Held(path.name, offset, list(record.rec_headers.headers), block))
    return held


def read_collection(folder: Path) -> list[Held]:
    """The records of all finished WARC files of a collection, in the order of their names."""
    assert list((folder / "archive").glob("*.open")) == []
    return [held for path in sorted((folder / "archive").glob("*.warc.gz")) for held in read_warc(path)]


def read_log(folder: Path) -> list[dict[str, Any]]:
    """The lines of all logs of a collection."""
    texts = [path.read_text() for path in sorted((folder / "logs").glob("*.log"))]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def captures(records: list[Held], lines: list[dict[str, Any]]) -> list[Kept]:
    """The captures of a collection by their moments. Each record has one place, or it is an error."""
    kept: dict[str, Kept] = {}
    for record in records:
        if record.kind in ("response", "revisit", "request"):
            key = _exchange_of(record)
            capture = kept.setdefault(key, Kept(record.uri, record.get("WARC-Date")))
            side = "request" if record.kind == "request" else "answer"
            assert getattr(capture, side) is None, f"twice: {record}"
            assert (capture.uri, capture.date) == (record.uri, record.get("WARC-Date"))
            setattr(capture, side, record)
    for record in records:
        if record.uri.startswith(INTERIM):
            kept[record.get("WARC-Concurrent-To")].interim.append(record)
    places = {(one.first.file, one.first.offset): one for one in kept.values()}
    for line in lines:
        if "warc" in line:
            places[line["warc"], line["offset"]].lines.append(line)
    return sorted(kept.values(), key=lambda capture: capture.date)


def _exchange_of(record: Held) -> str:
    """The id of the record that names the exchange: the answer's, else the request's own."""
    if record.kind == "request":
        return record.get("WARC-Concurrent-To") or record.record_id
    return record.record_id


def assert_agree(seen: list[Exchange], kept: list[Kept]) -> None:
    """One exchange of the server, one capture, one line; byte for byte."""
    assert [one.request for one in seen] == [one.request.block if one.request else b"" for one in kept]
    for exchange, capture in zip(seen, kept, strict=True):
        _assert_same_answer(exchange, capture)
        (line,) = capture.lines
        assert line["url"] == capture.uri
        assert line.get("truncated", "") == capture.truncated
        assert line["ts"] == capture.date


def _assert_same_answer(exchange: Exchange, capture: Kept) -> None:
    sent, received = bytes(exchange.sent), capture.received
    if not sent:
        assert received == b""
        assert capture.lines[0]["outcome"] == "failed"
        assert capture.lines[0]["reason"]
        return
    assert capture.answer is not None or capture.interim, f"no answer of {exchange.path}"
    if capture.answer is not None and capture.answer.kind == "revisit":
        head, blank, body = sent.partition(b"\r\n\r\n")
        assert received == head + blank
        assert capture.answer.get("WARC-Payload-Digest") == sha1(body)
    elif capture.truncated == "length" or (capture.truncated and exchange.was_reset):
        assert received
        assert sent.startswith(received)
    elif exchange.late:
        assert received in (sent, sent + exchange.late)
    else:
        assert received == sent, f"{exchange.path}: {received[:300]!r} is not {sent[:300]!r}"


def sha1(data: bytes) -> str:
    """As WARC-Payload-Digest has it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()
