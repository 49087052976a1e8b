"""Real servers that files are read from: one for HTTP that counts, and moto's for S3."""

from __future__ import annotations

import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.ports import free_port


@dataclass(frozen=True)
class Asked:
    method: str
    range: str
    sent: int
    agent: str


class Web:
    """The files of a folder over HTTP. `ranges`: ``bytes``, ``none`` (and said), ``ignored``."""

    def __init__(self, folder: Path, ranges: str = "bytes") -> None:
        self.asked: list[Asked] = []
        self._server = _Server(("127.0.0.1", 0), _handler(folder, ranges, self.asked))
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def sent(self) -> int:
        return sum(one.sent for one in self.asked)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that has enough goes away."""


def _handler(folder: Path, ranges: str, asked: list[Asked]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(self._path(), 0)

        def do_GET(self) -> None:
            self._answer(self._path(), -1)

        def log_message(self, *_: Any) -> None:
            pass

        def _path(self) -> Path:
            return folder / self.path.partition("?")[0].lstrip("/")

        def _answer(self, path: Path, most: int) -> None:
            if not path.is_file():
                self.send_error(404)
                return
            size = path.stat().st_size
            wanted = self.headers.get("Range", "") if ranges == "bytes" else ""
            first, last = _bounds(wanted, size)
            self.send_response(206 if wanted and most else 200)
            if wanted and most:
                self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
            if ranges != "ignored":
                self.send_header("Accept-Ranges", ranges)
            self.send_header("Content-Length", str(last - first + 1))
            self.end_headers()
            sent = self._send(path, first, last - first + 1) if most else 0
            agent = self.headers.get("User-Agent", "")
            asked.append(Asked(self.command, self.headers.get("Range", ""), sent, agent))

        def _send(self, path: Path, first: int, length: int) -> int:
            sent = 0
            with path.open("rb") as file:
                file.seek(first)
                try:
                    while sent < length and (data := file.read(min(1 << 16, length - sent))):
                        self.wfile.write(data)
                        sent += len(data)
                except OSError:
                    pass  # the client has enough
            return sent

    return Handler


def _bounds(wanted: str, size: int) -> tuple[int, int]:
    first, _, last = wanted.removeprefix("bytes=").partition("-")
    return (int(first or 0), min(int(last or size), size - 1)) if wanted else (0, size - 1)


@contextmanager
def s3(program: Path) -> Iterator[str]:
    """The address of an S3 server in memory."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(server, url)
        yield url
    finally:
        server.terminate()
        server.wait(20)


def _await(server: subprocess.Popen[bytes], url: str) -> None:
    end = time.monotonic() + 20
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the S3 server did not start")
