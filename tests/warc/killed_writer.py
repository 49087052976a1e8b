"""Writes captures until it is killed, and says after each sync how many are safe."""

import asyncio
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import Config
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from pipelines.sink import CollectionSink


async def main(root: str) -> None:
    """One capture after another, of some 20 KB that do not shrink."""
    sink = CollectionSink(Collection(Path(root), "news"), Config(warc_size=200_000))
    for number in range(1, 1_000_000):
        uri = f"http://news.example/{number}"
        body = random.Random(number).randbytes(20_000)
        answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        request = f"GET /{number} HTTP/1.1\r\nHost: news.example\r\n\r\n".encode()
        sink.capture(
            Capture(uri, "GET", request, Octets(answer), datetime.now(UTC), 1, peer="192.0.2.7")
        )
        if number % 5 == 0:
            await sink.sync()
            print(sink.synced, flush=True)


asyncio.run(main(sys.argv[1]))
