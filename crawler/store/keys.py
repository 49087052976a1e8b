"""Every Redis key of Clew. All of a partition share the hash tag ``{NAME:p}``, so one slot has them.

====================  ========  ==================================================================
key                   type      holds
====================  ========  ==================================================================
crawl                 hash      counters, state, boot id, hold, the limits that the last join set
ready                 zset      clock -> next moment that is free; those with work and a free slot
leases                zset      lease -> when it expires
items                 hash      lease -> host, class, attempts, expiries, batch, item
batches               hash      batch (one slot of one host) -> leases left
dead                  list      reason, host, class, time, item: what was given up
seeds                 hash      seed -> pending, archived, or why not
passes                hash      seed -> when its last pass began or ended
workers               zset      worker -> heartbeat
generation            string    the id that the collection's file ``generation`` must have too
due                   zset      fingerprint -> when the page is due again
recrawl               hash      fingerprint -> host, class, item of a page that will be due again
segments              hash      segment (a part of a queue that lies outside) -> host, class, entries;
                                place, file, offset and length where it is stored, else empty
places                hash      place (a folder of segments) -> a machine that stored some there
files                 hash      file of segments -> how many of them are still outside
quotas                hash      ``pages HOST``, ``bytes HOST`` -> the most of that host and those below
host:HOST             hash      queued, mask of filled classes, pages, bytes, out (on lease), name of a
                                shared clock; and the fields of the clock where it is the host's own
host:CLOCK            hash      delay and slots where a rule says so, asked (Crawl-delay), slots in use,
                                next, held, failures in a row; a shared clock's name has an ``@``
queue:HOST:CLASS      list      attempts and expiries as two bytes, then the item
queue:H:C:outside     list      segments of that queue, the oldest first
queue:H:C:behind      list      entries that come after those, and will be its next segment
seen:N                set       fingerprints, about 200 a bucket, so that each stays an intset
rota:CLOCK            list      hosts that have work and share this clock; the first is next
loose:SEGMENT         list      entries of a segment that no worker has stored yet
errands:PLACE         zset      stored segments that are wanted -> from when another worker may go;
                                without a place the loose ones
robots:ORIGIN         hash      the text of a robots.txt, or how many fetches of it failed, and why
addresses             hash      host -> its clock, where addresses decide and primaries are several
asking:ORIGIN         string    who is fetching a robots.txt; empty: nobody may as yet
originals             hash      payload digest -> the response record that holds the payload
visits                hash      16 octets of a URI's hash -> validators, digest, record of its last 200
warcs                 hash      8 octets of a hash -> name of a WARC file
cdxj                  hash      CDXJ file that was read into originals -> its size and time then
reading               string    who reads CDXJ files, for half a minute
learned:SITE          hash      pages, edges, links and blocks of a site -> counts (``lua/learn.lua``)
====================  ========  ==================================================================

Moments are milliseconds of the server's clock. From ``originals`` on they outlive the crawl; values of
originals and visits are made in `crawler.store.packing`. From ``addresses`` to ``reading`` they are in
partition 0 only; ``learned:SITE`` is in the partition that the site's name falls to.
"""

from __future__ import annotations

from dataclasses import dataclass

LAYOUT = 2
"""The version of this layout, kept in ``crawl``. A server that has another one is refused."""

_FIXED = (
    "crawl",
    "ready",
    "leases",
    "items",
    "batches",
    "dead",
    "seeds",
    "passes",
    "workers",
    "generation",
    "due",
    "recrawl",
    "segments",
    "places",
    "files",
    "quotas",
)
_FAMILIES = ("host:", "queue:", "seen:", "rota:", "loose:", "errands:")


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one partition of a collection's frontier."""

    collection: str
    partition: int = 0

    def __call__(self, name: str) -> str:
        """The key of that name, as the table has it."""
        return f"{{{self.collection}:{self.partition}}}:{name}"

    @property
    def declared(self) -> list[str]:
        """KEYS of every script, in the order that ``lua/keys.lua`` names them.

        The last six are beginnings: a script puts host, class or bucket behind them, in the same slot.
        """
        return [self(name) for name in (*_FIXED, *_FAMILIES)]

    def robots(self, origin: str) -> str:
        """What is known of an origin's robots.txt."""
        return self(f"robots:{origin}")

    def asking(self, origin: str) -> str:
        """The lock of whoever fetches an origin's robots.txt, or the hold after a fetch that failed."""
        return self(f"asking:{origin}")

    def learned(self, site: str) -> str:
        """What was learnt of a site."""
        return self(f"learned:{site}")
