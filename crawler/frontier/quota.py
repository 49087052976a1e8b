"""Quotas: how many pages and bytes a crawl, and each host of it, may bring.

A page is an archived answer that is neither a requisite nor a robots.txt; bytes are those of every
answer, as they came over the wire. A quota that is reached lets what is in hand end and starts nothing
more, so a crawl goes beyond it by what its workers have in hand: a batch of each host at most.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.config import Config
from crawler.frontier.site import names_of


@dataclass(frozen=True, slots=True)
class HostQuota:
    """The most pages and bytes of one host; 0 is no limit."""

    pages: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Quotas:
    """The most pages and bytes of a whole crawl, and of each of its hosts; 0 is no limit."""

    pages: int = 0
    bytes: int = 0
    host_pages: int = 0
    host_bytes: int = 0
    hosts: Mapping[str, HostQuota] = field(default_factory=dict)
    """What a host has in place of `host_pages` and `host_bytes`, for the hosts below it too; 0 keeps
    those. Its name may end in a port."""

    @classmethod
    def of_config(cls, config: Config) -> Quotas:
        """What the settings allow."""
        return cls(config.pages_most, config.bytes_most, config.host_pages_most, config.host_bytes_most)

    def of(self, host: str) -> HostQuota:
        """The quota of a host (``host[:port]``): the longest name of `hosts` that it ends in counts."""
        named = [quota for name in names_of(host) if (quota := self.hosts.get(name))]
        return HostQuota(
            next((quota.pages for quota in named if quota.pages), self.host_pages),
            next((quota.bytes for quota in named if quota.bytes), self.host_bytes),
        )

    def within(self, other: Quotas) -> Quotas:
        """Both: of two limits for the same the smaller, of two lines for a host `self`'s."""
        return Quotas(
            _smaller(self.pages, other.pages),
            _smaller(self.bytes, other.bytes),
            _smaller(self.host_pages, other.host_pages),
            _smaller(self.host_bytes, other.host_bytes),
            {**other.hosts, **self.hosts},
        )

    def of_crawl(self, pages: int, bytes: int) -> str:
        """Which quota a crawl has reached, as text; empty where none."""
        return _reached("the crawl", HostQuota(self.pages, self.bytes), pages, bytes)

    def of_host(self, host: str, pages: int, bytes: int) -> str:
        """Which quota a host has reached, as text; empty where none."""
        return _reached(host, self.of(host), pages, bytes)


def _smaller(one: int, other: int) -> int:
    return min(one, other) if one and other else one or other


def _reached(whose: str, quota: HostQuota, pages: int, bytes: int) -> str:
    if quota.pages and pages >= quota.pages:
        return f"{whose} has {pages:,} of {quota.pages:,} pages"
    if quota.bytes and bytes >= quota.bytes:
        return f"{whose} has {bytes:,} of {quota.bytes:,} bytes"
    return ""
