"""What an archive is owed when it refuses: one rest for everything of it, longer each time.

An archive that answers 429 or 503, or refuses connections, is asked nothing for a minute; where the next
answer is such again, for two, and so on up to an hour (web.archive.org blocks an address that goes on,
for an hour that doubles; see `crawler.archives.wayback`).
"""

from __future__ import annotations

from crawler.archives.wayback import COOL_DOWN

COOL_DOWN_MOST = 3600.0
"""Seconds of the longest rest."""
REFUSALS = frozenset({429, 503})
"""Answers by which an archive says that it is asked too much (RFC 6585, 4; RFC 9110, 15.6.4)."""


def cool_down(failures: int, asked: float | None) -> float:
    """Seconds of rest after a refusal: 60, doubled for each of the `failures` in a row before it.

    Where the archive itself named some (`asked`), those count; none at all is no answer.
    """
    return asked or min(COOL_DOWN_MOST, COOL_DOWN * 2.0 ** min(failures, 16))
