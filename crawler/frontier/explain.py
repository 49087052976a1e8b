"""Why a URL is in or out: all that decides about it, in the order in which it counts. Pure.

==================  ===========================================================================
asked in this order what it says
==================  ===========================================================================
hosts.yaml, block   nothing of the host is fetched
the seeds           a seed is fetched whatever the scope says
the scope           hops, then hosts.yaml's scope of the host, else the lines of the file or the
                    seeds' sites, then dates
robots.txt          where it is known, and obeyed
quotas              of the host and of the crawl
==================  ===========================================================================

The first that refuses decides; where none does, what let the URL in is the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from crawler.config import Config, user_agent
from crawler.frontier.host_rule import HostRule
from crawler.frontier.inquiry import Known
from crawler.frontier.quota import Quotas
from crawler.frontier.robots import Rules
from crawler.frontier.scope import Scope
from crawler.frontier.scope_limits import Decision
from crawler.model import uri


@dataclass(frozen=True, slots=True)
class Case:
    """A URL with everything that decides about it."""

    target: str
    hops: int
    """Links between it and a seed."""
    scope: Scope
    config: Config
    quotas: Quotas
    moved: frozenset[str] = frozenset()
    """Sites that seeds were redirected to."""
    day: date | None = None
    hosts_file: str = "hosts.yaml"
    known: Known | None = None
    """None where the frontier cannot be asked."""
    archived: bool = False
    """Whether it is sought in a web archive, whose robots.txt nobody asks for."""

    @property
    def host(self) -> str:
        """``host[:port]``."""
        return uri.netloc(self.target)

    @property
    def host_rule(self) -> HostRule:
        """What hosts.yaml says of the host."""
        return self.scope.hosts.of(self.host)

    @property
    def robots_allow(self) -> bool | None:
        """What robots.txt says; None where it is not known."""
        if self.known is None or self.known.robots is None:
            return None
        return Rules.parse(self.known.robots).allows(self.target, user_agent(self.config))


def explain(case: Case) -> Decision:
    """Whether the URL is in, and the rule that decides."""
    if case.host_rule.blocks:
        return Decision(False, f"{case.host} is blocked: {case.host_rule.block}", case.hosts_file)
    place = _place(case)
    return (place.allowed and (_robots(case) or _quota(case))) or place


def _place(case: Case) -> Decision:
    if case.known is not None and case.known.seed:
        return Decision(True, f"a seed: {case.known.seed}", "the seeds")
    site = case.scope.site(case.target)
    return case.scope.decide(case.target, case.hops, site if site in case.moved else "", case.day)


def _robots(case: Case) -> Decision | None:
    said = case.host_rule.robots
    obeyed = not case.archived and (case.config.robotstxt_obey if said is None else said)
    if not obeyed or case.robots_allow is not False:
        return None
    return Decision(False, "robots.txt forbids it", uri.origin(case.target) + "/robots.txt")


def _quota(case: Case) -> Decision | None:
    known = case.known
    if known is None:
        return None
    reached = case.quotas.of_host(case.host, known.host_pages, known.host_bytes)
    reached = reached or case.quotas.of_crawl(known.pages, known.bytes)
    return Decision(False, f"quota: {reached}", "the quotas") if reached else None
