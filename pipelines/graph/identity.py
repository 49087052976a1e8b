"""Whether two pages are one story, and why. A false merge is worse than a missed one.

For each pair there must be evidence, and nothing may speak against it:

========== =====================================================================================
why        evidence
========== =====================================================================================
canonical  a page names the other's address as its story's, and both bear one title; at another
og:url     publisher the other page must name itself, too
amphtml
amp        the addresses differ in form only (`crawler.model.twins`), and both bear one title
mobile     (also ``print``, ``edition``, ``query``, ``address``)
part       the same, of pages of one article
id         one publisher, one long number in both addresses, and one title or nearly one text
text       one publisher, one title, nearly one text, days that are near
copy       the same at two publishers: a republished story
========== =====================================================================================

Against it: two languages (a translation is another story), days of publication that are more than a week
apart, texts that have nothing in common.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crawler.model import uri
from crawler.model.facts import Facts
from crawler.model.twins import Twin, names_in, owner, story_ids, twin

_SAME_TEXT, _LIKE, _UNLIKE = 0.75, 0.5, 0.1
_NEAR, _FAR = 3, 7
"""Days between two copies of a text; days that speak against one story."""
_LONG_TITLE = 16
_MOVED = ("amp", "mobile", "print")
"""Forms whose pages stand in folders of their own, under the story's name or number."""
_PART = re.compile(
    r"\s*[-–—|(]*\s*(?:(?:page|seite|pagina|part|teil)\s*)?\d{1,2}\s*(?:/|of|von|de)\s*\d{1,2}\s*\)?\s*$"
    r"|\s*[-–—|(]+\s*(?:page|seite|pagina)\s*\d{1,2}\)?\s*$|\s*[-–—|(]+\s*(?:print|drucken|druckversion)\)?\s*$",
    re.IGNORECASE,
)
_BINS = 32


@dataclass(frozen=True, slots=True)
class Member:
    """What is kept of a page: enough to tell whether another is the same story."""

    key: str
    """`uri.document_key` of its address."""
    twin: Twin
    owner: str
    ids: frozenset[str]
    names: frozenset[str]
    title: str
    lang: str
    day: date | None
    named: Mapping[str, str]
    """`uri.document_key` of an address that it gives its story -> how it names it."""
    sketch: bytes

    @classmethod
    def of(cls, page_uri: str, facts: Facts, named: Mapping[str, str], sketch: str) -> Member:
        """The member of a page; addresses that are the root of a host are nobody's story."""
        told: dict[str, str] = {}
        for way, address in named.items():
            if not is_root(address):
                told.setdefault(uri.document_key(address), way)
        return cls(
            key=uri.document_key(page_uri),
            twin=twin(page_uri),
            owner=owner(page_uri),
            ids=story_ids(page_uri),
            names=names_in(page_uri),
            title=plain(facts.title),
            lang=facts.lang.partition("-")[0].lower(),
            day=_day(facts.published),
            named=told,
            sketch=bytes.fromhex(sketch),
        )


def evidence(a: Member, b: Member) -> str:
    """Why two pages are one story; empty where that is not known."""
    if not a.title or not b.title or _against(a, b):
        return ""
    like = resemblance(a.sketch, b.sketch)
    titled = a.title == b.title
    return (
        _named(a, b, titled=titled, like=like)
        or _formed(a, b, titled=titled, like=like)
        or _identified(a, b, titled=titled, like=like)
        or _copied(a, b, titled=titled, like=like)
    )


def resemblance(a: bytes, b: bytes) -> float:
    """The share of word sequences that two texts have in common, of 0 to 1; -1 where one is unknown."""
    if not a or not b:
        return -1.0
    return sum(a[n : n + 2] == b[n : n + 2] for n in range(0, 2 * _BINS, 2)) / _BINS


def _against(a: Member, b: Member) -> bool:
    if a.lang and b.lang and a.lang != b.lang:
        return True
    return a.day is not None and b.day is not None and abs((a.day - b.day).days) > _FAR


def _named(a: Member, b: Member, *, titled: bool, like: float) -> str:
    """One names the other's address, or both name a third."""
    address = next((one for one in a.named if one == b.key or one in b.named), "")
    address = address or (a.key if a.key in b.named else "")
    if not address or 0 <= like < _UNLIKE:
        return ""
    if a.owner != b.owner:
        believed = titled and (_confirmed(a, b) or _confirmed(b, a))
    else:
        believed = titled or like >= _LIKE or bool(a.ids & b.ids)
    return (a.named.get(address) or b.named[address]) if believed else ""


def _confirmed(copy: Member, original: Member) -> bool:
    """Whether the page that a copy names says the same of itself."""
    return original.key in copy.named and original.key in original.named


def _formed(a: Member, b: Member, *, titled: bool, like: float) -> str:
    """The addresses differ in form only; or one has a form, and both the same name in it."""
    form = a.twin.form or b.twin.form or "address"
    if not titled or (0 <= like < _UNLIKE and form != "part"):
        return ""
    moved = form in _MOVED and a.twin.form != b.twin.form and a.owner == b.owner and a.names & b.names
    return form if a.twin.key == b.twin.key or moved else ""


def _identified(a: Member, b: Member, *, titled: bool, like: float) -> str:
    """One publisher's number stands in both addresses."""
    if a.owner != b.owner or not a.ids & b.ids or 0 <= like < _UNLIKE:
        return ""
    return "id" if titled or like >= _SAME_TEXT else ""


def _copied(a: Member, b: Member, *, titled: bool, like: float) -> str:
    """One text under one title, of days that are near; at two publishers both days must be known."""
    if not titled or like < _SAME_TEXT or len(a.title) < _LONG_TITLE:
        return ""
    known = a.day is not None and b.day is not None
    if known and abs((a.day - b.day).days) > _NEAR:  # type: ignore[operator]
        return ""
    if a.owner == b.owner:
        return "text"
    return "copy" if known else ""


def plain(title: str) -> str:
    """A title for comparison: letters and digits, case folded, without the number of a part."""
    return "".join(c for c in _PART.sub("", title).casefold() if c.isalnum())


def is_root(address: str) -> bool:
    """Whether an address is the root of a host, which whole sites name by mistake."""
    return uri.document_key(address).partition("/")[2] == ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
