"""A sink that keeps nothing: what recording costs without writing."""

from __future__ import annotations

from typing import Self

from scrapy.crawler import Crawler

from crawler.model.capture import Capture, CaptureRef


class DroppingSink:
    """Takes captures and forgets them."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way to make components."""
        return cls()

    async def visit(self, uri: str) -> None:
        """Nothing is known of any URI."""

    async def capture_once(self, capture: Capture) -> CaptureRef:
        """Forget it."""
        return CaptureRef(1)

    def close(self) -> None:
        """Nothing to close."""
