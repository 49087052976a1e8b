"""The language of a page: what it declares, unless its text is plainly in another."""

from __future__ import annotations

import re

from lxml import etree

from crawler.facts.paragraphs import paragraphs

try:
    import pycld2
except ImportError:  # no wheel for this machine: what is declared counts
    pycld2 = None

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_SHORT = 40
"""Characters of a paragraph that tells nothing."""
_ENOUGH, _MOST = 200, 1500
_TEXTS = 100
"""Texts of a paragraph that are read."""
_SURE, _LIKELY = 80, 60
"""Per cent of the text that must be in one language."""
_MARKUP = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]+")
_NEAR = (
    frozenset({"no", "nb", "nn", "da"}),
    frozenset({"sr", "hr", "bs", "sh", "cnr", "me"}),
    frozenset({"id", "ms", "in"}),
    frozenset({"zh", "yue", "zh-hant"}),
    frozenset({"he", "iw"}),
    frozenset({"fil", "tl"}),
    frozenset({"fa", "prs"}),
    frozenset({"ro", "mo"}),
    frozenset({"cs", "sk"}),
    frozenset({"hi", "mr", "ne"}),
    frozenset({"gl", "pt"}),
)
"""Languages that a text of some lines does not tell apart, and old names of one."""


def language_tag(told: str) -> str:
    """The first BCP 47 tag in `told` (``de_DE`` and ``en, fr`` are common); empty where it is none."""
    match = _TAG.match(told.strip())
    return match[0].replace("_", "-") if match and match[0].lower() not in ("und", "mul", "zxx") else ""


def language_of_text(root: etree._Element, *, alone: bool) -> str:
    """The language of a page's paragraphs, empty where they are few or of several languages.

    `alone`: nothing else tells, so what is likely will do.
    """
    text = _text(root)
    if pycld2 is None or len(text) < _ENOUGH:
        return ""
    try:
        reliable, _, details = pycld2.detect(text)
    except pycld2.error:
        return ""
    (_, code, percent, _), *_ = details
    sure = percent >= _LIKELY if alone else reliable and percent >= _SURE
    return code.partition("-")[0] if sure and code != "un" else ""


def agree(declared: str, found: str) -> bool:
    """Whether two tags mean one language, or two that a short text does not tell apart."""
    a, b = (tag.partition("-")[0].lower() for tag in (declared, found))
    return a == b or any(a in group and b in group for group in _NEAR)


def _text(root: etree._Element) -> str:
    parts: list[str] = []
    length = 0
    for texts in paragraphs(root, _SHORT):
        part = _MARKUP.sub(" ", " ".join(texts[:_TEXTS])[:_MOST])
        parts.append(part)
        length += len(part)
        if length > _MOST:
            break
    return " ".join(parts)
