"""The counters of a crawl."""

from __future__ import annotations

import msgspec


class Counts(msgspec.Struct, frozen=True):
    """What has become of the URLs of the crawl so far, over all workers."""

    added: int = 0
    done: int = 0
    dead: int = 0
    retried: int = 0
    back: int = 0
    expired: int = 0
    claimed: int = 0
    dup: int = 0
    pages: int = 0
    bytes: int = 0
    hosts: int = 0
    """Hosts that have URLs waiting in Redis."""
    outside: int = 0
    """URLs that wait in segments (overflow)."""
    lost: int = 0
    """Of the dead: URLs of segments whose files are missing or damaged."""
    in_flight: int = 0

    @property
    def queued(self) -> int:
        """URLs that wait, those in segments outside too."""
        return self.added - self.done - self.dead - self.in_flight

    @property
    def over(self) -> bool:
        """Whether each URL that was added has come to its end."""
        return self.added == self.done + self.dead


COUNTERS = tuple(name for name in Counts.__struct_fields__ if name != "in_flight")
