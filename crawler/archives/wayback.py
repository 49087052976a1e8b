"""What is special about web.archive.org: its manners, and the fields of its answers.

Nothing of this is documented there; the figures are what users of the service report. Limits count by
client address, and ignoring 429 for over a minute brings a block of an hour, which doubles.
"""

from __future__ import annotations

PLAYBACK_PER_MINUTE = 600
"""Mementos that one address may ask for."""
INDEX_PER_MINUTE = 30
"""What one address may ask of TimeMaps and the CDX server together; TimeGates are counted with them."""
SHARE = 0.8
"""How much of a limit Clew uses."""
PLAYBACK_DELAY = 60 / (PLAYBACK_PER_MINUTE * SHARE)
"""Seconds between two requests for mementos: 0.125."""
INDEX_DELAY = 60 / (INDEX_PER_MINUTE * SHARE)
"""Seconds between two requests to what looks up: 2.5."""
PLAYBACK_SLOTS = 6
"""Mementos asked for at once: one answer takes a second or more, so that one at a time could never use
the budget. Browsers open as many connections to a host."""
INDEX_SLOTS = 1
COOL_DOWN = 60.0
"""Seconds to wait after a 429, for which no ``Retry-After`` is sent, and after a refused connection,
which may be the block."""

ORIGINAL = b"x-archive-orig-"
"""The prefix that stands before the names of the original fields."""
UNPLAYABLE = b"x-archive-wayback-runtime-error"
"""Marks a capture that the archive holds and cannot play."""
SIGNATURE = b"x-archive-src"
"""Names the WARC of a capture. Where it stands, every original field but Content-Type is prefixed,
and every redirect is answered as 302."""
