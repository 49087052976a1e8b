"""What is kept of an exchange with a web archive (``ARCHIVE_EXCHANGES``), and in which order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
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


@pytest.mark.parametrize(("keep", "written"), [("keep", 0), ("all", 1), ("drop", 0)])
async def test_the_answer_of_an_index_is_read_whole_and_kept_only_with_all(
    keep: str, written: int, server: Server, make_handler: Make
) -> None:
    handler = make_handler(archive_exchanges=keep, page_maxsize=10)
    page = await handler.download_request(Request(server.url("/whole")))
    index = await handler.download_request(Request(server.url("/whole"), meta={"index": True}))
    assert (len(page.body), "partial" in page.flags) == (10, True)
    assert "partial" not in index.flags
    assert len(index.body) > len(page.body)
    assert len(handler.sink.captures) == 1 + written


async def test_a_memento_tells_its_distance_from_the_anchor_and_from_the_page_before(
    server: Server, make_handler: Make, monkeypatch: Any
) -> None:
    monkeypatch.setattr(module, "reconstruct", reconstructed)
    handler = make_handler(archive_exchanges="drop")
    request = Request(server.url("/whole"), meta={"memento": "hit"})
    await handler.download_request(request)
    since = handler.sink.captures[0].started - timedelta(seconds=90)
    await handler.download_request(request.replace(meta={"memento": "hit", "skew_from": (since, None)}))
    told = [(one.skew_anchor is None, one.skew_parent) for one in handler.sink.captures]
    assert told == [(True, None), (False, None)]
    assert 90 <= handler.sink.captures[1].skew_anchor < 120
