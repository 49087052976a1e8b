"""What the words of a heading lean to, in headings that the lexicon does not know as a whole.

A heading is read as its words, pairs of words, first word, number of words and closing colon, Chinese,
Japanese and Korean as pairs of signs. Their weights are learned (``training``) from the lexicon's
phrases and from the headings of labelled pages, and lie in ``scorer.json``.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise

from crawler.links.scorer import SCORER
from crawler.links.words import ideographs, pairs

_WORD = re.compile(r"[^\W\d_]+|\+")
_STEM = 7
_WORDS = 8
_MANY = 6


def tokens(heading: str) -> frozenset[str]:
    """What the weights are of: 'Read more:' is read, more, 'read more', ^read, #2 and ':'."""
    folded = heading.casefold().replace("’", "'")
    words = [word[:_STEM] for word in _WORD.findall(folded)][:_WORDS]
    found = {*words, *(f"{a} {b}" for a, b in pairwise(words))}
    found.add(f"#{min(len(words), _MANY)}")
    if words:
        found.add("^" + words[0])
    if folded.rstrip()[-1:] in (":", "："):
        found.add(":")
    for run in ideographs(folded):
        found.update(pairs(run))
    return frozenset(found)


@lru_cache(maxsize=4096)
def leaning(heading: str) -> float:
    """Log-odds that links under such a heading are related, as far as its words tell."""
    weights = SCORER.heading_words
    # A set has another order in each process (PYTHONHASHSEED); this sum does not depend on it.
    return SCORER.heading_bias + math.fsum(weights.get(token, 0.0) for token in tokens(heading))
