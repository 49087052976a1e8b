"""The index of originals in Redis, shared by all workers of a collection and by its later crawls.

``originals`` maps the digest of a payload to the record that holds it, ``visits`` a URL to what its last
whole 200 answer said, ``warcs`` an id of 8 octets to the name of a file. Nothing in them expires. Who
asks checks what they say; what they lost is written in full once more.
"""

from __future__ import annotations

from collections.abc import Container, Sequence

from crawler.model import digest as digests
from crawler.model.original import UNKNOWN_LENGTH, Original, Visit
from crawler.store import packing
from crawler.store.client import Store, Value
from crawler.store.lookups import Lookups
from crawler.store.scripts import script


class Originals:
    """An `OriginalIndex`. A look-up costs 1 second at most, also where Redis does not answer."""

    def __init__(self, store: Store) -> None:
        """The store stays its owner's, who closes it after this."""
        self.store = store
        self._originals = Lookups(store, store.keys("originals"))
        self._visits = Lookups(store, store.keys("visits"))
        self._warcs = Lookups(store, store.keys("warcs"))
        self._names: dict[bytes, str] = {}
        self._visited = True

    async def look_back(self) -> None:
        """Ask once whether any URL was visited before: where none was, none need be asked for later.

        A crawl fetches a URL once, so visits that are entered from now on are for the next. Raises
        `FrontierError`.
        """
        (count,) = await self.store.commands(("HLEN", self.store.keys("visits")))
        self._visited = bool(count)

    async def find(self, digest: str, length: int) -> Original | None:
        """The original of a payload of `length` bytes; one entered without a length fits any."""
        raw = digests.raw(digest)
        packed = await self._originals.get(raw) if raw else None
        if not packed or packing.length_of(packed) not in (length, UNKNOWN_LENGTH):
            return None
        filename = await self._name(packing.file_of(packed))
        return None if filename is None else packing.unpack(packed, filename)

    async def visit(self, uri: str) -> Visit | None:
        """The last whole 200 answer of a URL that had a validator."""
        if not self._visited:
            return None
        packed = await self._visits.get(packing.uri_id(uri))
        if not packed:
            return None
        filename = await self._name(packing.file_of(packing.original_of(packed)))
        return None if filename is None else packing.unpack_visit(packed, filename, uri)

    async def add(
        self,
        originals: Sequence[tuple[str, int, Original]],
        visits: Sequence[tuple[str, Visit]],
        replace: Container[str] = (),
    ) -> None:
        """Enter originals and visits, all or none. See `OriginalIndex`."""
        files = {original.filename for _, _, original in originals}
        files.update(visit.original.filename for _, visit in visits)
        commands = [*self._enter(originals, replace), *self._enter_visits(visits)]
        if commands:
            names = [word for name in files for word in (packing.file_id(name), packing.octets(name))]
            await self.store.commands(("HSET", self.store.keys("warcs"), *names), *commands)

    async def close(self) -> None:
        """Ask no more; every look-up says None from now on."""
        for lookups in (self._originals, self._visits, self._warcs):
            await lookups.close()

    def _enter(
        self, originals: Sequence[tuple[str, int, Original]], replace: Container[str]
    ) -> list[Sequence[Value]]:
        key, new, better = self.store.keys("originals"), list[Value](), list[Value]()
        for labelled, length, original in originals:
            raw = digests.raw(labelled)
            if raw and raw not in digests.EMPTY:
                chosen = better if labelled in replace else new
                chosen += (raw, packing.pack(original, length))
        commands: list[Sequence[Value]] = []
        if new:
            commands.append(("EVAL", script("enter").text, 1, key, *new))
        if better:
            commands.append(("HSET", key, *better))
        return commands

    def _enter_visits(self, visits: Sequence[tuple[str, Visit]]) -> list[Sequence[Value]]:
        key, commands = self.store.keys("visits"), list[Sequence[Value]]()
        for uri, visit in visits:
            field, packed = packing.uri_id(uri), packing.pack_visit(uri, visit)
            commands.append(("HSET", key, field, packed) if packed else ("HDEL", key, field))
        return commands

    async def _name(self, file: bytes) -> str | None:
        """The name of a file, asked for once; None where it cannot be had."""
        if file not in self._names:
            name = await self._warcs.get(file)
            if name is None:
                return None
            self._names[file] = name.decode("utf-8", "surrogatepass")
        return self._names[file]
