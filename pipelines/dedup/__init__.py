"""What the collection holds already, so that a second copy is written as a revisit (WARC 1.1, 6.7).

Two indexes are asked. A process's own is in memory and bounded: of the payloads met longest ago the
oldest are forgotten, which costs disk and nothing else. The collection's (`OriginalIndex`) is shared by
all workers and by later crawls.

* Only a whole ``response`` record with a payload is ever entered, so a revisit never refers to another
  one, and never to nothing.
* Only what has no more than a head and a payload becomes a revisit: trailer fields would be lost.
* A revisit without chunks never refers to a chunked original: pywb would play the chunks.
* The shared index is told of an original only once that is on disk: no power cut can leave another
  worker's revisit without it.
* An original of the shared index counts only where its record is read, to its end, and is what it should
  be, or where the operator vouches for it. So it is with what a server confirms as unchanged.
"""

from __future__ import annotations

from pipelines.dedup.deduplication import Deduplication

__all__ = ["Deduplication"]
