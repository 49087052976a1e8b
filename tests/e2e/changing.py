"""A small site that changes: it knows validators, and keeps what it was asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


@dataclass
class Page:
    """What the site answers for a path; with a tag or a date it answers 304 where nothing changed."""

    body: bytes
    etag: str = ""
    modified: str = ""


@dataclass
class ChangingSite:
    """Serves `pages` on a free port of the loopback while it is entered."""

    pages: dict[str, Page]
    asked: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Path, If-None-Match, If-Modified-Since and the status of the answer."""

    def __enter__(self) -> ChangingSite:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                page = site.pages.get(self.path)
                tag, since = (self.headers.get(n, "") for n in ("If-None-Match", "If-Modified-Since"))
                status = 404 if page is None else 200
                if page and (
                    (tag and tag == page.etag) or (not tag and since and since == page.modified)
                ):
                    status = 304
                site.asked.append((self.path, tag, since, status))
                self._answer(status, page or Page(b"none"))

            def _answer(self, status: int, page: Page) -> None:
                self.send_response(status)
                for name, value in (("ETag", page.etag), ("Last-Modified", page.modified)):
                    if value:
                        self.send_header(name, value)
                if status != 304:
                    self.send_header("Content-Type", "text/html")
                    self.send_header("Content-Length", str(len(page.body)))
                self.end_headers()
                if status != 304:
                    self.wfile.write(page.body)

            def log_message(self, *args: object) -> None:
                """`asked` is the log."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def statuses(self, path: str) -> list[int]:
        """The statuses of all answers for a path so far."""
        return [status for asked, _, _, status in self.asked if asked == path]
