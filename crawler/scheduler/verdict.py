"""What happened to a request -> what the frontier is told. Pure; the table is in docs/architecture.md.

A verdict with a hold means that the host rests for everybody: an answer that asks for patience
(408, 429, 5xx) longer than a connection that failed, and longer with each failure of the host in a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from scrapy.exceptions import DownloadConnectionRefusedError

from crawler.config import Config
from crawler.errors import RefusedAddress
from crawler.frontier import politeness
from crawler.frontier.lease import Leased, Verdict
from crawler.model.log import Outcome

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REDIRECTS = 20
GONE = frozenset({404, 410})
"""By which a server says that a page is not there any more (RFC 9110, 15.5.5 and 15.5.11)."""
OF_A_CONDITION = frozenset({304, 412})
"""What is no page, and may be one where no condition is put (RFC 9110, 13)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict for one request. `outcome` is set where no capture tells the log about it."""

    verdict: Verdict
    reason: str
    hold: float = 0.0
    outcome: Outcome | None = None
    failed: bool = False
    """Whether it is a failure of the host, and not of this URL alone."""


def failures_before(leased: Leased) -> int:
    """What back-off grows with: the URL's tries, or its host's failures in a row where they are more."""
    return max(leased.attempts, leased.failures)


def of_status(
    status: int, retry_after: str | None, failures: int, config: Config, now: datetime
) -> Decision:
    """An answer other than 2xx and other than a redirect that is followed.

    `failures` are those before this one, `retry_after` is the field's value (RFC 9110, 10.2.3).
    """
    if status not in config.retry_http_codes:
        return Decision(Verdict.DONE, str(status))
    asked = politeness.retry_after(retry_after, now)
    hold = asked if asked is not None else politeness.backoff(failures, refused=False)
    return Decision(Verdict.RETRY, str(status), hold, failed=True)


def is_lost(decision: Decision, status: int | None, last_try: bool) -> bool:
    """Whether the live web has not the page: it is gone, or does not come even at the last try.

    What was refused (robots.txt, a rule, an address, a login, a paywall) is not lost.
    """
    if decision.verdict is Verdict.DONE:
        return status in GONE
    return decision.verdict is Verdict.RETRY and last_try


def of_condition(status: int) -> Decision:
    """An answer to a condition that says nothing of what the collection can read."""
    return Decision(Verdict.RETRY, f"{status} about what is not there")


def of_failure(
    error: BaseException,
    failures: int,
    network: tuple[type[BaseException], ...],
    cool_down: float = 0.0,
) -> Decision:
    """No answer, or one that could not be kept: `network` are the errors worth another try.

    Where there is a `cool_down`, a refused connection asks for as many seconds of rest at least, and is
    no failure of the URL.
    """
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    if isinstance(error, RefusedAddress):
        return Decision(Verdict.DEAD, str(error), outcome=Outcome.REFUSED_ADDRESS)
    if isinstance(error, network):
        hold = politeness.backoff(failures, refused=True)
        if cool_down and isinstance(error, DownloadConnectionRefusedError):
            hold = max(hold, cool_down)
            return Decision(Verdict.BACK, reason, hold, Outcome.FAILED, failed=True)
        return Decision(Verdict.RETRY, reason, hold, Outcome.FAILED, failed=True)
    return Decision(Verdict.DEAD, reason, outcome=Outcome.FAILED)
