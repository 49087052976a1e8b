"""How much of what a story links to is archived: its related links by status, and by archive.

What counts: each line of ``edges.jsonl`` is a link that one capture of a page showed. A story's related
links are the *distinct* targets of all its captures, those at other publishers (``related_ext``) among
them; two addresses of one story are one target, and a link that leads back to the story itself is none.
Where several captures of the story show one target with different statuses, the one that stands first
in `STATUSES` counts, so a link that was ever in scope is not out of scope.

So the sum over the statuses is the number of the story's related links, and the sum over the stories
is that of the collection, where a target counts once for each story that links to it.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from crawler.model import uri
from crawler.model.story import EdgeStatus

STATUSES = (
    EdgeStatus.CAPTURED,
    EdgeStatus.DEAD,
    EdgeStatus.MISSING,
    EdgeStatus.PENDING,
    EdgeStatus.OUT_OF_SCOPE,
)
"""Which counts of several, and the order in which they are shown."""
_NAMES = tuple(status.value for status in STATUSES)
_RANK = {name: rank for rank, name in enumerate(_NAMES)}


@dataclass(frozen=True, slots=True)
class Completeness:
    """Related links by status, for each archive: the host that was, or would be, asked for them.

    That is the web archive's host on a memento walk, and the target's own on a live one.
    """

    counts: tuple[tuple[str, str, int], ...] = ()
    """Host, `EdgeStatus` value and number of links; the host with most links first, then by status."""

    @property
    def archives(self) -> dict[str, dict[str, int]]:
        """Host -> status -> number of links, above 0; in the order of `counts`."""
        hosts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for host, status, number in self.counts:
            hosts[host][status] = number
        return dict(hosts)

    @property
    def statuses(self) -> dict[str, int]:
        """Links by status: all five, in the order of `STATUSES`."""
        sums = dict.fromkeys(_NAMES, 0)
        for _, status, number in self.counts:
            sums[status] += number
        return sums

    @property
    def links(self) -> int:
        """All related links."""
        return sum(number for _, _, number in self.counts)

    @property
    def captured(self) -> int:
        """Those that are archived."""
        return self.statuses[_NAMES[0]]

    @property
    def share(self) -> float | None:
        """0 to 1: the captured of all links; None where there is no link."""
        return round(self.captured / self.links, 4) if self.links else None

    def of_archive(self, host: str) -> Completeness:
        """The part of one archive."""
        return Completeness(tuple(one for one in self.counts if one[0] == host))

    def to_dict(self) -> dict[str, Any]:
        """``{"links", "captured", ..., "share", "archives": {host: {status: n}}}``."""
        about = {"links": self.links, **self.statuses, "share": self.share}
        return {**about, "archives": self.archives}

    @classmethod
    def of(cls, links: Iterable[tuple[str, str]]) -> Completeness:
        """From the archive and the status of each link."""
        return cls._ordered(Counter(links))

    @classmethod
    def total(cls, parts: Iterable[Completeness]) -> Completeness:
        """The sum of several stories'."""
        sums: Counter[tuple[str, str]] = Counter()
        for part in parts:
            for host, status, number in part.counts:
                sums[host, status] += number
        return cls._ordered(sums)

    @classmethod
    def _ordered(cls, numbers: Counter[tuple[str, str]]) -> Completeness:
        hosts: Counter[str] = Counter()
        for (host, _), number in numbers.items():
            hosts[host] += number
        counts = [(host, status, number) for (host, status), number in numbers.items()]
        return cls(tuple(sorted(counts, key=lambda one: (-hosts[one[0]], one[0], _RANK[one[1]]))))


def completeness(edges: Iterable[Mapping[str, Any]]) -> dict[str, Completeness]:
    """Story id -> completeness, from the lines of ``edges.jsonl`` in any order.

    A story without related links is not in it: `Completeness()` is its. Memory: about 20 bytes a link.
    """
    stories: defaultdict[str, _Links] = defaultdict(_Links)
    kinds: dict[tuple[str, str], int] = {}  # archive and status -> their number
    by_number: list[tuple[str, str]] = []

    def rank(kind: int) -> int:
        return _RANK[by_number[kind][1]]

    for edge in edges:
        target = edge["to_story"] or uri.document_key(edge["to"])
        if target == edge["from_story"]:
            continue
        found = (edge.get("archive") or uri.netloc(edge["to"]), edge["status"])
        number = kinds.setdefault(found, len(by_number))
        if number == len(by_number):
            by_number.append(found)
        stories[edge["from_story"]].add(target, number, rank)
    return {
        story: Completeness.of(by_number[kind] for kind in stories.pop(story).kinds)
        for story in list(stories)
    }


class _Links:
    """The distinct targets of one story, and the kind of each by its number."""

    __slots__ = ("kinds", "targets")

    def __init__(self) -> None:
        self.targets = array("q")
        """Hashes of 64 bits: among the links of one story no two are ever alike by chance."""
        self.kinds = array("I")

    def add(self, target: str, kind: int, rank: Callable[[int], int]) -> None:
        """A link; of two kinds of one target the one of lower `rank` stays."""
        name = hash(target)
        if name not in self.targets:
            self.targets.append(name)
            self.kinds.append(kind)
            return
        place = self.targets.index(name)
        if rank(kind) < rank(self.kinds[place]):
            self.kinds[place] = kind
