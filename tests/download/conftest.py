"""A handler with a sink that keeps captures, and the server that misbehaves."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler

from crawler.config import Config
from crawler.download.handler import RecordingHandler
from crawler.model.capture import Capture, CaptureRef
from tests.download.misbehaving import Server


class KeepingSink:
    """Keeps the captures it is given; one sink per crawler, as the contract has it."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> KeepingSink:
        return cast(KeepingSink, crawler.sink)

    def capture(self, capture: Capture) -> CaptureRef:
        self.captures.append(capture)
        return CaptureRef(len(self.captures))


LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as running:
        yield running


@pytest.fixture
async def make_handler() -> AsyncIterator[Callable[..., Any]]:
    """Make a handler; keyword arguments are settings of `Config`. Loopback is open by default."""
    made: list[Any] = []

    def make(**settings: Any) -> Any:
        config = Config(**{"allow_private_addresses": LOOPBACK, "download_timeout": 5.0, **settings})
        crawler = SimpleNamespace(
            spider=SimpleNamespace(config=config),
            settings={"CAPTURE_SINK": KeepingSink},
            sink=KeepingSink(),
        )
        made.append(RecordingHandler.from_crawler(cast(Crawler, crawler)))
        return made[-1]

    yield make
    for handler in made:
        await handler.close()
