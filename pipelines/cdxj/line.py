"""The line of one capture, made from what is known of it: the same by a writer and by a reader.

Values are those of cdxj-indexer and pywb. What is not known is left out, as they do.
"""

from __future__ import annotations

import re
from datetime import datetime

from crawler.model.cdxj import CdxjLine
from crawler.model.surt import surt
from crawler.model.timestamp import to_14_digits

_MIME_END = re.compile(r"[;\s]")


def line_of(
    uri: str,
    started: datetime,
    status: int | None,
    mime: bytes | None,
    digest: str,
    revisit: bool,
    offset: int,
    length: int,
    filename: str,
) -> CdxjLine:
    """The line of a capture of `uri`, an http or https URI.

    `mime` is the Content-Type as it came, parameters and all, and None where there was none; `status`
    is None where the answer has no status line. `digest` is labelled; `offset` and `length` are those
    of the record's gzip member, in bytes.
    """
    uri = uri.replace(" ", "%20")  # which some writers leave in a URI
    fields = {"url": uri}
    if revisit:
        fields["mime"] = "warc/revisit"
    elif mime is not None:
        fields["mime"] = _MIME_END.split(_decoded(mime), maxsplit=1)[0]
    if status is not None:
        fields["status"] = str(status)
    if digest:
        fields["digest"] = digest
    fields |= {"length": str(length), "offset": str(offset), "filename": filename}
    return CdxjLine(surt(uri), to_14_digits(started), fields)


def _decoded(value: bytes) -> str:
    """A field's value as indexers read it: UTF-8, or else ISO 8859-1."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
