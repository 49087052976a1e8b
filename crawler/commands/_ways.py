"""By which ways captures were reached: redirects of seeds, and the sites that those brought into scope.

Several workers write several files, so what a redirect led to may be read before the redirect. All is
noted first; the questions are for afterwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.lease import ARCHIVED
from crawler.frontier.scope import Scope
from pipelines.captured import Captured


@dataclass(slots=True)
class Visit:
    """The newest answer for a seed, or for what a redirect of it led to."""

    at: float
    """Seconds since 1970."""
    status: int
    archived: bool


@dataclass(frozen=True, slots=True)
class SeenSeed:
    """A seed that was fetched at least once."""

    uri: str
    state: str
    passed: float
    """When it or a redirect of it was last fetched, in seconds since 1970."""


class Ways:
    """What the metadata records of a collection say together."""

    def __init__(self, scope: Scope, sites: Collection[str]) -> None:
        """`sites` are those that seeds were redirected to."""
        self._scope = scope
        self._sites = sites
        self._seeds: set[str] = set()
        self._visits: dict[str, Visit] = {}
        self._leads: defaultdict[str, dict[str, float]] = defaultdict(dict)
        """A seed or its redirect -> where it was redirected to, and when that was last fetched."""
        self._origins: defaultdict[str, set[str]] = defaultdict(set)
        """The same the other way round."""
        self._brought: dict[int, str] = {}
        """Of seeds and their redirects: fingerprint -> the site that it brought into scope."""
        self._parents: dict[int, int] = {}
        """Of all else, where it matters: fingerprint -> that of the page that named it."""

    def note(self, captured: Captured, archived: bool) -> None:
        """An answer that ended its URL's fetching, of which the way is known."""
        if captured.path.strip("R"):
            if self._sites:
                self._parents.setdefault(fingerprint(captured.uri), fingerprint(captured.via))
            return
        at = captured.started.timestamp()
        if captured.path:
            self._leads[captured.via][captured.uri] = max(at, self.led(captured.via, captured.uri))
            self._origins[captured.uri].add(captured.via)
        else:
            self._seeds.add(captured.uri)
        site = self._scope.site(captured.uri) if captured.path else ""
        self._brought.setdefault(fingerprint(captured.uri), site)
        newest = self._visits.get(captured.uri)
        if newest is None or at >= newest.at:
            self._visits[captured.uri] = Visit(at, captured.message.status or 0, archived)

    def forget(self, seed: str) -> None:
        """Its page cannot be read: it is a seed that was never fetched."""
        self._seeds.discard(seed)

    def led(self, via: str, target: str) -> float:
        """When `target` was last fetched for a redirect of `via`, a seed or one's redirect; else 0."""
        return self._leads[via].get(target, 0.0) if via in self._leads else 0.0

    def seeds_behind(self, captured: Captured) -> list[str]:
        """The seeds whose redirects led to a capture; it itself, where it is one; else none."""
        if captured.path.strip("R") or not captured.way_known:
            return []
        if not captured.path:
            return [captured.uri]
        reached = _reached(captured.via, self._origins)
        return sorted(reached & self._seeds) or [captured.via]

    def site_of(self, captured: Captured) -> str:
        """The site that a redirected seed above a capture has brought into scope, if one has."""
        if not self._sites:
            return ""
        at, passed = fingerprint(captured.uri), set[int]()
        while at not in self._brought and at not in passed:
            passed.add(at)
            if at not in self._parents:  # the page between cannot be read
                own = self._scope.site(captured.uri)
                return own if own in self._sites else ""
            at = self._parents[at]
        return self._brought.get(at, "")

    def seeds(self, waiting: Collection[str]) -> Iterator[SeenSeed]:
        """Each seed that was fetched; of those of `waiting` a redirect is still to be followed."""
        for seed in sorted(self._seeds):
            reached = _reached(seed, self._leads) & self._visits.keys()
            visits = sorted((self._visits[uri] for uri in reached), key=lambda visit: visit.at)
            state = "pending" if seed in waiting else _state(visits)
            yield SeenSeed(seed, state, visits[-1].at)


def _state(visits: list[Visit]) -> str:
    """As the frontier keeps it of a seed whose visits these were, the oldest first."""
    if any(visit.archived for visit in visits):
        return ARCHIVED
    return str(visits[-1].status)


def _reached(
    start: str, graph: defaultdict[str, set[str]] | defaultdict[str, dict[str, float]]
) -> set[str]:
    reached, ahead = set[str](), [start]
    while ahead:
        uri = ahead.pop()
        if uri not in reached:
            reached.add(uri)
            ahead += graph.get(uri, ())
    return reached
