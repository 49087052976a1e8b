"""The guard of an embedded server: a small process that lives as long as anybody needs the server.

Run as a program, by its path, so that nothing but the standard library is imported::

    guard.py FOLDER SOCKET_FOLDER SERVER_BINARY [LAST_WORD]

Theory of operation. The guard holds a lock on the state folder (``flock``), so there is one a folder.
It starts the server and listens on ``guard.sock``. Each client keeps a connection to it, which the
kernel closes however the client ends; the guard answers ``+`` once the server answers. When the last
connection closes, the guard takes its socket away (whoever comes now finds none, and starts the next
guard as soon as the lock is free), sends the server LAST_WORD, ends it with SIGTERM and goes.

Exit status: 0 a guard now runs in the background, 3 another one holds the lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import selectors
import signal
import socket
import subprocess
import sys
import time

LOCKED = 3
_TICK = 0.25
_FIRST_CLIENT = 10.0
"""Seconds that a new guard waits for its first client."""
_STOP_PATIENCE = 20.0


class Server:
    """The server process. One that a killed guard left behind is taken over."""

    def __init__(self, folder: str, sockets: str, binary: str) -> None:
        self.folder = folder
        self.socket = os.path.join(sockets, "valkey.sock")  # noqa: PTH118 (pathlib would cost 10 ms)
        self.binary = binary
        self.process: subprocess.Popen[bytes] | None = None
        self.orphan = _number(self.answer(b"INFO server\r\n"), b"process_id:")

    def start(self) -> None:
        """Start the server on the state that is there."""
        self.orphan = 0
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.socket)  # noqa: PTH108
        self.process = subprocess.Popen(
            [self.binary, *self._arguments()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _arguments(self) -> list[str]:
        return [
            *("--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--dir", self.folder, "--logfile", self.folder + "/valkey.log", "--loglevel", "notice"),
            *("--save", "", "--appendonly", "yes", "--appendfsync", "everysec"),
            *("--maxmemory-policy", "noeviction", "--daemonize", "no"),
            # Queues are lists, used at their ends: what lies between takes half the room, at no cost
            # that could be measured (docs/benchmarks.md).
            *("--list-compress-depth", "1"),
        ]

    def runs(self) -> bool:
        """Whether the process is there."""
        if self.process is not None:
            return self.process.poll() is None
        return self.orphan > 0 and _exists(self.orphan)

    def ready(self) -> bool:
        """Whether it has loaded its state and answers."""
        return self.answer(b"PING\r\n").startswith(b"+PONG")

    def answer(self, command: bytes) -> bytes:
        """The beginning of the answer to a command; empty where nobody answers."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(self.socket)
                connection.sendall(command)
                return connection.recv(65536)
            except OSError:
                return b""

    def stop(self) -> None:
        """End it so that its last second is on disk."""
        pid = self.process.pid if self.process is not None else self.orphan
        with contextlib.suppress(ProcessLookupError):
            if self.runs():
                os.kill(pid, signal.SIGTERM)
                deadline = time.monotonic() + _STOP_PATIENCE
                while self.runs() and time.monotonic() < deadline:
                    time.sleep(0.01)
                if self.runs():
                    os.kill(pid, signal.SIGKILL)


class Guard:
    """Counts the clients; `run` returns when the last one is gone, or the server cannot be kept."""

    def __init__(self, server: Server, listener: socket.socket) -> None:
        self.server = server
        self.listener = listener
        self.clients: set[socket.socket] = set()
        self.waiting: set[socket.socket] = set()
        self.failures = 0
        self.selector = selectors.DefaultSelector()
        self.selector.register(listener, selectors.EVENT_READ)

    def run(self) -> None:
        """Serve until nobody is left."""
        first = time.monotonic() + _FIRST_CLIENT
        while self.clients or time.monotonic() < first:
            for key, _ in self.selector.select(0.01 if self.waiting else _TICK):
                if key.fileobj is self.listener:
                    self._accept()
                    first = 0.0
                elif isinstance(key.fileobj, socket.socket):
                    self._gone(key.fileobj)
            if not self._keep():
                return

    def _accept(self) -> None:
        client, _ = self.listener.accept()
        self.selector.register(client, selectors.EVENT_READ)
        self.clients.add(client)
        self.waiting.add(client)

    def _gone(self, client: socket.socket) -> None:
        self.selector.unregister(client)
        self.clients.discard(client)
        self.waiting.discard(client)
        client.close()

    def _keep(self) -> bool:
        """Tell those who wait, start a server that died; False where it dies again and again."""
        if not self.server.runs():
            self.failures += 1
            if self.failures > 3:
                return False
            self.server.start()
        elif self.waiting and self.server.ready():
            self.failures = 0
            for client in self.waiting:
                with contextlib.suppress(OSError):
                    client.sendall(b"+")
            self.waiting.clear()
        return True


def main(folder: str, sockets: str, binary: str, last_word: str = "") -> int:
    """Become the guard of `folder`, in the background; the exit status of the process in front."""
    os.umask(0o077)
    lock = os.open(folder + "/lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return LOCKED
    path = sockets + "/guard.sock"
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(64)
        if os.fork():
            os._exit(0)
        os.setsid()
        os.chdir("/")
        os.dup2(0, 2)  # whoever started the guard reads its standard error to the end
        _guard(Server(folder, sockets, binary), listener, path, last_word)
    return 0


def _guard(server: Server, listener: socket.socket, path: str, last_word: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    guard = Guard(server, listener)
    try:
        guard.run()
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)  # noqa: PTH108
        listener.close()
        for client in guard.clients:
            client.close()
        if last_word and not guard.clients:
            # Nobody is left who could act for this server, and its whole history is on disk next.
            server.answer(last_word.encode() + b"\r\n")
        server.stop()


def _number(text: bytes, name: bytes) -> int:
    digits = text.partition(name)[2].partition(b"\r")[0]
    return int(digits) if digits.isdigit() else 0


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
