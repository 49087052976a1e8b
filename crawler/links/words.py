"""Words that a link and the story's title can share, in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from crawler.links.lexicon import stop_words

_TOKEN = re.compile(r"[^\W_]{4,}")
"""A word of four signs and more; shorter ones tell nothing."""
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_STEM = 6
_SAID, _SHARE = 4, 0.1
"""How often, and in what share of the menus, a word may stand and still tell something."""


def stems_once(text: str) -> set[str]:
    """The telling words of `text`, cut to six letters; Chinese, Japanese, Korean as pairs of signs."""
    folded, stop = text.casefold(), stop_words()
    found = {t[:_STEM] for t in _TOKEN.findall(folded) if t not in stop}
    if not folded.isascii():
        for run in ideographs(folded):
            found.discard(run[:_STEM])
            found.update(pairs(run))
    return found


def ideographs(text: str) -> list[str]:
    """The runs of Chinese, Japanese and Korean signs in `text`, which has no spaces between words."""
    return _IDEOGRAPHS.findall(text)


def pairs(run: str) -> Iterator[str]:
    """Each two neighbouring signs of a run: what stands for words there."""
    return (run[i : i + 2] for i in range(len(run) - 1))


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """`stems_once` of a short text, which may be asked for again.

    A tuple of words is nothing that the garbage collector has to look into; thousands of sets are.
    """
    return tuple(stems_once(text))


def telling(found: Iterable[str], menus: Iterable[str]) -> frozenset[str]:
    """The stems that a page's menus do not say again and again: the site's name tells nothing.

    `menus` are the texts of links that lead to no article; links to articles may well share a subject.
    """
    texts = [text.casefold() for text in menus]
    most = max(_SAID, _SHARE * len(texts))
    said = "\n".join(texts)
    # Inside other words a stem stands more often still: few are left to be looked for as words.
    return frozenset(
        [stem for stem in found if said.count(stem) <= most or _texts_with(stem, texts) <= most]
    )


def _texts_with(stem: str, texts: Iterable[str]) -> int:
    """How many of the `texts`, case folded, have the stem among theirs."""
    return sum(stem in stems(text) for text in texts if stem in text)
