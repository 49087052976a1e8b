"""What validation found, printed as the tables of ``docs/related-links.md``."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from training.table import Numbers, Table
from training.validation import (
    Counted,
    calibration,
    counted,
    figures,
    interval,
    precision_at,
)

_FEW = 5
_WORST = 15


def sources(table: Table) -> None:
    """How much was read, by where it is from."""
    sets = Counter(page.group["set"] for page in table.pages)
    sites = len({page.site for page in table.pages})
    related = sum(len(page.related) for page in table.pages)
    print(
        f"{len(table.pages)} pages {dict(sets)} of {sites} sites, {related} related stories, "
        f"{len(table.rows)} links"
    )


def validation(table: Table, found: Numbers, threshold: float) -> None:
    """All figures: in whole, by set, layout, language and archive; calibration."""
    pages = counted(table, found, threshold)
    print(f"\nthreshold {threshold}; precision at recall .8: {precision_at(table, found, 0.8):.2f}\n")
    print("| | pages | related | P | R | F1 | macro-F1 | clean |\n|---|---|---|---|---|---|---|---|")
    _line("all", pages, with_intervals=True)
    for name in ("set", "kind", "wayback", "layout", "lang"):
        groups: defaultdict[str, list[Counted]] = defaultdict(list)
        for page in pages:
            groups[page.page.group.get(name, "")].append(page)
        for value, members in sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])):
            if value and len(members) >= _FEW:
                _line(f"{name} {value}", members, with_intervals=name == "set")
    print("\n| mean score | share related | links |\n|---|---|---|")
    for score, share, links in calibration(table, found):
        print(f"| {score:.2f} | {share:.2f} | {links} |")


def _line(name: str, pages: Sequence[Counted], with_intervals: bool) -> None:
    told = figures(pages)
    f1, clean = f"{told.f1:.3f}", f"{told.clean:.2f}"
    if with_intervals:
        f1 += " ({:.3f}-{:.3f})".format(*interval(pages, "f1"))
        clean += " ({:.2f}-{:.2f})".format(*interval(pages, "clean"))
    print(
        f"| {name} | {told.pages} | {told.related} | {told.precision:.2f} | {told.recall:.2f} "
        f"| {f1} | {told.macro_f1:.3f} | {clean} |"
    )


def errors(table: Table, found: Numbers, threshold: float) -> None:
    """The pages with most errors, each with its false and its missed links."""
    pages = counted(table, found, threshold)
    ranked = sorted(range(len(pages)), key=lambda n: -(pages[n].wrong + pages[n].missed))
    for number in ranked[:_WORST]:
        page = pages[number]
        print(f"\n{page.page.id} {page.page.uri}: {page.wrong} wrong, {page.missed} missed")
        for row, score in zip(table.rows, found, strict=True):
            if row.page == number and not row.offsite:
                _error(row.key, row.label, row.heading, float(score), threshold)


def _error(key: str, label: str, heading: str, score: float, threshold: float) -> None:
    if (score >= threshold) != (label == "related") and label not in ("ambiguous", "related_ext"):
        print(f"   {score:.2f} {label:8} {key[:80]} under {heading[:40]!r}")
