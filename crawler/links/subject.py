"""What a story is about, as words: those of its title, and those that its text repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from crawler.links.body import is_prose
from crawler.links.outline import Line
from crawler.links.words import stems, stems_once, telling

_OFTEN = 2
_MOST = 5


class Likeness(NamedTuple):
    """What a text shares with a story: words of the title, repeated words, the weight of those."""

    title: int
    words: int
    weight: float


class Subject:
    """The subject of one page's story."""

    def __init__(self, title: str, site: str, text: Sequence[Line], menus: Sequence[str]) -> None:
        """`text` are the lines of the story, `menus` the texts of links that lead to no article.

        What the site is called, and what its menus say again and again, is no story's subject.
        """
        counts = _counted(text)
        often = {stem for stem, count in counts.items() if count >= _OFTEN}
        title_stems = stems(title)
        self._all = _telling(often.union(title_stems), site, menus)
        self._title = self._all.intersection(title_stems)
        self._often = self._all & often
        self._weights = {stem: min(counts[stem], _MOST) for stem in self._often}

    def likeness(self, text: str) -> Likeness | None:
        """How much of the subject is in `text`, None where nothing is.

        The weight is 0 to 5, by how often the story says it.
        """
        found = stems(text)
        if self._all.isdisjoint(found):
            return None
        shared = [self._weights[stem] for stem in self._often.intersection(found)]
        in_title = self._title.intersection(found)
        return Likeness(len(in_title), len(shared), sum(shared) / (len(found) + 1))


def _telling(found: Iterable[str], site: str, menus: Sequence[str]) -> frozenset[str]:
    return frozenset(stem for stem in telling(found, menus) if stem not in site)


def _counted(text: Iterable[Line]) -> Counter[str]:
    """In how many paragraphs each stem stands."""
    counts: Counter[str] = Counter()
    for line in text:
        if is_prose(line):
            counts.update(stems_once(line.text))
    return counts
