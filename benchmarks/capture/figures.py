"""Contenders measured in turns, and the table that compares them."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

Figures = dict[str, float]
"""What one run of a contender gave, by the name of the column; the first one is compared."""
Contender = Callable[[], Figures]


@dataclass(frozen=True, slots=True)
class Target:
    """`name` costs at most `ratio` of what `against` does."""

    name: str
    against: str
    ratio: float


@dataclass(slots=True)
class Benchmark:
    """All runs of one benchmark; `rows` maps each contender to its runs, in their order."""

    title: str
    unit: str
    """What the first column counts."""
    baseline: str
    rows: dict[str, list[Figures]] = field(default_factory=dict)
    targets: Sequence[Target] = ()
    notes: list[str] = field(default_factory=list)

    def measure(self, contenders: Mapping[str, Contender], runs: int) -> None:
        """Run all contenders in turns, so that what else the machine does meets each of them alike.

        Every other turn goes backwards, so that nobody always runs behind the same neighbour.
        """
        for turn in range(runs):
            names = list(contenders)
            for name in names if turn % 2 == 0 else reversed(names):
                print(f"  {self.title}, run {turn + 1} of {runs}: {name}", file=sys.stderr)
                self.rows.setdefault(name, []).append(contenders[name]())
        self.rows = {name: self.rows[name] for name in contenders}

    def ratios(self, name: str, against: str) -> list[float]:
        """What `name` costs in parts of `against`, turn by turn."""
        pairs = zip(self.rows[name], self.rows[against], strict=True)
        return [mine[self.unit] / theirs[self.unit] for mine, theirs in pairs]

    def table(self) -> str:
        """The rows with median, min and max of the first column, and the medians of the others."""
        others = list(dict.fromkeys(key for runs in self.rows.values() for run in runs for key in run))
        others.remove(self.unit)
        rows = [["", self.unit, "min", "max", "ratio", "min", "max", *others]]
        for name in self.rows:
            rows.append([name, *_spread(self._column(name, self.unit)), *self._ratio(name)])
            rows[-1] += [self._middle(name, key) for key in others]
        lines = [self.title, *_aligned(rows), *map(self._verdict, self.targets), *self.notes]
        return "\n".join(lines) + "\n"

    def to_dict(self) -> dict[str, object]:
        """All runs, for JSON."""
        targets = [
            {
                "name": target.name,
                "against": target.against,
                "at_most": target.ratio,
                "ratios": self.ratios(target.name, target.against),
            }
            for target in self.targets
        ]
        return {
            "title": self.title,
            "unit": self.unit,
            "rows": self.rows,
            "targets": targets,
            "notes": self.notes,
        }

    def _middle(self, name: str, key: str) -> str:
        values = self._column(name, key)
        return _number(statistics.median(values)) if values else "-"

    def _column(self, name: str, key: str) -> list[float]:
        return [run[key] for run in self.rows[name] if key in run]

    def _ratio(self, name: str) -> list[str]:
        return _spread(self.ratios(name, self.baseline)) if name != self.baseline else ["1", "", ""]

    def _verdict(self, target: Target) -> str:
        ratio = statistics.median(self.ratios(target.name, target.against))
        word = "reached" if ratio <= target.ratio else "NOT reached"
        aim = f"at most {target.ratio:.3g} of '{target.against}'"
        return f"Target {word}: '{target.name}' costs {ratio:.3g}, wanted is {aim}."


def _spread(values: list[float]) -> list[str]:
    return [_number(value) for value in (statistics.median(values), min(values), max(values))]


def _number(value: float) -> str:
    """Three digits, and no exponent."""
    return f"{value:.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip()
        for row in rows
    ]
