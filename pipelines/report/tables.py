"""A report that is a table: the same rows as text for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.files import replacing
from pipelines.report.tally import Tally

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """`name` is the file's name; `columns` are the keys of each row in JSON and the text's heading."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...]]

    def to_json(self) -> list[dict[str, Cell]]:
        """One object a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def to_text(self) -> str:
        """Columns side by side: numbers to the right, the last column as long as it is."""
        lines = [self.columns, *([_shown(cell) for cell in row] for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        numbers = [
            bool(self.rows) and all(not isinstance(row[i], str) for row in self.rows)
            for i in range(len(self.columns))
        ]
        return "".join(_line(line, widths, numbers) for line in lines)


def _shown(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.3f}" if isinstance(cell, float) else " ".join(str(cell).split())


def _line(cells: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> str:
    padded = (
        cell.rjust(width) if number else cell.ljust(width)
        for cell, width, number in zip(cells, widths, numbers, strict=True)
    )
    return "  ".join(padded).rstrip() + "\n"


def tables(tally: Tally, seeds: Mapping[str, str]) -> list[Table]:
    """Every report that is a table."""
    mimes = [(mime, count, tally.mime_bytes[mime]) for mime, count in ranked(tally.mimes)]
    return [
        Table("seeds", ("seed", "state"), [*seeds.items()]),
        Table(
            "hosts",
            ("host", "exchanges", "bytes", "failed", "refused", "smallest_interval"),
            _hosts(tally),
        ),
        Table("response-code", ("status", "exchanges"), ranked(tally.statuses)),
        Table("mimetype", ("mime", "captures", "bytes"), mimes),
    ]


def _hosts(tally: Tally) -> list[tuple[Cell, ...]]:
    busiest = sorted(tally.hosts.items(), key=lambda item: (-item[1].exchanges, item[0]))
    return [
        (name, host.exchanges, host.bytes, host.failed, host.refused, host.smallest_interval())
        for name, host in busiest
    ]


def ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Most frequent first; equals by name, so that a report of the same crawl is the same."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def write_report(folder: Path, name: str, text: str, document: object) -> None:
    """``NAME.txt`` and ``NAME.json``, each replaced at once."""
    both = {"txt": text, "json": json.dumps(document, ensure_ascii=False, indent=2) + "\n"}
    for ending, content in both.items():
        with replacing(folder / f"{name}.{ending}") as file:
            file.write(content.encode("utf-8", "replace"))
