"""Why a crawl ended -> the exit code. Scrapy's finish reasons and ours, in one table."""

from __future__ import annotations

from crawler.errors import (
    ClewError,
    DiskFull,
    ExitCode,
    FrontierError,
    RateLimited,
    RedisUnreachable,
    SegmentLost,
    SettingError,
    WrongFrontier,
)

_OF_ERROR: tuple[tuple[type[ClewError], str], ...] = (
    (DiskFull, "disk_full"),
    (RedisUnreachable, "redis_unreachable"),
    (WrongFrontier, "wrong_frontier"),
    (SegmentLost, "segment_lost"),
    (FrontierError, "frontier_refused"),
    (SettingError, "invalid_setting"),
    (RateLimited, "rate_limited"),
)
_CODES = {
    "finished": ExitCode.FINISHED,
    "shutdown": ExitCode.STOPPED,
    "disk_full": ExitCode.DISK_FULL,
    "redis_unreachable": ExitCode.REDIS,
    "wrong_frontier": ExitCode.REDIS,
    "segment_lost": ExitCode.REDIS,
    "frontier_refused": ExitCode.REDIS,
    "invalid_setting": ExitCode.INVALID,
    "rate_limited": ExitCode.RATE_LIMITED,
    "frontier_stopped": ExitCode.STOPPED,
    "frontier_full": ExitCode.SIZE_LIMIT,
    "closespider_errorcount": ExitCode.FAILED_LIMIT,
}


def of_error(error: BaseException) -> str:
    """The finish reason that stands for an error."""
    return next((reason for kind, reason in _OF_ERROR if isinstance(error, kind)), "internal_error")


def of_state(state: str) -> str:
    """The finish reason that stands for a state of the frontier in which no worker goes on."""
    return f"frontier_{state}"


def exit_code(reason: str | None) -> ExitCode:
    """The exit code of a finish reason; None is a crawl that a second signal broke off."""
    if reason is None:
        return ExitCode.KILLED
    if reason in _CODES:
        return _CODES[reason]
    return ExitCode.TIME_LIMIT if reason.startswith("closespider_") else ExitCode.UNEXPECTED
