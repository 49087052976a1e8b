"""The parts merged into one index, and what killed processes left beside them swept away.

Each WARC has its lines from one source: its own part, or else the index as it is. Lines of files that
are gone, or were replaced, leave the index. The order is: the index, the list of what it covers, then
the parts go. After a kill in between, the same merge is done again.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from crawler.model.collection import Collection
from pipelines.cdxj.covered import MERGED, State, covered, lines_for, state_of, write_list
from pipelines.cdxj.leftovers import left_over
from pipelines.cdxj.part import part_path
from pipelines.cdxj.sorting import SortedRuns
from pipelines.cdxj.unchanged import playable
from pipelines.files import drop_drafts, replacing


def finished(collection: Collection) -> Iterator[Path]:
    """The collection's finished WARC files, by name."""
    yield from sorted(collection.archive.glob("*.warc.gz"))


def missing(collection: Collection) -> Iterator[Path]:
    """Finished WARCs that are new, were replaced, or whose index is gone. No index is read for that."""
    known = covered(collection).warcs
    for warc in finished(collection):
        if warc.name not in known and _with_part(collection, warc) is None:
            yield warc


def merge(collection: Collection) -> Path:
    """Merge all parts into ``index.cdxj``, then remove them; the path. One process at a time.

    Memory is constant, and few files are open, whatever the number of parts.
    """
    merged = collection.indexes / MERGED
    if not merged.exists():
        merged.touch()
    before = covered(collection)
    files = [path for path in collection.indexes.glob("*.cdxj") if path != merged]
    states = {warc.name: _with_part(collection, warc) for warc in finished(collection)}
    parts = {name: state for name, state in states.items() if state is not None}
    kept = {name: state for name, state in before.warcs.items() if name not in parts}
    if files or not before.exact:
        _write(collection, sorted(parts), kept)
        write_list(collection, kept | parts)
    for path in [*files, *left_over(collection, kept | parts)]:
        path.unlink(missing_ok=True)
    drop_drafts(collection)
    return merged


def _with_part(collection: Collection, warc: Path) -> State | None:
    """The state of a WARC that has a part; None where the part is older, so of another file."""
    part, state = state_of(part_path(collection, warc.name)), state_of(warc)
    return state if part and state and part[1] >= state[1] else None


def _write(collection: Collection, parts: Iterable[str], kept: Container[str]) -> None:
    merged = collection.indexes / MERGED
    with replacing(merged) as out, SortedRuns(collection.indexes) as runs:
        runs.add(lines_for(merged, kept))
        for name in parts:
            runs.add(part_path(collection, name).open("rb"))
        out.writelines(playable(runs.lines()))
