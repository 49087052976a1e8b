"""Sites that note when each request came: one host each, with answers by path."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any


@dataclass(frozen=True)
class Reply:
    """An answer; `{name}` in its fields and body stands for the URL of the site of that name."""

    body: str = ""
    status: int = 200
    fields: Mapping[str, str] = field(default_factory=dict)
    kind: str = "text/html"


Answers = Callable[[str, int], Reply]
"""The reply to a path that is asked for so many times by now (1 is the first)."""


def page(*links: str, images: tuple[str, ...] = ()) -> Reply:
    anchors = "".join(f'<p><a href="{link}">to {link}</a></p>' for link in links)
    return Reply(f"<title>{links}</title>" + "".join(f'<img src="{one}">' for one in images) + anchors)


def moved(target: str) -> Reply:
    return Reply(status=302, fields={"Location": target})


NOT_FOUND = Reply("none", 404)


class Site:
    """One host. It may go away and come back on the same port."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.arrivals: list[tuple[float, str]] = []
        """Monotonic seconds and path of each request, in order."""
        self.names: dict[str, str] = {}
        self._lock = threading.Lock()
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.come()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    def come(self) -> None:
        server = ThreadingHTTPServer(("127.0.0.1", self.port), type("Asked", (_Asked,), {"site": self}))
        server.daemon_threads = True
        self.server, self.port = server, server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def go(self) -> None:
        server, self.server = self.server, None
        assert server is not None
        server.shutdown()
        server.server_close()

    def note(self, path: str) -> int:
        now = time.monotonic()
        with self._lock:
            self.arrivals.append((now, path))
            return self.count(path)

    def paths(self) -> list[str]:
        return [path for _, path in self.arrivals]

    def count(self, path: str) -> int:
        return self.paths().count(path)


def shortest(*sites: Site) -> float:
    """Seconds between the two arrivals, at any of the sites, that came closest to each other."""
    moments = sorted(moment for site in sites for moment, _ in site.arrivals)
    return min(later - earlier for earlier, later in pairwise(moments))


@contextmanager
def serving(**answers: Answers) -> Iterator[Any]:
    """Sites by name, as attributes of what is given; gone at the end."""
    sites = {name: Site(one) for name, one in answers.items()}
    for site in sites.values():
        site.names = {name: other.url for name, other in sites.items()}
    try:
        yield type("Sites", (), sites)
    finally:
        for site in sites.values():
            site.go()


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 2  # an idle connection must not outlive a site that goes
    site: Site

    def do_GET(self) -> None:
        if self.server is not self.site.server:
            self.close_connection = True  # it came over a connection from before the site went
            return
        reply = self.site.answers(self.path, self.site.note(self.path))
        body = self._named(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.fields.items():
            self.send_header(name, self._named(value))
        self.send_header("Content-Type", reply.kind)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _named(self, text: str) -> str:
        for name, url in self.site.names.items():
            text = text.replace("{" + name + "}", url)
        return text

    def log_message(self, format: str, *args: object) -> None:
        """The site notes what came."""
