"""One page as an exchange on the wire, for the writers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

_REQUEST = (
    b"GET /news/2024/03/12/%d HTTP/1.1\r\nHost: news.example.org\r\n"
    b"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
    b"Accept-Language: en\r\nUser-Agent: a-crawler/1.0 (+https://crawler.example.org)\r\n"
    b"Accept-Encoding: gzip, deflate, br\r\n\r\n"
)
FIELDS = [
    ("Date", "Tue, 12 Mar 2024 10:00:00 GMT"),
    ("Server", "nginx"),
    ("Content-Type", "text/html; charset=utf-8"),
    ("Cache-Control", "max-age=60, stale-while-revalidate=30"),
    ("Vary", "Accept-Encoding, X-Country"),
    ("X-Frame-Options", "SAMEORIGIN"),
    ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
]


@dataclass(frozen=True, slots=True)
class Sample:
    """One exchange, as it stood on the wire."""

    uri: str
    request: bytes
    fields: list[tuple[str, str]]
    body: bytes
    head: bytes
    started: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def request_fields(self) -> list[tuple[str, str]]:
        """The request's fields."""
        lines = self.request.decode("latin-1").split("\r\n")[1:-2]
        return [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def sample(number: int, html: bytes) -> Sample:
    """`html` with a mark of its own, so that nobody writes it as a revisit."""
    body = html + b"<!-- %08d -->\n" % number
    fields = [*FIELDS, ("Content-Length", str(len(body)))]
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode()
    uri = f"https://news.example.org/news/2024/03/12/{number}"
    return Sample(uri, _REQUEST % number, fields, body, head)
