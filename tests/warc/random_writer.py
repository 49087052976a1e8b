"""A writer that is killed: captures of every shape, and a note of each once it is safe.

What it notes is what the frontier would be told: only captures that a `sync` has covered.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import sys
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.config import Config
from crawler.errors import ClewError
from crawler.model.capture import Capture, CaptureRef, Truncation
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from pipelines.sink import CollectionSink
from tests.warc.bad_systems import DyingSystem, UnpluggedSystem

NAME = "kills"
SHARED = b"the same body, over and over, in every writer and round " * 40
NOISE = random.Random(0).randbytes(12_000_000)
"""Bodies are cut from it: a writer should spend its time in writing, where a kill does harm."""
Note = dict[str, Any]
_FULL = 3
"""Exit code of a writer whose disk is full, as of the crawler's own."""


def write(root: str, seed: int, config: Config, most: int = 1_000_000) -> None:
    """Capture and sync until killed, or `most` times; notes go to ``notes-SEED.jsonl`` in `root`.

    Exits with 0, or with 3 where the disk is full.
    """
    try:
        code = _write(root, seed, config, most)
    except ClewError:
        code = _FULL
    sys.exit(code)


def write_and_die(root: str, seed: int, config: Config, last: int) -> None:
    """The same, killed at system call number `last` of those that change the disk."""
    DyingSystem(last)
    write(root, seed, config)


def write_and_lose_power(root: str, seed: int, config: Config, last: int) -> None:
    """The same, with a ledger of what was on disk: ``ledger-SEED`` in `root`."""
    UnpluggedSystem(last, Path(root) / f"ledger-{seed}")
    write(root, seed, config)


def _write(root: str, seed: int, config: Config, most: int) -> int:
    sink = CollectionSink(Collection(Path(root), NAME), config)
    # Unbuffered and without the `os` module, whose calls fail in the tests of a full disk.
    notes = io.FileIO(Path(root) / f"notes-{seed}.jsonl", "a")

    def note(said: Note) -> None:
        with suppress(OSError):  # a file that cannot grow: what is not noted is not asked for
            notes.write(json.dumps(said).encode() + b"\n")

    writer = Writer(sink, note, seed)
    code = asyncio.run(writer.run(most))
    sink.close()
    return code


def start_and_stop(root: str) -> None:
    """What a worker does that starts after the kill and has nothing to write."""
    CollectionSink(Collection(Path(root), NAME), Config()).close()


class Writer:
    """Captures go on while a sync is under way, as they do in a crawl."""

    def __init__(self, sink: CollectionSink, note: Callable[[Note], object], seed: int) -> None:
        self.sink = sink
        self.note = note
        self.rng = random.Random(seed)
        self.burst = self.rng.choice((2, 4, 40))
        """Captures between two syncs, at most."""
        self.largest = self.rng.choice((3, 5, 7, 7))
        self.seed = seed
        self.unsafe: deque[tuple[CaptureRef, Note]] = deque()

    async def run(self, most: int) -> int:
        """0, or 3 where the disk is full or fails; then the rest is as unsafe as it was."""
        try:
            for number in range(most):
                await self._step(number)
            await self.sink.sync()
        except ClewError:
            return _FULL
        finally:
            self._note()
        return 0

    async def _step(self, number: int) -> None:
        for part in range(self.rng.randrange(1, self.burst)):
            self._capture(f"{number}-{part}")
        waiting = asyncio.ensure_future(self.sink.sync())
        await asyncio.sleep(0)
        try:
            self._capture(f"{number}-late")
        finally:
            await waiting
        self._note()

    def _capture(self, name: str) -> None:
        capture = any_capture(self.rng, self.largest, f"http://{self.seed}.example/{name}")
        response = hashlib.sha1(bytes(capture.response)).hexdigest()
        request = hashlib.sha1(capture.request).hexdigest()
        said: Note = {
            "uri": capture.uri,
            "request": request,
            "response": response if capture.response else "",
        }
        ref = self.sink.capture(capture)
        self.unsafe.append((ref, said))

    def _note(self) -> None:
        while self.unsafe and self.unsafe[0][0].number <= self.sink.synced:
            ref, said = self.unsafe.popleft()
            self.note(said | {"warc": ref.filename, "offset": ref.offset, "id": ref.record_id})


def any_capture(rng: random.Random, largest: int, uri: str) -> Capture:
    """A capture of any kind and of up to 10 ** `largest` bytes; one in eight has a payload that all share."""
    size = int(10 ** rng.uniform(0, rng.uniform(2, largest)))
    start = rng.randrange(len(NOISE) - size)
    body = SHARED if rng.random() < 0.12 else NOISE[start : start + size]
    head = b"HTTP/1.1 200 OK\r\nX-Id: %d\r\nContent-Length: %d\r\n\r\n" % (
        rng.getrandbits(60),
        len(body),
    )
    request = f"GET {uri} HTTP/1.1\r\nHost: kills.example\r\n\r\n".encode()
    moment, dice = datetime.now(UTC), rng.random()
    if dice < 0.05:
        return Capture(uri, "GET", request, Octets(), moment, 1, failure="reset before an answer")
    if dice < 0.15:
        cut = Octets(head + body[: len(body) // 2])
        return Capture(uri, "GET", request, cut, moment, 1, truncated=Truncation.DISCONNECT)
    early = (b"HTTP/1.1 103 Early Hints\r\n\r\n",) if dice < 0.25 else ()
    return Capture(uri, "GET", request, Octets(head + body), moment, 1, early, peer="192.0.2.7")
