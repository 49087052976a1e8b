"""The names in a byline: 'By Ann Ray and Bo Li, Science reporters | Rome' is Ann Ray, Bo Li."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

_KINDS = (
    r"(?:article |story |text |posted |written |reported |edited |words |report |interview |protokoll |"
    r"eine analyse |ein kommentar |ein gastbeitrag |aufgezeichnet |publié )*"
)
BY = re.compile(
    rf"^(?:(?:{_KINDS}(?:by|von|par|por|di|da|de|door|av|af|od|przez|kirjoittanut))\b[:\s]+|"
    r"(?:authors?|autore?s?|auteurs?|autorin|verfasser|penulis|yazar|автор|автори|текст|기자|作者|記者|文)"
    r"\s*[:：]\s*|文/|取材・文\s*)",
    re.IGNORECASE,
)
"""How a byline begins."""
_SPLIT = re.compile(
    r"\s*(?:[;|•·/＝／、]|\s[-–—]\s|\s&\s|,\s*(?=\S)|(?<=\s)(?:and|und|et|y|e|och|og|en|ve|dan|и|i|with|for)(?=\s))\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:report(?:er|ing)|correspondent|editor|writer|staff|columnist|journalis\w+|presenter|producer|news|press|"
    r"agenc\w+|reuters|afp|dpa|efe|associated|redak\w+|rédact\w+|redac\w+|redaz\w+|bureau|desk|team|author|autor\w*|"
    r"network|media|gazette|tribune|herald|courier|enquirer|journal|telegram|newspaper|report|contributor|photograph\w*|online|magazine|times|special|senior|chief|political|business|science|updated|"
    r"published|follow|twitter|facebook|email|share|admin|inputs?|agencies|service|http\w*|www|com|newsroom|"
    r"corresponsal|korrespondent\w*|correspondante?|envoyée?|spécial\w*)\b|@|\d|[:=<>{}\[\]?!]",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]|\S+@\S+|https?://\S+|<[^>]*>")
_CASED = re.compile(r"[^\W\d_]")
_OFFICE = re.compile(r"^[^,]{2,30}['’]s\s+(?=[A-Z])")
"""'BBC News Online's Iain Rodger'."""
_LONGEST = 500
"""Characters of a text that may name authors."""
_TAIL = re.compile(r"\s*(?:기자|記者|特派员|特派員)$")
_SMALL = frozenset(
    {
        *("de", "da", "di", "del", "della", "van", "von", "der", "den", "la", "le", "el", "al", "bin"),
        *("ben", "ibn", "dos", "das", "du", "e", "y", "zu", "ter", "ten"),
    }
)


def names_of(told: Iterable[str], site: Container[str] = ()) -> tuple[str, ...]:
    """The persons that the texts of bylines name, each once, in order; no roles, places or addresses.

    A text that begins with a name of the `site` (case folded) names an office, not a person.
    """
    found: dict[str, str] = {}
    for text in told:
        for name in _names(text, site):
            found.setdefault(name.casefold().replace(".", ""), name)
    return tuple(found.values())


def _names(text: str, site: Container[str]) -> list[str]:
    text = BY.sub("", _ASIDE.sub(" ", text[:_LONGEST].strip()).strip(), count=1)
    parts = _SPLIT.split(_OFFICE.sub("", BY.sub("", text, count=1)))
    if parts[0].casefold() in site:
        return []
    names = [name for part in parts if (name := _name(part))]
    full = [name for name in names if " " in name]
    return full or names  # beside 'Ann Ray', 'Rome' is a place


def _name(part: str) -> str:
    """`part` as a name, empty where it is none: too long, a role, or words of a sentence."""
    part = _TAIL.sub("", part.strip(" \t.,;:-–—'\"*")).strip()
    words = part.split()
    if not 1 <= len(words) <= 5 or len(part) > 50 or _ROLE.search(part) or not _CASED.search(part):
        return ""
    if part.isascii() or part[0].lower() != part[0].upper():
        if len(words) == 1 and len(part) < 3:
            return ""
        if not all(
            word[0].isupper() or word.lower() in _SMALL or not word[0].isalpha() for word in words
        ):
            return ""
        if part.isupper() and len(words) > 1:
            part = " ".join(word.title() if len(word) > 2 else word for word in words)
    return part
