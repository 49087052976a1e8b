"""A Valkey as Clew's embedded one is started, without the guard that would end it."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import redis

from crawler.store.embedded import find_binary
from crawler.store.guard import Server

_PATIENCE = 10.0
_CRON = 0.3
"""Seconds after which the server has counted its resident memory anew."""


class Valkey:
    """A running server, and what it has spent so far."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._server = Server(str(folder), str(folder), str(find_binary()))
        self._server.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.ready():
            if time.monotonic() > deadline:
                raise SystemExit((folder / "valkey.log").read_text())
            time.sleep(0.02)
        self.client = redis.Redis(unix_socket_path=self._server.socket)

    @property
    def url(self) -> str:
        """Its ``FRONTIER_URL``."""
        return "unix://" + quote(self._server.socket)

    def cpu(self) -> float:
        """User and system seconds."""
        info = self.client.info("cpu")
        return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])

    def memory(self) -> tuple[int, int]:
        """Bytes used and bytes resident."""
        time.sleep(_CRON)
        info = self.client.info("memory")
        return int(info["used_memory"]), int(info["used_memory_rss"])

    def keep_nothing(self) -> None:
        """Write no append-only file any more: for what measures memory alone."""
        self.client.config_set("appendonly", "no")

    def stop(self) -> None:
        """End it."""
        self.client.close()
        self._server.stop()


@contextmanager
def valkey() -> Iterator[Valkey]:
    """A server in a folder of its own, both gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="clew-") as folder:
        server = Valkey(Path(os.path.realpath(folder)))
        try:
            yield server
        finally:
            server.stop()
