"""What a heading, a callout or a class name says of the links beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from crawler.links.lexicon import RELATED, lexicon

_LEAD = 60
"""Characters before a link that may lead it in."""
LONGEST = 70
"""Characters of a heading; longer text is no heading."""
_EDGE = " \t\u00a0:;.,!?…|/\\-–—_·•*+~=<>«»‹›\"'“”„‚‘’()[]{}▶►→←↓▼▾"
_SEPARATOR = re.compile(r"[:：|»›>–—-]")
_SENTENCE_END = re.compile(r"(?<=[.!?»”])\s+")
_CALLOUT = re.compile(r"^[\s\W]*(.{3,40}?)\s*(?:[:：|»›>–—]|\s-\s)\s*")


def _fold(text: str) -> str:
    """`text` without case (Turkish dots included), with plain apostrophes and colons."""
    text = text.casefold()
    if not text.isascii():
        text = text.replace("i\u0307", "i").replace("ı", "i").replace("’", "'").replace("：", ":")
    return text.strip()


def _phrases() -> Iterator[tuple[str, str]]:
    for polarities in lexicon().values():
        for polarity, phrases in polarities.items():
            for phrase in phrases:
                yield _fold(phrase), polarity


_Open = tuple[str, str, str]
"""(start, end, polarity) of a phrase with a star."""


@cache
def _open_phrases() -> dict[str, tuple[tuple[str, ...], tuple[str, ...], list[_Open]]]:
    """The phrases with a star by their first two characters, longest first; before them their starts
    and their ends, of which a text must have one each.
    """
    found: dict[str, list[_Open]] = {}
    for phrase, polarity in _phrases():
        head, star, tail = phrase.partition("*")
        if star:
            found.setdefault(head[:2], []).append((head, tail, polarity))
    for entries in found.values():
        entries.sort(key=lambda entry: -len(entry[0] + entry[1]))
    return {
        start: (
            tuple({head for head, _, _ in entries}),
            tuple({tail for _, tail, _ in entries}),
            entries,
        )
        for start, entries in found.items()
    }


@cache
def _whole_phrases() -> dict[str, str]:
    """The phrases without a star; where languages share one, the first in the lexicon decides."""
    return {phrase: polarity for phrase, polarity in reversed(list(_phrases())) if "*" not in phrase}


@lru_cache(maxsize=4096)
def heading_cue(text: str) -> str:
    """The polarity of a heading, or empty: 'SEE ALSO:' is ``related``, 'Most read' is ``promo``."""
    if not text or len(text) > LONGEST:
        return ""
    folded = _fold(text)
    bare = folded.strip(_EDGE)
    whole = _whole_phrases()
    if bare == folded:
        return whole.get(bare) or _open_cue(bare)
    return whole.get(folded) or whole.get(bare) or _open_cue(folded) or _open_cue(bare)


def _open_cue(text: str) -> str:
    """The polarity of the first phrase with a star that `text` fits, or empty."""
    opened = _open_phrases()
    for start in (text[:2], ""):
        if start not in opened:
            continue
        heads, tails, phrases = opened[start]
        if text.startswith(heads) and text.endswith(tails):
            for head, tail, polarity in phrases:
                if len(text) > len(head) + len(tail) and text.startswith(head) and text.endswith(tail):
                    return polarity
    return ""


# The mark over an advertisement, in the languages of the lexicon; plurals are classified advertisements.
_ADVERTISEMENT = re.compile(
    r"(?i)\W*(?:advertising|advertisements?|adverts?|ads?|sponsored|anzeige|werbung|publicit[ée]|publicidade?"
    r"|publicitat(?:e|ea)?|pubblicit[àa]|an[uú]ncio|annons|annonse|annonce|rekl[aá]m[aeë]?|reclam[ăe]|reklāma|reklaam"
    r"|hirdetés|inzerce|inzercia|advertentie|mainos|iklan|oglas|διαφήμιση|реклама|إعلان|اعلان|آگهی"
    r"|פרסומת|विज्ञापन|বিজ্ঞাপন|اشتہار|โฆษณา|quảng cáo|広告|广告|廣告|광고)\W*"
)


@lru_cache(maxsize=4096)
def is_advertisement(text: str) -> bool:
    """Whether `text` only marks an advertisement: '- Advertisement -', 'ANZEIGE', 'Reklama'."""
    return _ADVERTISEMENT.fullmatch(text) is not None


def callout_cue(text: str) -> str:
    """``related`` for words that lead in a link ('Read more:', 'Lesen Sie auch:'), else empty."""
    match = _CALLOUT.match(text[:80]) if _SEPARATOR.search(text, 0, 50) else None
    if match and (heading_cue(match[1]) == RELATED or _leads_in(f"{match[1]}:")):
        return RELATED
    return ""


def _leads_in(words: str) -> bool:
    """Whether these are a heading of related stories, or lead in the story after their colon:
    'You may also like:' heads anything, 'You may also like: The mayor resigns' calls one out.
    """
    return heading_cue(words) == RELATED or (
        words[-1:] in (":", "：") and heading_cue(f"{words} x") == RELATED
    )


def callout_before(before: str) -> bool:
    """Whether the text before a link ends in words that lead it in: 'READ ALSO', 'Lire aussi :'."""
    tail = _SENTENCE_END.split(before[-_LEAD:])[-1]
    return bool(tail) and (_leads_in(tail) or bool(callout_cue(tail)))
