"""What additions and clocks are told of politeness: by rules of ``hosts.yaml``, budgets, addresses.

An addition names the clock of its host and the terms of that clock (`dress`): they count where the
frontier meets the host for the first time. For the hosts that it knows already `apply` says them anew,
at the start and when the rules change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec import structs

from crawler.frontier.frontier import Frontier
from crawler.frontier.item import Addition
from crawler.scheduler.resolving import Resolver
from crawler.scheduler.rules import LiveRules

Terms = tuple[int, int]
"""Delay in milliseconds and slots, each -1 where nobody says."""
UNSAID: Terms = (-1, -1)


class Dresser:
    """One worker's."""

    def __init__(
        self,
        rules: LiveRules,
        frontier: Frontier,
        resolver: Resolver | None,
        budget: Callable[[str], Terms],
    ) -> None:
        """No `resolver`: each host is its own clock. `budget` gives a shared clock its terms."""
        self.rules = rules
        self.frontier = frontier
        self.resolver = resolver
        self.budget = budget

    async def dress(self, additions: Sequence[Addition]) -> Sequence[Addition]:
        """The additions with their clocks and terms. Waits for look-ups of new hosts, 5 s at most."""
        if self.resolver is not None:
            await self.resolver.learn(one.queue for one in additions if not one.clock)
        return self.dress_now(additions)

    def dress_now(self, additions: Sequence[Addition]) -> Sequence[Addition]:
        """`dress` without a wait: a host that was not looked up is its own clock."""
        if self.resolver is None and not self.rules.current:
            return additions
        return [self._dressed(one) for one in additions]

    async def apply(self) -> None:
        """Tell the frontier what holds for every host that it knows, where any rule speaks or spoke."""
        if not self.rules.current and not await self.frontier.has_terms():
            return
        said: dict[str, Terms] = {}
        async for host, clock in self.frontier.clocks():
            terms = self._terms(host, clock, self.budget(clock))
            said[clock] = stricter(said[clock], terms) if clock in said else terms
        await self.frontier.set_terms(said)

    def _dressed(self, one: Addition) -> Addition:
        host = one.queue
        clock = one.clock or (self.resolver.clock(host) if self.resolver is not None else "")
        terms = self._terms(host, clock, one.terms)
        if clock == one.clock and terms == one.terms:
            return one
        return structs.replace(one, clock=clock, terms=terms)

    def _terms(self, host: str, clock: str, otherwise: Terms) -> Terms:
        """By the rule of the host that is asked: an archive's, where the clock is a budget of one.

        A rule's delay lies between any two requests, so it leaves a budget no slots of its own.
        """
        rule = self.rules.of(clock.partition("@")[0] or host)
        delay, slots = otherwise
        if rule.delay is not None:
            delay, slots = round(1000 * rule.delay), -1
        return delay, slots if rule.slots is None else rule.slots


def stricter(one: Terms, other: Terms) -> Terms:
    """What two hosts that share a clock both bear: the longer delay, the fewer slots."""
    slots: Iterable[int] = (number for number in (one[1], other[1]) if number >= 0)
    return max(one[0], other[0]), min(slots, default=-1)
