"""What a web archive bears: two budgets, which all workers share.

An archive (``host[:port]``) has two clocks: ``HOST@playback`` for mementos, and ``HOST@index`` for what
it looks up (TimeGates, TimeMaps, its CDX server). What is sought waits in the queue of its own host, so
that a walk over many sites takes turns between them; see `crawler.archives.wayback` for the figures.
"""

from __future__ import annotations

from crawler.archives import wayback
from crawler.archives.urim import UriM
from crawler.model import uri

PLAYBACK, INDEX = "playback", "index"
_DELAYS = {PLAYBACK: wayback.PLAYBACK_DELAY, INDEX: wayback.INDEX_DELAY}
_SLOTS = {PLAYBACK: wayback.PLAYBACK_SLOTS, INDEX: wayback.INDEX_SLOTS}


def kind_of(asked: str) -> str:
    """Which budget a request to an archive takes from: a URI-M with digits is a memento's."""
    urim = UriM.parse(asked)
    return PLAYBACK if urim is not None and urim.digits else INDEX


def clock(asked: str) -> str:
    """The clock of a request to an archive."""
    return _clock(uri.netloc(asked), kind_of(asked))


def other_clocks(asked: str) -> list[str]:
    """The archive's clocks beside that of the request: they rest when it does."""
    return [_clock(uri.netloc(asked), kind) for kind in _DELAYS if kind != kind_of(asked)]


def queue(asked: str, uri_r: str) -> str:
    """Where a request to an archive waits: ``ARCHIVE/KIND/HOST``, HOST that of the URI-R."""
    return f"{uri.netloc(asked)}/{kind_of(asked)}/{uri.netloc(uri_r)}"


def delay(clock: str) -> float | None:
    """Seconds between two requests that the budget of a clock leaves; None for any other clock."""
    return _DELAYS.get(clock.rpartition("@")[2]) if "@" in clock else None


def slots(clock: str) -> int:
    """Requests that may be under way at once on the clock of an archive."""
    return _SLOTS[clock.rpartition("@")[2]]


def _clock(archive: str, kind: str) -> str:
    return f"{archive}@{kind}"
