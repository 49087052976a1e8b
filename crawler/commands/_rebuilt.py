"""What the WARC files say of a walk, as the lines of an exported frontier."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from crawler import __version__
from crawler.commands._walked_again import WalkedAgain
from crawler.frontier import generation
from crawler.frontier.exporting import COUNTERS
from crawler.frontier.item import Addition
from crawler.frontier.limits import limits
from crawler.frontier.priority import Kind, priority
from crawler.frontier.quota import Quotas
from crawler.frontier.transfer import DueLine, Header, HostLine, Line, SeedLine, Seen, Waiting
from crawler.model import timestamp
from crawler.scheduler.resolving import Resolver, take_word
from crawler.store.keys import LAYOUT

_BLOCK = 1000
_OCTETS = 8
_T = TypeVar("_T")


class Rebuilt:
    """The lines; made anew each time that they are asked for. Hosts are looked up by address only."""

    def __init__(self, again: WalkedAgain) -> None:
        """`again` has been read."""
        self.again = again
        self.waiting = 0
        """How many URLs wait, once all lines are told."""
        self._by_address = again.config.politeness == "address"
        self._clocks: dict[str, str] = {}
        """Every host that a line spoke of."""

    def header(self) -> Header:
        """The clocks are lost too, so every host rests for a delay first."""
        found, config = self.again.found, self.again.config
        now = round(1000 * time.time())
        counters = {
            "done": len(found.fetched),
            "pages": sum(host.pages for host in found.hosts.values()),
            "bytes": sum(host.bytes for host in found.hosts.values()),
        }
        return Header(
            clew=__version__,
            layout=LAYOUT,
            collection=self.again.collection.name,
            generation=generation.new(),
            exported=timestamp.to_warc_date(timestamp.now()),
            partitions=1,
            hold=now + round(1000 * config.download_delay),
            counters={**dict.fromkeys(COUNTERS, 0), **counters},
            fields={**limits(config, Quotas()), "lease": round(1000 * config.lease_time), "run": now},
        )

    def lines(self) -> Iterator[Line]:
        """All but the header. Seeds and fingerprints are known when the pages have been read."""
        for hosts in _blocks(self.again.found.hosts):
            yield from self._hosts(hosts)
        for additions in _blocks(self.again.waiting()):
            yield from self._hosts([addition.queue for addition in additions])
            yield from map(self._waiting, additions)
            self.waiting += len(additions)
        yield from self._seeds()
        yield from self._due()
        for block in _blocks(sorted(self.again.found.seen)):
            yield Seen(0, b"".join(one.to_bytes(_OCTETS) for one in block))

    def _hosts(self, hosts: list[str]) -> Iterator[HostLine]:
        new = {host: host for host in hosts if host not in self._clocks}
        if self._by_address and new:
            resolver = Resolver(take_word)
            asyncio.run(resolver.learn(new))
            new = {host: resolver.clock(host) or host for host in new}
        self._clocks |= new
        for host, clock in new.items():
            brought = self.again.found.hosts.get(host)
            fields = {"pages": str(brought.pages), "bytes": str(brought.bytes)} if brought else {}
            if clock != host:
                fields["clock"] = clock
            if fields:
                yield HostLine(host, clock, fields)

    def _waiting(self, addition: Addition) -> Waiting:
        host = addition.queue
        return Waiting(host, self._clocks[host], addition.priority, 0, 0, addition.item)

    def _seeds(self) -> Iterator[SeedLine]:
        for seed in self.again.found.ways.seeds(self.again.found.unfinished):
            yield SeedLine(0, seed.uri, seed.state, round(1000 * seed.passed))

    def _due(self) -> Iterator[DueLine]:
        for known_by, (at, again) in self.again.found.due.items():
            host, place = again.item.host, priority(again.item.hops, 1.0, Kind.LINK)
            moment = round(1000 * (at + again.seconds))
            yield DueLine(str(known_by), moment, host, self._clocks[host], place, again.item)


def _blocks(rows: Iterable[_T]) -> Iterator[list[_T]]:
    ahead = iter(rows)
    while block := list(islice(ahead, _BLOCK)):
        yield block
