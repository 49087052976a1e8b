"""Where a story is looked for, one source after the other: archives in the user's order, the live web.

Pure. What may fall back: a live page that is gone or cannot be reached, and a memento that no archive
holds. What was refused may not: robots.txt, a rule, the address guard, a login, a paywall.
"""

from __future__ import annotations

from msgspec import structs

from crawler.archives.sought import Sought

LIVE = "live"
_MEMENTO = "memento"


def itinerary(first: int, archives: int, *, live: bool = False) -> tuple[str, ...]:
    """The archives from the number `first` on, of so many, and the live web at the end if wished."""
    return (*(f"{_MEMENTO}:{number}" for number in range(first, archives)), *((LIVE,) if live else ()))


def after(sought: Sought) -> Sought | None:
    """The same, sought at the next source; None where none is left."""
    if not sought.left:
        return None
    source, _, number = sought.left[0].partition(":")
    left = sought.left[1:]
    if source == LIVE:
        return structs.replace(sought, source="live", left=left, exact="", status="", digest="")
    return structs.replace(
        sought, source="memento", archive=int(number), left=left, exact="", status="", digest=""
    )
