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

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
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

    archives: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Host -> `EdgeStatus` value -> number of links, above 0."""

    @property
    def statuses(self) -> dict[str, int]:
        """Links by status: all five, in the order of `STATUSES`."""
        sums = dict.fromkeys(_NAMES, 0)
        for counts in self.archives.values():
            for status, number in counts.items():
                sums[status] += number
        return sums

    @property
    def links(self) -> int:
        """All related links."""
        return sum(sum(counts.values()) for counts in self.archives.values())

    @property
    def captured(self) -> int:
        """Those that are archived."""
        return sum(counts.get(_NAMES[0], 0) for counts in self.archives.values())

    @property
    def share(self) -> float | None:
        """0 to 1: the captured of all links; None where there is no link."""
        return round(self.captured / self.links, 4) if self.links else None

    def to_dict(self) -> dict[str, Any]:
        """``{"links", "captured", ..., "share", "archives": {host: {status: n}}}``."""
        return {
            "links": self.links,
            **self.statuses,
            "share": self.share,
            "archives": {host: dict(counts) for host, counts in self.archives.items()},
        }

    @classmethod
    def of(cls, links: Iterable[tuple[str, str]]) -> Completeness:
        """From the archive and the status of each link; the archive with most links comes first."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for archive, status in links:
            counts[archive][status] += 1
        return cls._ordered(counts)

    @classmethod
    def total(cls, parts: Iterable[Completeness]) -> Completeness:
        """The sum of several stories'."""
        counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for part in parts:
            for host, statuses in part.archives.items():
                counts[host].update(statuses)
        return cls._ordered(counts)

    @classmethod
    def _ordered(cls, counts: Mapping[str, Counter[str]]) -> Completeness:
        hosts = sorted(counts, key=lambda host: (-counts[host].total(), host))
        return cls({host: dict(sorted(counts[host].items(), key=_by_rank)) for host in hosts})


def completeness(edges: Iterable[Mapping[str, Any]]) -> dict[str, Completeness]:
    """Story id -> completeness, from the lines of ``edges.jsonl`` in any order.

    A story without related links is not in it: `Completeness()` is its.
    """
    stories: defaultdict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    same: dict[tuple[str, str], tuple[str, str]] = {}  # a million links, but few kinds of them
    for edge in edges:
        target = edge["to_story"] or uri.document_key(edge["to"])
        if target == edge["from_story"]:
            continue
        links = stories[edge["from_story"]]
        found = (edge.get("archive") or uri.netloc(edge["to"]), edge["status"])
        if target not in links or _RANK[found[1]] < _RANK[links[target][1]]:
            links[target] = same.setdefault(found, found)
    return {story: Completeness.of(links.values()) for story, links in stories.items()}


def _by_rank(item: tuple[str, int]) -> int:
    return _RANK[item[0]]
