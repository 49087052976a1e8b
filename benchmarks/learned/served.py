"""A mirrored site on a port of the loopback, each page at the path that it has on the site."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from benchmarks.learned.labels import Labelled, place


@contextmanager
def served(pages: list[Labelled]) -> Iterator[str]:
    """Serve the pages, the site's own address in them replaced by the server's; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    address = f"http://127.0.0.1:{server.server_port}"
    server.RequestHandlerClass = _handler({place(page.uri): page for page in pages}, address)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(pages: Mapping[str, Labelled], address: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 16

        def do_GET(self) -> None:
            page = pages.get(self.path)
            body = b"none" if page is None else _moved(page, address)
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """The crawl has a log."""

    return Handler


def _moved(page: Labelled, address: str) -> bytes:
    scheme, host = urlsplit(page.uri)[:2]
    return page.body().replace(f"{scheme}://{host}".encode(), address.encode())
