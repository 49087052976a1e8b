"""``scrapy collection versions NAME URL``: the captures of a story, and what was edited between them."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.commands._common import print_json
from crawler.commands._difference import changed, edits, mark, readable
from crawler.commands._rows import printable
from crawler.commands._story_captures import StoryCaptures, Version, normalised, same_payload
from crawler.config import Config
from crawler.errors import MalformedRecord, SettingError, UsageError
from crawler.links.article_text import alike
from crawler.model import uri
from crawler.model.collection import Collection
from crawler.model.timestamp import from_digits, to_warc_date

_NOT_DIGITS = re.compile(r"[-:TZ. ]")


@dataclass(frozen=True, slots=True)
class Row:
    """A capture beside the one before it. `share` is that of the words which changed, 0 to 1."""

    version: Version
    payload: str
    """``first``, ``same`` octets or ``other``."""
    text: str
    """``first``, ``same`` running text, ``edited``, or ``-`` where there is none."""
    share: float = 0.0
    retitled: bool = False

    def to_dict(self) -> dict[str, Any]:
        """One element of ``versions`` in the JSON document."""
        one = self.version
        return {
            **_named(one),
            "status": one.status,
            "source": one.source or "live",
            "digest": one.digest,
            "payload": self.payload,
            "text": self.text,
            "changed": round(self.share, 4),
            "retitled": self.retitled,
            **({"unread": one.unread} if one.unread else {}),
        }


def add_versions_options(parser: ArgumentParser) -> None:
    """``--from`` and ``--to``."""
    for name, beside in (("from", "the first"), ("to", "the last")):
        text = (
            f"versions: show what changed; the capture nearest to MOMENT (YYYY[MM[DD...]]), or {beside}"
        )
        parser.add_argument(f"--{name}", dest=f"{name}_", metavar="MOMENT", default="", help=text)


def check_versions_options(action: str, opts: Namespace) -> None:
    """Raises `UsageError` where an option stands beside another word than ``versions``."""
    for name in ("from", "to"):
        if getattr(opts, f"{name}_") and action != "versions":
            raise UsageError(f"--{name} is for `collection versions NAME URL`", "leave it out")


def show_versions(collection: Collection, config: Config, url: str, opts: Namespace) -> None:
    """The list, or with ``--from`` or ``--to`` the difference between two captures."""
    since, until = _moment("from", opts.from_), _moment("to", opts.to_)
    captures = StoryCaptures(collection, config, normalised(url))
    try:
        if since or until:
            _show_difference(captures, since, until, opts.json)
        else:
            _show_list(captures, opts.json)
    finally:
        captures.close()


def rows(versions: StoryCaptures | Sequence[Version]) -> Iterator[Row]:
    """Each capture compared with the last one before it that has a text."""
    before: Version | None = None
    digest = None
    for one in versions:
        payload = "first" if digest is None else "same" if same_payload(digest, one.digest) else "other"
        digest = one.digest
        if one.paragraphs is None:
            yield Row(one, payload, "-")
            continue
        yield _compared(before, one, payload)
        before = one


def _compared(before: Version | None, one: Version, payload: str) -> Row:
    if before is None:
        return Row(one, payload, "first")
    share = changed(before.paragraphs or (), one.paragraphs or ())
    retitled = alike(before.title) != alike(one.title)
    return Row(one, payload, "edited" if share or retitled else "same", share, retitled)


def _show_list(captures: StoryCaptures, as_json: bool) -> None:
    if as_json:
        listed = [row.to_dict() for row in rows(captures)]
        print_json({"story": captures.story.get("id", ""), "versions": listed})
        return
    print(f"{'datetime':<20}  status  source                    payload  text           title")
    for row in rows(captures):
        print(printable(_line(row)))


def _line(row: Row) -> str:
    one = row.version
    source = (uri.netloc(one.source) or one.source.rpartition("/")[2]) if one.source else "live"
    text = f"{row.text} {row.share:.1%}" if row.share else row.text
    shown = one.unread or ("* " if row.retitled else "") + one.title
    return (
        f"{one.moment:%Y-%m-%dT%H:%M:%SZ}  {one.status or '-':>6}  {source:<24.24}  {row.payload:<7}  "
        f"{text:<13}  {shown}"
    ).rstrip()


def _show_difference(
    captures: StoryCaptures, since: datetime | None, until: datetime | None, as_json: bool
) -> None:
    old, new = _two(captures, since, until)
    found = edits(old.paragraphs or (), new.paragraphs or ())
    share = changed(old.paragraphs or (), new.paragraphs or ())
    if as_json:
        listed = [
            {"paragraph": one.paragraph, "old": list(one.old), "new": list(one.new)} for one in found
        ]
        both = {"from": _named(old), "to": _named(new), "changed": round(share, 4)}
        print_json({"story": captures.story.get("id", ""), **both, "edits": listed})
        return
    colour = sys.stdout.isatty()
    print(printable(f"--- {_shown(old)}") + "\n" + printable(f"+++ {_shown(new)}"))
    if alike(old.title) != alike(new.title):
        print("title: " + _titles(printable(old.title), printable(new.title), colour))
    print(f"{share:.1%} of the words changed" if found else "the same text")
    for edit in found:
        print(f"@ paragraph {edit.paragraph}")
        safe = type(edit)(edit.paragraph, _safe(*edit.old), _safe(*edit.new))
        print("\n".join(readable(safe, colour)))


def _two(captures: StoryCaptures, since: datetime | None, until: datetime | None) -> list[Version]:
    """The captures with a text that are nearest to the two moments; without one the first or last."""
    chosen: list[Version | None] = [None, None]
    for one in captures:
        if one.paragraphs is None:
            continue
        for end, moment in enumerate((since, until)):
            if _is_nearer(one, chosen[end], moment, latest=bool(end)):
                chosen[end] = one
    found = [one for one in chosen if one is not None]
    if not found:
        raise SettingError(
            "no capture of the story has a text that can be read", "see the list of versions"
        )
    return found


def _is_nearer(one: Version, best: Version | None, moment: datetime | None, latest: bool) -> bool:
    if best is None:
        return True
    return latest if moment is None else abs(one.moment - moment) < abs(best.moment - moment)


def _moment(name: str, text: str) -> datetime | None:
    if not text:
        return None
    try:
        return from_digits(_NOT_DIGITS.sub("", text)[:14])
    except MalformedRecord as error:
        raise UsageError(f"--{name} {text!r} is no moment", "write YYYY[MM[DD[hhmmss]]]") from error


def _named(one: Version) -> dict[str, str]:
    return {"uri": one.uri, "datetime": to_warc_date(one.moment), "title": one.title}


def _titles(old: str, new: str, colour: bool) -> str:
    return mark(old, new, colour) or f"{old} -> {new}"


def _shown(one: Version) -> str:
    return f"{one.moment:%Y-%m-%dT%H:%M:%SZ}  {one.title}  {one.source or one.uri}"


def _safe(*texts: str) -> tuple[str, ...]:
    return tuple(map(printable, texts))
