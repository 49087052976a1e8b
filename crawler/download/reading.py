"""What a spider reads of a capture: fields, and the beginning of its body, decoded once."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.download import decode
from crawler.model.capture import Capture

MAX_DECODED = 8 * 1024 * 1024
"""Bytes of a body once its content coding is undone."""

INDEX_MAXSIZE = 8 * 1024 * 1024
"""Bytes that are read of an index's answer: some 50,000 lines of a CDX server."""


@dataclass(frozen=True, slots=True)
class Readable:
    """A capture as Scrapy's response shows it.

    Flags: ``truncated`` (the answer is short), ``partial`` (the WARC has more of it), ``decoded`` (its
    content coding was undone, and its field is gone), ``undecodable``, ``not-modified``.
    """

    capture: Capture
    headers: Headers
    body: bytes
    flags: Sequence[str]


def readable(capture: Capture, most: int) -> Readable:
    """Fields and body, of which `most` bytes of the payload are read."""
    headers = Headers(list(capture.message.fields()))
    body = decode.first(capture.payload(), most)
    flags = ["truncated"] if capture.truncated else []
    if len(capture.response) - len(capture.message.head) > most:
        flags.append("partial")
    codings = decode.codings(headers.getlist("Content-Encoding"))
    if codings and body:
        body, undone = decode.beginning([body], codings, MAX_DECODED)
        flags.append("decoded" if undone else "undecodable")
        if undone:
            del headers["Content-Encoding"]
    return Readable(capture, headers, body, flags)


def shown(request: Request, found: Readable, peer: str | None) -> Response:
    """Scrapy's response of a capture that has a status; `peer` is the address that it came from."""
    kind = responsetypes.from_args(headers=found.headers, url=request.url, body=found.body)
    return kind(
        url=request.url,
        status=found.capture.status or 0,
        headers=found.headers,
        body=found.body,
        flags=list(found.flags),
        ip_address=ipaddress.ip_address(peer) if peer else None,
        protocol=found.capture.message.start_line.split(b" ")[0].decode("latin-1"),
    )
