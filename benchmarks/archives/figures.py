"""The figures of walks as tables, and where two walks differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any

from benchmarks.archives.walk import Walked

_DAY = 86400
_STATUSES = ("captured", "missing", "dead", "pending", "out-of-scope")
_SHOWN = 20


def table(walks: Sequence[Walked]) -> str:
    """A line a walk: what it brought, edges by status, skews, digests."""
    heads = ["", "seconds", "pages", "captures", "edges", *_STATUSES, "skew 50%", "90%", "most"]
    heads += ["verified", "unknown", "mismatch"]
    return _aligned([heads, *map(_row, walks)])


def _row(walk: Walked) -> list[str]:
    statuses = Counter(edge["status"] for edge in walk.edges)
    skews = sorted(abs(edge["skew_anchor"]) for edge in walk.edges if "skew_anchor" in edge)
    ends = [_days(_quantile(skews, share)) for share in (0.5, 0.9, 1.0)]
    counts = [walk.pages, len(walk.captures), len(walk.edges), *(statuses[one] for one in _STATUSES)]
    checks = [walk.checks[one] for one in ("verified", "unknown", "mismatch")]
    return [walk.name, f"{walk.seconds:.1f}", *map(str, counts), *ends, *map(str, checks)]


def coherence(walks: Iterable[Walked]) -> str:
    """A line a walk: what its report says of requisites and related stories."""
    heads = [
        "",
        "pages",
        "flagged",
        "requisites",
        "missing",
        "coherent",
        "possibly",
        "possibly not",
        "not",
    ]
    states = ("coherent", "possibly-coherent", "possibly-violative", "violative")
    rows = [heads]
    for walk in walks:
        told: Any = walk.coherence
        found = told["requisites"]
        counts = [told["page_count"], told["flagged"], found["captured"], found["missing"]]
        rows.append([walk.name, *map(str, [*counts, *(found[one] for one in states)])])
    return _aligned(rows)


def differences(one: Walked, other: Walked) -> Iterator[str]:
    """Lines that say whether two walks brought the same, and what not."""
    yield from _compared("captures", one, other, one.captures, other.captures)
    yield from _compared("edges", one, other, one.scores.keys(), other.scores.keys())
    common = one.scores.keys() & other.scores.keys()
    most = max((abs(one.scores[edge] - other.scores[edge]) for edge in common), default=0.0)
    yield f"{one.name} and {other.name}: scores differ by {most:.4f} at most"


def _compared(what: str, one: Walked, other: Walked, mine: Set[Any], theirs: Set[Any]) -> Iterator[str]:
    equal = "equal" if mine == theirs else "NOT EQUAL"
    yield f"{one.name} and {other.name}: {what} {equal}, {len(mine & theirs)} in common"
    for name, alone in ((one.name, mine - theirs), (other.name, theirs - mine)):
        yield from (f"  only {name}: {row}" for row in sorted(map(str, alone))[:_SHOWN])


def _quantile(numbers: Sequence[float], share: float) -> float | None:
    return numbers[min(len(numbers) - 1, int(share * len(numbers)))] if numbers else None


def _days(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / _DAY:.2f}d"


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(
            [row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)
