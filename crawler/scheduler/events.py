"""What Scrapy tells about a request, noted on its task: answers, failures, bugs in callbacks."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from scrapy import Request
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from scrapy.utils.misc import load_object
from twisted.python.failure import Failure

from crawler.config import Config
from crawler.errors import ClewError, DiskFull, NotHeld, RefusedAddress, SettingError
from crawler.frontier import politeness, robots
from crawler.frontier.item import Addition, Item
from crawler.frontier.lease import Verdict
from crawler.frontier.quota import Quotas
from crawler.model import timestamp, uri
from crawler.model.capture import CaptureRef, CaptureSink
from crawler.model.collection import Collection
from crawler.model.log import LogLine, Outcome
from crawler.scheduler import verdict
from crawler.scheduler.rules import LiveRules
from crawler.scheduler.task import LeaseTask, RobotsTask, Task
from crawler.store.sites import SiteMemory

logger = logging.getLogger(__name__)


class Walker(Protocol):
    """What the scheduler asks of a spider."""

    config: Config
    collection: Collection
    again: bool
    """Whether seeds are fetched that are not due."""
    quotas: Quotas
    """How much the crawl and each of its hosts may bring."""
    host_rules: LiveRules
    """What the operator says of single hosts."""
    bad_seeds: Mapping[str, str]
    """Lines of the seed list that are no URL, with the reason."""
    memory: SiteMemory | None
    """What was learnt of sites; the scheduler sets it where ``LEARN`` is on."""

    def cool_down(self, item: Item, failures: int) -> float:
        """Seconds that a host rests at least after it refused a connection, where that is no failure of
        the URL; else 0. `failures` are those in a row before.
        """

    def stretches(self, item: Item) -> bool:
        """Whether the host of an item rests the longer, the longer its answers take."""

    def refused(self, item: Item, failures: int) -> ClewError | None:
        """A host with a `cool_down` refused, after so many `failures` in a row: what ends the crawl."""

    def placed(self, addition: Addition) -> Addition:
        """The addition with the queue and the clock that are its own."""

    def budget(self, clock: str) -> tuple[int, int]:
        """Delay in ms and slots of a clock that no rule speaks of; -1: the crawl's."""

    def also_rest(self, item: Item) -> Sequence[str]:
        """Clocks that are held when the item's own is."""

    def request(self, item: Item) -> Request:
        """The request that fetches an item."""

    def fallback(self, item: Item, reason: str) -> Request | None:
        """The request for what is gone or cannot be reached, somewhere else, or None."""

    def redirected(self, item: Item, target: str) -> Request | None:
        """The request for a redirect's target, or None where it is out of scope."""


class Events:
    """Listeners for one worker. `fatal` ends the crawl for an error that no retry can mend."""

    def __init__(
        self,
        walker: Walker,
        sink: CaptureSink,
        config: Config,
        retry_exceptions: list[type[BaseException] | str],
        fatal: Callable[[ClewError], None],
    ) -> None:
        self.walker = walker
        self.sink = sink
        self.config = config
        self.fatal = fatal
        self._retry_exceptions = retry_exceptions

    @cached_property
    def network(self) -> tuple[type[BaseException], ...]:
        """What a later try may mend; loaded at the first failure, since that takes a while."""
        return tuple(
            load_object(kind) if isinstance(kind, str) else kind for kind in self._retry_exceptions
        )

    def response_received(self, response: Response, request: Request) -> None:
        """Scrapy's signal: the status, whatever becomes of the answer."""
        task = request.meta.get("lease")
        if isinstance(task, LeaseTask):
            task.status, task.failed = response.status, False

    def spider_error(self, failure: Failure, response: Response | Failure | None) -> None:
        """Scrapy's signal: a callback or spider middleware raised. Children so far stay."""
        request = getattr(response, "request", None)
        task = request.meta.get("lease") if request is not None else None
        if isinstance(task, LeaseTask):
            if isinstance(failure.value, ClewError):
                self.fatal(failure.value)
            task.settle(Verdict.DEAD, f"callback: {failure.value!r}")
            self._log(task.item, Outcome.DEAD, task.reason)

    def failed(self, failure: Failure) -> Iterator[Request]:
        """The errback of every leased request: answers that no callback takes, and failures."""
        task: LeaseTask = failure.request.meta["lease"]  # type: ignore[attr-defined]
        error = failure.value
        assert error is not None
        if isinstance(error, HttpError):
            yield from self._answered(task, error.response)
        elif isinstance(error, DiskFull | SettingError):
            task.settle(Verdict.BACK)
            self.fatal(error)
        elif isinstance(error, NotHeld):
            task.settle(Verdict.DONE, f"missing: {error}")
            self._log(task.item, Outcome.MISSING, str(error))
        else:
            failures = verdict.failures_before(task.leased)
            cool_down = self.walker.cool_down(task.item, task.leased.failures)
            decision = verdict.of_failure(error, failures, self.network, cool_down)
            captured = "capture" in failure.request.meta  # type: ignore[attr-defined]
            yield from self._concluded(task, decision, captured=captured)
            if decision.verdict is Verdict.BACK:
                task.fatal = self.walker.refused(task.item, task.leased.failures)

    def robots_got(self, response: Response) -> None:
        """The callback of a robots.txt request, whatever its status."""
        task: RobotsTask = response.meta["robots"]
        task.status, task.body = response.status, response.body
        task.location = (response.headers.get("Location") or b"").decode("latin-1")
        asked = _text(response.headers.get("Retry-After"))
        task.retry_after = politeness.retry_after(asked, timestamp.now())
        cache_control = b", ".join(response.headers.getlist("Cache-Control"))
        task.kept = robots.kept_for(_text(cache_control), _text(response.headers.get("Age")))

    def robots_failed(self, failure: Failure) -> None:
        """The errback of a robots.txt request: no answer."""
        task: RobotsTask = failure.request.meta["robots"]  # type: ignore[attr-defined]
        error = failure.value
        if isinstance(error, DiskFull | SettingError):
            self.fatal(error)
        elif isinstance(error, RefusedAddress):
            # Let the page itself be refused, and be named in the log.
            task.status, task.refused = 404, True
        task.failure = " ".join(f"{type(error).__name__}: {error}".split())

    def note_wire(self, task: Task, request: Request) -> None:
        """Take over what the download handler wrote into the request's meta."""
        ref = request.meta.get("capture")
        if isinstance(ref, CaptureRef):
            task.capture = ref.number
            if isinstance(task, LeaseTask):
                task.octets = ref.length
        task.started = request.meta.get("wire_start") or task.started
        task.ended = request.meta.get("wire_end") or time.monotonic()

    def _answered(self, task: LeaseTask, response: Response) -> Iterator[Request]:
        location = _text(response.headers.get("Location"))
        if response.status in verdict.REDIRECTS and location:
            yield from self._redirected(task, response, location)
            return
        if response.status in verdict.OF_A_CONDITION and response.meta.get("conditional"):
            self._decide(task, verdict.of_condition(response.status), captured=True)
            return
        decision = verdict.of_status(
            response.status,
            _text(response.headers.get("Retry-After")),
            verdict.failures_before(task.leased),
            self.config,
            timestamp.now(),
        )
        yield from self._concluded(task, decision, captured=True)

    def _redirected(self, task: LeaseTask, response: Response, location: str) -> Iterator[Request]:
        target = uri.join(response.url, location)
        if task.item.redirects >= verdict.MAX_REDIRECTS:
            task.settle(Verdict.DEAD, f"more than {verdict.MAX_REDIRECTS} redirects")
            self._log(task.item, Outcome.DEAD, task.reason)
            return
        request = self.walker.redirected(task.item, target) if target else None
        if request is None:
            task.settle(Verdict.DONE, f"redirect not followed: {uri.without_login(location)}")
            return
        task.redirected = True
        task.settle(Verdict.DONE, "redirect")
        yield request

    def _concluded(
        self, task: LeaseTask, decision: verdict.Decision, *, captured: bool
    ) -> Iterator[Request]:
        """The decision, or another source where the page is gone, or did not come at its last try."""
        request = None
        if verdict.is_lost(decision, task.status, task.leased.attempts >= self.config.retry_times):
            request = self.walker.fallback(task.item, decision.reason)
        if request is not None:
            task.settle(Verdict.DONE, f"falls back: {decision.reason}", decision.hold)
            task.redirected = bool(task.item.seed)
        self._decide(task, decision, captured=captured)
        if request is not None:
            yield request

    def _decide(self, task: LeaseTask, decision: verdict.Decision, *, captured: bool) -> None:
        task.settle(decision.verdict, decision.reason, decision.hold)
        task.failed = decision.failed
        if decision.outcome is not None and not captured:
            self._log(task.item, decision.outcome, decision.reason)

    def _log(self, item: Item, outcome: Outcome, reason: str) -> None:
        self.sink.log(LogLine(timestamp.now(), item.uri_r, outcome, None, item.via, item.hops, reason))


def _text(value: Any) -> str | None:
    return value.decode("latin-1") if isinstance(value, bytes) else None
