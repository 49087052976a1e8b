"""A sketch of a page's text, by which copies of one text are known again without the text.

Broder's resemblance (1997): the share of word sequences that two texts have in common. The smallest
hash values of the sequences in each of 32 bins stand for all (one permutation hashing, Li et al. 2012),
so the share of equal bins estimates it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from zlib import crc32

from lxml import etree

from crawler.facts.paragraphs import paragraphs
from crawler.facts.xpath import finder

BINS = 32
_SEQUENCE = 4
"""Words of a sequence; of scripts without spaces, twice as many characters."""
_FEWEST = 60
"""Sequences without which a text is too short to be known again."""
_MOST, _LONGEST = 3000, 30_000
"""Words of a page, and characters of a paragraph, that are read."""
_SHORT = 60
"""Characters of a paragraph that is not counted."""
_TEXTS = finder("//body//text()[string-length(.) > 60][not(parent::script or parent::style)]")
_WORD = re.compile(r"[^\W_]+")
_NO_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def sketch(root: etree._Element) -> str:
    """128 hexadecimal digits that stand for the running text; empty where there is little."""
    words = _words(root)
    if len(words) < _FEWEST + _SEQUENCE:
        return ""
    least = [0xFFFF] * BINS
    for n in range(len(words) - _SEQUENCE + 1):
        number = crc32(" ".join(words[n : n + _SEQUENCE]).encode())
        place, value = number & (BINS - 1), number >> 16
        if value < least[place]:
            least[place] = value
    return "".join(f"{value:04x}" for value in least)


def _words(root: etree._Element) -> list[str]:
    words: list[str] = []
    for text in _running(root):
        text = text[:_LONGEST].casefold()
        if _NO_SPACES.search(text):
            letters = "".join(_WORD.findall(text))
            words += [letters[n : n + 2] for n in range(0, len(letters), 1)]
        else:
            words += _WORD.findall(text)
        if len(words) > _MOST:
            break
    return words[:_MOST]


def _running(root: etree._Element) -> Iterator[str]:
    """Paragraphs; on pages that have none, the longer texts."""
    texts = ["".join(texts) for texts in paragraphs(root, _SHORT)]
    if sum(map(len, texts)) > 600:
        yield from texts
    else:
        yield from map(str, _TEXTS(root))
