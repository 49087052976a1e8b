"""How far apart in time a page, its requisites and its related stories were captured."""

from __future__ import annotations

from pipelines.coherence.write import NAME, write

__all__ = ["NAME", "write"]
