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


def after(sought: Sought, archives: int) -> Sought | None:
    """The same, sought at the next source; None where none is left.

    An archive that is not among the first `archives` any more, since the walk goes on with fewer, is
    passed over.
    """
    left = list(sought.left)
    while left:
        source, _, number = left.pop(0).partition(":")
        if source == LIVE or int(number) < archives:
            found = structs.replace(sought, left=tuple(left), exact="", status="", digest="")
            if source == LIVE:
                return structs.replace(found, source="live")
            return structs.replace(found, source="memento", archive=int(number))
    return None
