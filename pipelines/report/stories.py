"""``story-completeness``: of each story's related links, how many are archived, and by which archive.

What counts is said in `crawler.model.completeness`. The least complete stories come first; those
without related links, to which nothing is missing, last.
"""

from __future__ import annotations

from typing import Any

from crawler.model.completeness import STATUSES, Completeness
from pipelines.report.tables import Cell, Table
from pipelines.report.tally import StoryLinks, Tally

NAME = "story-completeness"
_NUMBERS = ("links", *(status.value for status in STATUSES))


def completeness_document(tally: Tally) -> dict[str, Any]:
    """``{"links", "captured", ..., "share", "archives", "stories": [{"story", ..., the same}]}``."""
    stories = [_row(story) for story in _least_first(tally)]
    return {**Completeness.total(story.links for story in tally.stories).to_dict(), "stories": stories}


def completeness_text(tally: Tally) -> str:
    """A row for each story, then one for each archive, with the sums of all stories."""
    total = Completeness.total(story.links for story in tally.stories)
    stories = [_cells(one.links, one.id, one.title or one.uri) for one in _least_first(tally)]
    archives = [_cells(total.of_archive(host), host) for host in total.archives]
    columns = ("share", *_NUMBERS)
    parts = [
        Table("", (*columns, "archive"), [*archives, _cells(total, "all")]),
        Table("", (*columns, "story", "title"), stories),
    ]
    return "\n".join(part.to_text() for part in parts)


def _least_first(tally: Tally) -> list[StoryLinks]:
    """By the share that is captured, then those with most links, then in the order of the captures."""
    return sorted(tally.stories, key=lambda one: (*_share(one.links), -one.links.links))


def _share(links: Completeness) -> tuple[bool, float]:
    return links.share is None, links.share or 0.0


def _row(story: StoryLinks) -> dict[str, Any]:
    about = {"title": story.title, "published": story.published, "site": story.site, "uri": story.uri}
    return {"story": story.id, **about, **story.links.to_dict()}


def _cells(links: Completeness, *names: str) -> tuple[Cell, ...]:
    share = "-" if links.share is None else f"{links.share:.0%}"
    return (share, links.links, *links.statuses.values(), *names)
