"""The sample news site: static pages over HTTP/1.1, with a log that says when each request came.

``python tests/site/server.py --port 0 --ready FILE [--log FILE]`` serves ``pages/`` until SIGTERM.
READY gets one JSON object, ``{"port": ..., "url": ...}``, once the socket listens. LOG gets one JSON
object a request: ``at`` (monotonic seconds of this machine), ``host``, ``method``, ``path``, ``status``,
``agent``.

Standard library only. What is special about a few paths stands in the tables below.
"""

from __future__ import annotations

import argparse
import gzip
import json
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit

PAGES = Path(__file__).parent / "pages"
REDIRECTS = {
    "/news/2024/03/12/kelder-barrage-sixteen-years-on": (
        HTTPStatus.FOUND,
        "/news/2024/03/12/kelder-barrage-turns-its-first-tide",
    ),
    "/news/2023/10/02/herring-are-back-in-the-sound": (
        HTTPStatus.MOVED_PERMANENTLY,
        "/news/2023/10/02/herring-return-to-kelder-sound",
    ),
}
GZIPPED = {"/news/2024/03/11/who-pays-for-the-tide"}
CHUNKED = {"/news/2024/03/12/how-we-timed-the-turbines"}
CHUNK = 1000
TYPES = {
    # As in 2008: the page itself says in which charset it is.
    ".stm": "text/html",
    ".html": "text/html; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript",
    ".png": "image/png",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
GONE = "<!DOCTYPE html>\n<html lang=en><title>Not found</title><p>There is no such page.</html>\n"


@dataclass(frozen=True)
class Answer:
    """What goes back for one path."""

    status: HTTPStatus
    body: bytes = b""
    fields: dict[str, str] = field(default_factory=dict)
    chunked: bool = False


def answer(path: str) -> Answer:
    """The answer for a path; a path that is none of ours is 404."""
    if path in REDIRECTS:
        status, target = REDIRECTS[path]
        return Answer(status, b"", {"Location": target})
    file = page_file(path)
    if file is None:
        return Answer(HTTPStatus.NOT_FOUND, GONE.encode(), {"Content-Type": TYPES[".html"]})
    body, fields = file.read_bytes(), {"Content-Type": TYPES[file.suffix]}
    if path in GZIPPED:
        body = gzip.compress(body, mtime=0)
        fields["Content-Encoding"] = "gzip"
    return Answer(HTTPStatus.OK, body, fields, path in CHUNKED)


def page_file(path: str) -> Path | None:
    """The file under ``pages/`` for a path: as it is, with ``.html``, or ``index.html`` for ``/``."""
    parts = [part for part in PurePosixPath(unquote(path)).parts if part != "/"]
    if ".." in parts:
        return None
    file = PAGES.joinpath(*parts) if parts else PAGES / "index.html"
    for candidate in (file, file.with_name(file.name + ".html")):
        if candidate.is_file():
            return candidate
    return None


def chunks(body: bytes) -> Iterator[bytes]:
    """`body` in the chunked transfer coding (RFC 9112, 7.1)."""
    for start in range(0, len(body), CHUNK):
        part = body[start : start + CHUNK]
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"


class Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    protocol_version = "HTTP/1.1"
    server_version = "Skerry"
    sys_version = ""
    wbufsize = -1  # head and body leave in one piece
    timeout = 60
    server: Site

    def do_GET(self) -> None:
        """Answer with head and body."""
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        """Answer with the head alone."""
        self._respond(with_body=False)

    def _respond(self, *, with_body: bool) -> None:
        arrived = time.monotonic()
        reply = answer(urlsplit(self.path).path)
        self.server.note(arrived, self, reply.status)
        self.send_response(reply.status)
        for name, value in reply.fields.items():
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if with_body:
            self.wfile.writelines(chunks(reply.body) if reply.chunked else [reply.body])

    def log_message(self, format: str, *args: object) -> None:
        """The log is `Site.note`; nothing goes to standard error."""


class Site(ThreadingHTTPServer):
    """The server, and its log."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], log: IO[str] | None) -> None:
        super().__init__(address, Handler)
        self._log = log
        self._lock = threading.Lock()

    def note(self, arrived: float, request: Handler, status: HTTPStatus) -> None:
        """Log one request."""
        if self._log is None:
            return
        line = {
            "at": round(arrived, 6),
            "host": request.headers.get("Host", ""),
            "method": request.command,
            "path": request.path,
            "status": int(status),
            "agent": request.headers.get("User-Agent", ""),
        }
        with self._lock:
            self._log.write(json.dumps(line) + "\n")
            self._log.flush()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, or is killed, is no news."""


def announce(ready: Path, port: int) -> None:
    """Write READY whole: whoever sees the file can read it."""
    part = ready.with_name(ready.name + ".part")
    part.write_text(json.dumps({"port": port, "url": f"http://127.0.0.1:{port}"}))
    part.replace(ready)


def serve(port: int, ready: Path, log: IO[str] | None) -> None:
    """Serve on the loopback interface until SIGTERM or SIGINT; port 0 is any free port."""
    with Site(("127.0.0.1", port), log) as site:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=site.shutdown).start())
        announce(ready, site.server_address[1])
        site.serve_forever(poll_interval=0.1)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description="Serve the sample news site on 127.0.0.1.")
    parser.add_argument("--port", type=int, default=0, help="0 (the default): any free port")
    parser.add_argument("--ready", type=Path, required=True, help="file to write the address to")
    parser.add_argument("--log", type=argparse.FileType("a"), help="file for one JSON line a request")
    arguments = parser.parse_args()
    serve(arguments.port, arguments.ready, arguments.log)


if __name__ == "__main__":
    main()
