"""Everything that can go wrong, whose fault it is, and what to do next.

Foreign errors are translated at the border where they arise, so that a command only ever meets the
classes of this file. Each says in one line what happened and, in ``way_out``, what the reader can do;
its ``exit_code`` is the one that ``docs/exit-codes.md`` explains.
"""

from __future__ import annotations

import enum
import errno


class ExitCode(enum.IntEnum):
    """The exit codes of every command: Browsertrix's numbers where it has one."""

    FINISHED = 0
    UNEXPECTED = 1
    USAGE = 2
    DISK_FULL = 3
    INVALID = 4
    REDIS = 8
    FAILED = 9
    STOPPED = 11
    FAILED_LIMIT = 12
    KILLED = 13
    SIZE_LIMIT = 14
    TIME_LIMIT = 15
    DISK_LIMIT = 16
    RATE_LIMITED = 18
    LOCKED = 20
    PACKAGE = 22


class ClewError(Exception):
    """Root of the tree. ``str(error)`` is the one line that a user reads."""

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, what: str, way_out: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.way_out = way_out

    def __str__(self) -> str:
        """``what happened - what to do``, on one line."""
        line = f"{self.what} - {self.way_out}" if self.way_out else self.what
        return " ".join(line.split())


class UsageError(ClewError):
    """The words on the command line do not fit the command."""

    exit_code = ExitCode.USAGE


class SettingError(ClewError):
    """A setting, seed list, host rule or job file is invalid, or names what is not there."""

    exit_code = ExitCode.INVALID


class SeedError(SettingError):
    """No valid seed, or a seed list that cannot be read."""


class UnknownCollection(SettingError):
    """There is no collection of that name."""


class InvalidUri(ClewError):
    """Text that no client could fetch: not an absolute http or https URI."""

    exit_code = ExitCode.INVALID


class MalformedRecord(ClewError):
    """A line or record that does not have the form its standard gives it."""


class NotHeld(ClewError):
    """No file holds a capture that is near enough."""


class RefusedAddress(ClewError):
    """The address is private, loopback or otherwise not public (``ALLOW_PRIVATE_ADDRESSES``)."""


class DiskFull(ClewError):
    """The disk that holds the collection has no room: nothing half written, resumable."""

    exit_code = ExitCode.DISK_FULL


NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What the system says where a disk, a quota or a file may not grow."""
FREE_SOME = "free some space and run the same command again: the crawl goes on where it stood"


def of_the_disk(what: object, error: OSError) -> ClewError:
    """What the system refused while a crawl wrote `what`: `DiskFull` where there is no room."""
    if error.errno in NO_ROOM:
        return DiskFull(f"the disk is full: {what}: {error.strerror}", FREE_SOME)
    return ClewError(f"cannot write {what}: {error.strerror}", "see to the disk and its permissions")


class RateLimited(ClewError):
    """An archive refused again and again: whoever goes on is blocked."""

    exit_code = ExitCode.RATE_LIMITED


class FrontierError(ClewError):
    """The frontier's server is unreachable, refused, or not the one this crawl began in."""

    exit_code = ExitCode.REDIS


class RedisUnreachable(FrontierError):
    """No answer from the server within the grace time."""


class WrongFrontier(FrontierError):
    """The server holds another generation of this collection's frontier, or none."""


class SegmentLost(FrontierError):
    """A file with a part of a queue is missing or damaged: its URLs will not be fetched."""


class StaleBoot(FrontierError):
    """The server restarted or failed over since the lease was given: boot again, re-send, then ack."""


class PackageError(ClewError):
    """A package could not be written or uploaded."""

    exit_code = ExitCode.PACKAGE


class CheckFailed(ClewError):
    """A check found what it looks for, or no seed could be archived."""

    exit_code = ExitCode.FAILED
