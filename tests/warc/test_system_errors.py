"""What the system refuses comes as one line that a user reads, never as a traceback, and loses no record."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from crawler.config import Config
from crawler.errors import ClewError
from crawler.model.capture import Capture
from crawler.model.collection import Collection
from pipelines.sink import CollectionSink


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


def test_a_disk_that_knows_no_locks_is_named(
    sink: CollectionSink, page: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(ClewError, match="Input/output"):
        sink.capture(page(1))
    assert list(sink.collection.archive.iterdir()) == []


def test_a_file_that_cannot_be_repaired_is_named(
    sink: CollectionSink,
    page: Callable[..., Capture],
    collection: Collection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sink.capture(page(1))
    sink.close()
    (path,) = collection.archive.iterdir()
    path.rename(path.with_name(path.name + ".open"))
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ClewError, match="Input/output"):
        CollectionSink(collection, Config())


@pytest.mark.parametrize("call", ["fsync", "open", "rename"])
def test_a_file_that_cannot_be_finished_is_told_in_the_log(
    sink: CollectionSink,
    page: Callable[..., Capture],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    call: str,
) -> None:
    sink.capture(page(1))
    monkeypatch.setattr(os, call, refuse)
    sink.close()
    assert "Input/output" in caplog.text
    assert sink.synced == 0


def test_what_could_not_be_cut_back_moves_no_later_record(
    sink: CollectionSink, page: Callable[..., Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Offsets are those of the file, whatever a failing disk left in it."""
    sink.capture(page(1))
    write = os.write

    def writes_half(fd: int, data: Any) -> int:
        write(fd, bytes(data)[: len(data) // 2])
        refuse()

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", writes_half)
        patch.setattr(os, "ftruncate", refuse)
        with pytest.raises(ClewError, match="Input/output"):
            sink.capture(page(2))
    ref = sink.capture(page(3))
    sink.close()
    (path,) = sink.collection.archive.glob("*.warc.gz")
    data = path.read_bytes()
    assert data[ref.offset : ref.offset + 3] == b"\x1f\x8b\x08"
