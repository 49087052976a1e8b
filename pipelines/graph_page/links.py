"""The lines of ``edges.jsonl`` -> one row for each pair of a story and what it leads to.

A story that was captured ten times shows the same link ten times. The page draws it once, with the
status that `crawler.model.completeness` counts, and says how many captures show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crawler.model import uri
from crawler.model.completeness import STATUSES

COLUMNS = (
    "from",
    "to",
    "status",
    "class",
    "score",
    "position",
    "heading",
    "text",
    "reasons",
    "archive",
    "why",
    "seen",
    "uri",
    "datetime",
)
"""What stands in a row, in this order. Statuses, headings and the like are numbers into lists of their
own; `uri` is told where it is not the first address of the story that it leads to."""
_RANK = {status.value: rank for rank, status in enumerate(STATUSES)}


class Words:
    """Texts that come often, each once: a row has its number."""

    def __init__(self, *first: str) -> None:
        self._numbers: dict[str, int] = {}
        for text in first:
            self(text)

    def __call__(self, text: str) -> int:
        """The number of `text`."""
        return self._numbers.setdefault(text, len(self._numbers))

    def listed(self) -> list[str]:
        """All texts by their numbers."""
        return list(self._numbers)


class Links:
    """The rows, and the targets that are no stories; nodes are numbered, stories first."""

    def __init__(self, stories: Iterable[Mapping[str, Any]]) -> None:
        first = {story["id"]: story["uris"][0] for story in stories}
        self._node = {story: number for number, story in enumerate(first)}
        self._first = first
        self._edges: dict[tuple[int, int], Mapping[str, Any]] = {}
        self._seen: dict[tuple[int, int], int] = {}
        self.targets: list[str] = []
        """The addresses of the nodes behind the stories."""
        self.statuses = Words(*(status.value for status in STATUSES))
        self.classes, self.headings, self.reasons, self.archives = Words(), Words(), Words(), Words()

    def add(self, edge: Mapping[str, Any]) -> None:
        """Take in a line of ``edges.jsonl``."""
        source = self._node.get(edge["from_story"])
        target = self._number(edge)
        if source is None or source == target:
            return
        pair = (source, target)
        self._seen[pair] = self._seen.get(pair, 0) + 1
        if pair not in self._edges or _order(edge) <= _order(self._edges[pair]):
            self._edges[pair] = edge

    def rows(self) -> list[list[Any]]:
        """A row for each link, as `COLUMNS` says."""
        return [self._row(pair, edge) for pair, edge in self._edges.items()]

    def _number(self, edge: Mapping[str, Any]) -> int:
        key = edge["to_story"] or uri.document_key(edge["to"])
        if key not in self._node:
            self._node[key] = len(self._node)
            self.targets.append(edge["to"])
        return self._node[key]

    def _row(self, pair: tuple[int, int], edge: Mapping[str, Any]) -> list[Any]:
        return [
            *pair,
            self.statuses(edge["status"]),
            self.classes(edge["class"]),
            round(edge["score"], 3),
            edge["position"],
            self.headings(edge["heading"]),
            edge["text"],
            [self.reasons(reason) for reason in edge.get("reasons", ())],
            self.archives(edge.get("archive", "")),
            edge.get("reason", ""),
            self._seen[pair],
            edge["to"] if edge["to"] != self._first.get(edge["to_story"], edge["to"]) else "",
            edge.get("to_datetime", ""),
        ]


def _order(edge: Mapping[str, Any]) -> int:
    return _RANK[edge["status"]]
