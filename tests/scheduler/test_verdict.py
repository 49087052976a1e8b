"""What happened to a request decides what the frontier is told."""

from datetime import UTC, datetime

import pytest
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.config import Config
from crawler.errors import ExitCode, FrontierError, RedisUnreachable, RefusedAddress
from crawler.frontier.item import Item
from crawler.frontier.lease import Leased, Verdict
from crawler.model.log import Outcome
from crawler.scheduler import reasons, verdict

NOW = datetime(2026, 1, 1, tzinfo=UTC)
NETWORK = (DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)


@pytest.mark.parametrize("status", [404, 410, 403, 304, 501])
def test_a_final_answer_is_done(status: int) -> None:
    decision = verdict.of_status(status, None, 0, Config(), NOW)
    assert (decision.verdict, decision.hold) == (Verdict.DONE, 0.0)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_an_answer_that_asks_for_patience_is_tried_again(status: int) -> None:
    first = verdict.of_status(status, None, 0, Config(), NOW)
    later = verdict.of_status(status, None, 3, Config(), NOW)
    assert first.verdict is Verdict.RETRY
    assert later.hold > first.hold > 0


def test_retry_after_says_how_long() -> None:
    assert verdict.of_status(503, "7", 0, Config(), NOW).hold == 7
    date = "Thu, 01 Jan 2026 00:01:00 GMT"
    assert verdict.of_status(429, date, 0, Config(), NOW).hold == 60


def test_a_failed_connection_is_tried_again_after_a_shorter_rest() -> None:
    decision = verdict.of_failure(DownloadFailedError("cut"), 0, NETWORK)
    assert decision.verdict is Verdict.RETRY
    assert decision.hold < verdict.of_status(503, None, 0, Config(), NOW).hold


def test_a_host_that_failed_before_rests_longer_whichever_url_it_was() -> None:
    fresh = Leased(b"0:1", "a", Item("http://a/"), 1, 0, 0.0, 0.0, failures=5)
    tried = Leased(b"0:2", "a", Item("http://a/"), 7, 0, 0.0, 0.0, failures=5)
    assert [verdict.failures_before(lease) for lease in (fresh, tried)] == [5, 7]
    holds = [verdict.of_status(503, None, n, Config(), NOW).hold for n in (5, 8, 9, 40)]
    assert holds == [32, 256, 300, 300]
    assert verdict.of_failure(DownloadFailedError("cut"), 40, NETWORK).hold == 300


def test_a_refused_connection_asks_for_the_cool_down_of_its_archive() -> None:
    refused, cut = DownloadConnectionRefusedError("no"), DownloadFailedError("cut")
    holds = [verdict.of_failure(error, 0, NETWORK, 60.0).hold for error in (refused, cut)]
    assert holds == [60.0, 0.5]
    assert verdict.of_failure(refused, 9, NETWORK, 60.0).hold == 256


def test_what_asks_for_patience_or_does_not_answer_is_a_failure_of_the_host() -> None:
    assert verdict.of_status(503, "7", 0, Config(), NOW).failed
    assert verdict.of_failure(DownloadTimeoutError("late"), 0, NETWORK).failed
    assert not verdict.of_status(404, None, 0, Config(), NOW).failed
    assert not verdict.of_condition(304).failed
    assert not verdict.of_failure(RefusedAddress("10.0.0.1 is private"), 0, NETWORK).failed
    assert not verdict.of_failure(ValueError("a bug"), 0, NETWORK).failed


def test_a_refused_address_is_given_up_at_once_and_named() -> None:
    decision = verdict.of_failure(RefusedAddress("10.0.0.1 is private"), 0, NETWORK)
    assert decision.verdict is Verdict.DEAD
    assert decision.outcome is Outcome.REFUSED_ADDRESS
    assert "10.0.0.1" in decision.reason


def test_a_bug_is_given_up_with_its_name() -> None:
    decision = verdict.of_failure(ValueError("two\nlines"), 0, NETWORK)
    assert decision.verdict is Verdict.DEAD
    assert decision.reason == "ValueError: two lines"


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("finished", 0),
        ("shutdown", 11),
        ("closespider_timeout", 15),
        ("closespider_errorcount", 12),
        ("disk_full", 3),
        ("redis_unreachable", 8),
        ("invalid_setting", 4),
        (None, 13),
        ("surprise", 1),
    ],
)
def test_exit_codes(reason: str | None, code: int) -> None:
    assert reasons.exit_code(reason) == code


def test_every_error_has_a_reason_with_its_own_exit_code() -> None:
    assert reasons.exit_code(reasons.of_error(RedisUnreachable("away"))) == ExitCode.REDIS
    assert reasons.exit_code(reasons.of_error(FrontierError("refused"))) == ExitCode.REDIS
    assert reasons.exit_code(reasons.of_error(RuntimeError())) == ExitCode.UNEXPECTED
