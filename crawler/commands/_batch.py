"""``scrapy related --batch``: many pages from files, one JSON object a line in and out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import NamedTuple

from crawler.commands._pages import read_file
from crawler.errors import CheckFailed, ClewError, InvalidUri, SettingError
from crawler.links.page import Page
from crawler.model.uri import normalise


class Entry(NamedTuple):
    """A line of the list: an identifier, a file, and the address that its page was fetched from."""

    id: str
    file: Path
    url: str


def run_batch(listing: Path) -> None:
    """Print ``{"id", "links": [{"href", "score"}]}`` for each line of the list, in its order.

    A bad line is one line on standard error. Raises `SettingError` where the list cannot be read and
    `CheckFailed` at the end where a line was bad.
    """
    try:
        lines = listing.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise SettingError(
            f"cannot read the list {listing}: {error.strerror}", "check the name"
        ) from error
    bad = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                _print(*_read(line, listing.parent))
            except ClewError as error:
                bad += 1
                print(f"clew: {listing}:{number}: {error}", file=sys.stderr)
    if bad:
        raise CheckFailed(f"{bad} of the lines of {listing} could not be read", "see the lines above")


def _read(line: str, folder: Path) -> tuple[Entry, Page]:
    entry = _entry(line)
    beside = folder / entry.file
    return entry, read_file(beside if beside.exists() else entry.file, entry.url)


def _entry(line: str) -> Entry:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise SettingError(f"no JSON: {error}", "write one object a line") from error
    if not isinstance(fields, dict) or not all(isinstance(fields.get(k), str) for k in Entry._fields):
        raise SettingError("no object with the texts id, file and url", 'write {"id", "file", "url"}')
    try:
        return Entry(fields["id"], Path(fields["file"]), normalise(fields["url"]))
    except InvalidUri as error:
        raise SettingError(str(error)) from error


def _print(entry: Entry, page: Page) -> None:
    links = [{"href": link.href, "score": round(link.score, 4)} for link in page.related()]
    print(json.dumps({"id": entry.id, "links": links}, ensure_ascii=False))
