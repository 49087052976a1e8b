"""A WARC file read record by record: whole, with true digests, and by the rules of WARC 1.1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipelines import cdxj
from pipelines.check.block import block_findings
from pipelines.check.fault import Counts, Fault, Finding
from pipelines.check.fields import field_findings
from pipelines.check.links import Links
from pipelines.records import Damage, Hole, NotWarc, Record, Watch, walk

_NAMES = (".warc", ".warc.gz")


class WarcCheck:
    """The check of one file; with `own` one of a collection, whose files all begin with warcinfo."""

    def __init__(self, path: Path, links: Links, *, own: bool) -> None:
        self._path = path
        self._name = path.name if own else str(path)
        self._links = links
        self._own = own
        self.records = 0
        """Whole ones."""
        self.captures = 0
        """Records that have a line in an index."""
        self._begun = False
        self._shared = False

    def run(self, counts: Counts, watch: Watch) -> Iterator[Fault]:
        """The faults of the file, as they are met."""
        try:
            yield from self._run(watch)
        except NotWarc as error:
            what = error.what.removeprefix(f"{self._path}: ")
            yield Fault(self._name, -1, what, error.way_out)
        except OSError as error:
            yield Fault(self._name, -1, "the file cannot be read", error.strerror or "")
        counts.records += self.records
        counts.captures += self.captures

    def _run(self, watch: Watch) -> Iterator[Fault]:
        for found in walk(self._path, watch):
            if isinstance(found, Hole):
                inside = f", {found.inside} bytes inside its gzip member" if found.inside else ""
                detail = f"no whole record in {found.length} bytes{inside}"
                yield Fault(self._name, found.offset, found.reason, detail)
                continue
            for finding in self._findings(found):
                yield Fault.of(self._name, found.offset, finding)
        if not self.records:
            yield Fault(self._name, -1, "no whole record")

    def _findings(self, record: Record) -> Iterator[Finding]:
        self._links.note(record, self._name)
        if not self._begun:
            yield from self._first(record)
        self._begun = True
        yield from field_findings(record)
        try:
            yield from block_findings(record)
            record.finish()
        except Damage:
            return  # its hole comes next
        self.records += 1
        self.captures += cdxj.is_capture(record) and not record.inside
        yield from map(Finding, record.odd)
        if (record.inside or record.spread) and not self._shared:
            self._shared = True
            yield Finding("records are not one gzip member each (annex D.2): no index can lead to them")

    def _first(self, record: Record) -> Iterator[Finding]:
        if record.type != "warcinfo":
            yield Finding("the first record is no warcinfo", note=not self._own)
        name = self._path.name
        if name.endswith(_NAMES) and name.endswith(".gz") != record.compressed:
            told = "compressed" if record.compressed else "not compressed"
            yield Finding(f"the file is {told}, and its name says otherwise")
