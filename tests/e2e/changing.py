"""A small site that changes: it knows validators and their abuses, and keeps what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

Asked = tuple[str, str, str, int]


@dataclass
class Page:
    """What the site answers for a path; with a tag or a date it answers 304 where nothing changed."""

    body: bytes
    etag: str = ""
    modified: str = ""
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    tag_in_304: str | None = None
    """In place of `etag`."""
    answers_condition: int = 304
    """The status of an answer to a condition that holds."""
    stubborn: bool = False
    """Answers 304 also where it was not asked whether."""
    kind: str = "text/html"

    def status_for(self, tag: str, since: str) -> int:
        holds = (tag and tag == self.etag) or (not tag and since and since == self.modified)
        return self.answers_condition if holds or self.stubborn else self.status


@dataclass
class ChangingSite:
    """Serves `pages` on a free port of the loopback while it is entered."""

    pages: dict[str, Page]
    asked: list[Asked] = field(default_factory=list)
    """Path, If-None-Match, If-Modified-Since and the status of the answer."""
    before: Callable[[str], None] = lambda path: None
    """Called with the path between a request and its answer."""
    pause: float = 0.0
    """Seconds that each answer takes."""

    def __enter__(self) -> ChangingSite:
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16  # head and body at once: else the body waits 40 ms for an acknowledgement

            def do_GET(self) -> None:
                page = site.pages.get(self.path, Page(b"none", status=404))
                tag, since = (self.headers.get(n, "") for n in ("If-None-Match", "If-Modified-Since"))
                status = page.status_for(tag, since)
                site.asked.append((self.path, tag, since, status))
                time.sleep(site.pause)
                site.before(self.path)
                self._answer(status, page)

            def _answer(self, status: int, page: Page) -> None:
                self.send_response(status)
                other = page.tag_in_304 if status == 304 else None
                tag = page.etag if other is None else other
                own = {"ETag": tag, "Last-Modified": page.modified, **page.fields}
                body = b"" if status == 304 else page.body
                if status != 304:
                    own |= {"Content-Type": page.kind, "Content-Length": str(len(body))}
                for name, value in own.items():
                    if value:
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """`asked` is the log."""

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *args: object) -> None:
                """A crawler that is killed resets its connections."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
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

    def conditions(self, path: str) -> list[str]:
        """The conditions of all requests for a path so far, a tag before a date."""
        return [tag or since for asked, tag, since, _ in self.asked if asked == path]
