"""Graph and index -> ``coherence.txt`` and ``coherence.json``.

Memory grows with the pages and with what is remembered of requisites, some hundred bytes each.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from crawler.model.collection import Collection
from crawler.model.timestamp import from_warc_date
from pipelines.coherence.requisites import Requisites
from pipelines.coherence.spans import PageSpans, Span, states_of
from pipelines.files import replacing
from pipelines.graph.segment import PageLine, read_segment, segments
from pipelines.lines import read_json_lines

NAME = "coherence"
_DAY = 86400.0
_COLUMNS = ("", "requisites", "missing", "before", "after", "related", "before", "after")


def write(collection: Collection, most: float) -> None:
    """Write the report anew, after index and graph were merged.

    A page is flagged where a requisite was captured more than `most` seconds after it.
    """
    pages = sorted(_pages(collection, most), key=lambda one: (not one.flagged, -one.requisites.seconds))
    for ending, pieces in (("txt", _text(pages, most)), ("json", _json(pages, most))):
        with replacing(collection.reports / f"{NAME}.{ending}") as file:
            file.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _pages(collection: Collection, most: float) -> Iterator[PageSpans]:
    related = _related(collection)
    requisites = Requisites(collection)
    try:
        for line in _lines(collection):
            page = PageSpans(line.uri, line.moment, line.source, line.facts.title)
            page.related = related.get(_key(line.uri, line.moment.timestamp()), page.related)
            _add_requisites(page, line, requisites, most)
            yield page
    finally:
        requisites.close()


def _lines(collection: Collection) -> Iterator[PageLine]:
    """Every page of the segments once."""
    told: set[int] = set()
    for path in segments(collection):
        for _, line in read_segment(path):
            identity = hash(line.identity)
            if identity not in told:
                told.add(identity)
                yield line


def _add_requisites(page: PageSpans, line: PageLine, requisites: Requisites, most: float) -> None:
    for one in line.requisites:
        held = requisites.nearest(one, line.moment)
        if held is None:
            page.requisites.missing += 1
        else:
            page.add_requisite(held.moment, held.modified, most)


def _related(collection: Collection) -> dict[int, Span]:
    """The spans of the pages that show related links, by `_key`."""
    spans: defaultdict[int, Span] = defaultdict(Span)
    for edge in read_json_lines(collection.graph / "edges.jsonl"):
        moment = from_warc_date(edge["from_datetime"])
        span = spans[_key(edge["from"], moment.timestamp())]
        if "to_datetime" in edge:
            span.add((from_warc_date(edge["to_datetime"]) - moment).total_seconds())
        else:
            span.missing += 1
    return spans


def _key(uri: str, moment: float) -> int:
    return hash((uri, moment))


def _totals(pages: Sequence[PageSpans], most: float) -> dict[str, Any]:
    return {
        "most": round(most),
        "page_count": len(pages),
        "flagged": sum(page.flagged for page in pages),
        "requisites": {
            "captured": sum(page.requisites.captured for page in pages),
            "missing": sum(page.requisites.missing for page in pages),
            **states_of(pages),
        },
        "related": {
            "captured": sum(page.related.captured for page in pages),
            "missing": sum(page.related.missing for page in pages),
        },
    }


def _json(pages: Sequence[PageSpans], most: float) -> Iterator[str]:
    """The totals, and ``pages`` with an object each."""
    yield json.dumps(_totals(pages, most), indent=2).removesuffix("\n}") + ',\n  "pages": ['
    for number, page in enumerate(pages):
        yield ("," if number else "") + "\n    " + json.dumps(page.to_dict(), ensure_ascii=False)
    yield "\n  ]\n}\n"


def _text(pages: Sequence[PageSpans], most: float) -> Iterator[str]:
    """The totals in words, then a line a page: those that are flagged first, then the widest."""
    totals = _totals(pages, most)
    found, related = totals["requisites"], totals["related"]
    states = ", ".join(f"{found[name]} {name}" for name in states_of([]))
    yield f"pages        {totals['page_count']}, flagged {totals['flagged']}: a requisite was captured "
    yield f"more than {most / _DAY:g} days later\n"
    yield f"requisites   {found['captured']} captured ({states}), {found['missing']} missing\n"
    yield f"related      {related['captured']} captured, {related['missing']} not\n\n"
    yield _line(_COLUMNS, "datetime              page")
    for page in pages:
        wide, far = page.requisites, page.related
        counts = ("!" if page.flagged else "", wide.captured, wide.missing)
        cells = (*counts, *_ends(wide), far.captured, *_ends(far))
        title = " ".join(f"{page.uri} {page.title}".split())
        yield _line(tuple(map(str, cells)), f"{page.moment:%Y-%m-%dT%H:%M:%SZ}  {title}")


def _line(cells: Sequence[str], last: str) -> str:
    marked, *numbers = cells
    return f"{marked:<1} " + "".join(f"{cell:>11}" for cell in numbers) + f"  {last}\n"


def _ends(span: Span) -> tuple[str, str]:
    """How long before and after the page the farthest were captured."""
    return _shown(-min(span.earliest or 0.0, 0.0)), _shown(max(span.latest or 0.0, 0.0))


def _shown(seconds: float) -> str:
    """``3s``, ``12m``, ``5.0h`` or ``31.5d``; ``-`` for no distance."""
    if seconds < 1:
        return "-"
    for unit, size in (("d", _DAY), ("h", 3600.0)):
        if seconds >= size:
            return f"{seconds / size:.1f}{unit}"
    return f"{seconds / 60:.0f}m" if seconds >= 60 else f"{seconds:.0f}s"
