"""What is kept of an exchange with a web archive (``ARCHIVE_EXCHANGES``), and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from scrapy import Request

from crawler.download import handler as module
from crawler.model.capture import Capture
from tests.download.misbehaving import Server

Make = Callable[..., Any]


def reconstructed(exchange: Capture, aim: object) -> Capture | None:
    """Stands for `crawler.archives.memento.reconstruct`: a memento where the aim is ``hit``."""
    if aim == "broken":
        raise ValueError("an answer that nobody foresaw")
    return replace(exchange, uri="http://original.example/", request=b"") if aim == "hit" else None


@pytest.mark.parametrize(
    ("keep", "aim", "written"),
    [
        ("keep", "hit", ["memento", "exchange"]),
        ("all", "hit", ["memento", "exchange"]),
        ("drop", "hit", ["memento"]),
        ("keep", "miss", []),
        ("all", "miss", ["exchange"]),
        ("drop", "miss", []),
    ],
)
async def test_the_memento_comes_before_its_exchange(
    keep: str, aim: str, written: list[str], server: Server, make_handler: Make, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "reconstruct", reconstructed)
    handler = make_handler(archive_exchanges=keep)
    request = Request(server.url("/whole"), meta={"memento": aim, "capture": "an older one"})
    await handler.download_request(request)
    kinds = ["exchange" if c.request else "memento" for c in handler.sink.captures]
    assert kinds == written
    if written:
        assert request.meta["capture"].number == len(written)
    else:
        assert "capture" not in request.meta


async def test_an_exchange_that_cannot_be_read_is_not_lost(
    server: Server, make_handler: Make, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "reconstruct", reconstructed)
    handler = make_handler(archive_exchanges="drop")
    with pytest.raises(ValueError, match="nobody foresaw"):
        await handler.download_request(Request(server.url("/whole"), meta={"memento": "broken"}))
    assert [c.uri for c in handler.sink.captures] == [server.url("/whole")]
