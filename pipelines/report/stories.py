"""``story-completeness``: of each story's related links, how many are archived, and by which archive.

What counts is said in `crawler.model.completeness`. The least complete stories come first; those
without related links, to which nothing is missing, last.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from crawler.model.completeness import STATUSES, Completeness
from pipelines.files import replacing
from pipelines.report.tally import StoryLinks, Tally

NAME = "story-completeness"
_COLUMNS = ("share", "links", *(status.value for status in STATUSES))
_ID = len("urn:clew:story:") + 16


def write_completeness(folder: Path, tally: Tally) -> None:
    """``story-completeness.txt`` and ``.json``, written story by story: there may be very many."""
    total = Completeness.total(story.links for story in tally.stories)
    stories = _least_first(tally)
    for ending, pieces in (("txt", _text(total, stories)), ("json", _json(total, stories))):
        with replacing(folder / f"{NAME}.{ending}") as file:
            file.writelines(piece.encode("utf-8", "replace") for piece in pieces)


def _json(total: Completeness, stories: Sequence[StoryLinks]) -> Iterator[str]:
    """``{"links", "captured", ..., "share", "archives", "stories": [{"story", ..., the same}]}``."""
    yield json.dumps(total.to_dict(), indent=2).removesuffix("\n}") + ',\n  "stories": ['
    for number, story in enumerate(stories):
        yield ("," if number else "") + "\n    " + json.dumps(_row(story), ensure_ascii=False)
    yield "\n  ]\n}\n"


def _text(total: Completeness, stories: Sequence[StoryLinks]) -> Iterator[str]:
    """A row for each archive, with the sums of all stories, then one for each story."""
    widths = [max(map(len, pair)) for pair in zip(_COLUMNS, _cells(total), strict=True)]
    yield _line(_COLUMNS, widths, "archive")
    for host in total.archives:
        yield _line(_cells(total.of_archive(host)), widths, host)
    yield _line(_cells(total), widths, "all")
    yield "\n" + _line(_COLUMNS, widths, "story".ljust(_ID), "title")
    for story in stories:
        title = " ".join((story.title or story.uri).split())
        yield _line(_cells(story.links), widths, story.id.ljust(_ID), title)


def _line(cells: Sequence[str], widths: Sequence[int], *names: str) -> str:
    numbers = [cell.rjust(width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join([*numbers, *names]) + "\n"


def _least_first(tally: Tally) -> list[StoryLinks]:
    """By the share that is captured, then those with most links, then in the order of the captures."""
    return sorted(tally.stories, key=lambda one: (*_share(one.links), -one.links.links))


def _share(links: Completeness) -> tuple[bool, float]:
    return links.share is None, links.share or 0.0


def _row(story: StoryLinks) -> dict[str, Any]:
    about = {"title": story.title, "published": story.published, "site": story.site, "uri": story.uri}
    return {"story": story.id, **about, **story.links.to_dict()}


def _cells(links: Completeness) -> tuple[str, ...]:
    share = "-" if links.share is None else f"{links.share:.0%}"
    return (share, str(links.links), *map(str, links.statuses.values()))
