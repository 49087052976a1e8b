"""A fake Aggregator: TimeGate and TimeMap over several archives, on real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.archives.wayback_machine import WaybackMachine

Listed = tuple[datetime, str]
"""Moment and URI-M."""


@contextmanager
def aggregating(*machines: WaybackMachine) -> Iterator[str]:
    """The Aggregator's URL: ``/timegate/URL``, ``/timemap/link/URL``, ``/timemap/json/URL``."""
    handler = type("Bound", (_Handler,), {"machines": machines})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    timeout = 5
    machines: tuple[WaybackMachine, ...]

    def do_GET(self) -> None:
        _, what, rest = self.path.split("/", 2)
        form, uri_r = ("", rest) if what == "timegate" else rest.split("/", 1)
        listed = sorted(self._listed(uri_r))
        if not listed:
            self._say(404, b"")
        elif what == "timegate":
            self._say(302, b"", [("Vary", "accept-datetime"), ("Location", self._nearest(listed))])
        elif form == "json":
            entries = [
                {"datetime": f"{when:%Y-%m-%dT%H:%M:%SZ}", "uri": uri_m} for when, uri_m in listed
            ]
            self._say(200, json.dumps({"original_uri": uri_r, "mementos": {"list": entries}}).encode())
        else:
            links = [f'<{uri_r}>; rel="original"', *map(_link, listed)]
            self._say(200, ",\n".join(links).encode())

    def _listed(self, uri_r: str) -> Iterator[Listed]:
        for machine in self.machines:
            for held in machine.index.captures(uri_r):
                moment = datetime.strptime(held.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
                yield moment, machine.uri_m(uri_r, held.timestamp, "")

    def _nearest(self, listed: list[Listed]) -> str:
        wanted = self.headers.get("Accept-Datetime")
        if wanted is None:
            return listed[-1][1]
        moment = parsedate_to_datetime(wanted).astimezone(UTC)
        return min(listed, key=lambda one: abs(one[0] - moment))[1]

    def _say(self, status: int, body: bytes, fields: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for name, value in [*(fields or []), ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nobody asks."""


def _link(listed: Listed) -> str:
    return f'<{listed[1]}>; rel="memento"; datetime="{format_datetime(listed[0], usegmt=True)}"'
