"""A Redis or Valkey under the control of a proof: it may be killed, cut, put back and wiped."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections import deque
from pathlib import Path
from typing import Any

import redis

from crawler.errors import SettingError
from crawler.store.embedded import find_binary

_PATIENCE = 20.0


def programs() -> dict[str, Path]:
    """The servers of this machine by name: ``valkey`` (of Clew's embedded server), ``redis``."""
    found = {}
    with contextlib.suppress(SettingError):
        found["valkey"] = find_binary()
    if system := shutil.which("redis-server"):
        found["redis"] = Path(system)
    return found


class Server:
    """One server with an append-only file that is made durable every second."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program = program
        self.folder = folder
        self.socket = folder / "server.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._sizes: deque[tuple[float, int]] = deque(maxlen=1000)
        folder.mkdir()

    @property
    def url(self) -> str:
        """Its ``FRONTIER_URL``."""
        return f"unix://{self.socket}"

    def ask(self, *words: str) -> Any:
        """The reply to a command. Raises `redis.exceptions.RedisError`."""
        with redis.Redis(unix_socket_path=str(self.socket)) as client:
            return client.execute_command(*words)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        durable = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""]
        whole = ["--auto-aof-rewrite-percentage", "0", "--aof-load-truncated", "yes"]
        place = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        log = ["--logfile", str(self.folder / "log")]
        self._process = subprocess.Popen([self.program, *place, *durable, *whole, *log])
        deadline = time.monotonic() + _PATIENCE
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "log").read_text()[-800:]
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.01)

    def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.socket.unlink(missing_ok=True)

    def note_size(self) -> None:
        """Remember how long the append-only file is now, for `cut_power`."""
        if (newest := self._newest()) is not None:
            self._sizes.append((time.monotonic(), newest.stat().st_size))

    def cut_power(self, seconds: float) -> None:
        """SIGKILL, and what the last `seconds` wrote is gone, as it may be with ``everysec``."""
        self.kill()
        since = time.monotonic() - seconds
        newest, sizes = self._newest(), [size for moment, size in self._sizes if moment < since]
        assert newest is not None
        assert sizes, "the proof is too young for a power cut"
        os.truncate(newest, sizes[-1])
        self._sizes.clear()

    def copy(self, target: Path) -> None:
        """A copy of the state as it is now, while the server runs."""
        shutil.copytree(self._state, target)

    def put_back(self, source: Path) -> None:
        """SIGKILL, and the state is that copy."""
        self.wipe()
        shutil.copytree(source, self._state)

    def wipe(self) -> None:
        """SIGKILL, and the state is gone."""
        self.kill()
        shutil.rmtree(self._state)
        self._sizes.clear()

    @property
    def _state(self) -> Path:
        return self.folder / "appendonlydir"

    def _newest(self) -> Path | None:
        return max(self._state.glob("*.incr.aof"), key=lambda path: path.stat().st_mtime, default=None)

    def _answers(self) -> bool:
        try:
            return bool(self.ask("PING"))
        except redis.exceptions.RedisError:
            return False
