"""Words that a link and the story's title can share, in any language."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from crawler.links.lexicon import stop_words

_TOKEN = re.compile(r"[^\W_]{4,}")
"""A word of four signs and more; shorter ones tell nothing."""
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_STEM = 6
_STOP = stop_words()


def stems_once(text: str) -> frozenset[str]:
    """The telling words of `text`, cut to six letters; Chinese, Japanese, Korean as pairs of signs."""
    folded = text.casefold()
    found = {t[:_STEM] for t in _TOKEN.findall(folded) if t not in _STOP}
    for run in ideographs(folded):
        found.discard(run[:_STEM])
        found.update(pairs(run))
    return frozenset(found)


def ideographs(text: str) -> list[str]:
    """The runs of Chinese, Japanese and Korean signs in `text`, which has no spaces between words."""
    return [] if text.isascii() else _IDEOGRAPHS.findall(text)


def pairs(run: str) -> Iterator[str]:
    """Each two neighbouring signs of a run: what stands for words there."""
    return (run[i : i + 2] for i in range(len(run) - 1))


@lru_cache(maxsize=4096)
def stems(text: str) -> frozenset[str]:
    """`stems_once` of a short text, which may be asked for again."""
    return stems_once(text)


def telling(title: frozenset[str], texts: Iterable[str], most: float = 0.1) -> frozenset[str]:
    """The stems of `title` that at most the share `most` of the links have: the site's name is none."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        total += 1
        for stem in title & stems(text):
            counts[stem] += 1
    return frozenset(s for s in title if counts[s] <= max(4, most * total))
