"""A fake Wayback Machine: real sockets, and the manners that users of the real one report.

``/web/TIMESTAMP[MODIFIER]/URL`` plays a capture, ``/web/URL`` is the TimeGate, ``/web/timemap/link/URL``
and ``/web/timemap/json/URL`` the TimeMap, ``/cdx/search/cdx`` the CDX server. What it cannot know of the
real service: robots exclusions, sign-ins, and whatever is not in docs/memento.md.
"""

from __future__ import annotations

import enum
import gzip
import json
import re
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from typing import NamedTuple
from urllib.parse import parse_qs, urljoin

from tests.archives.wayback_index import Held, Index, Shelf, answer

_PLAY = re.compile(r"/web/(\d{1,14})([a-z]{2}_)?/(.+)", re.S)
_TOOLBAR = b"<!-- BEGIN WAYBACK TOOLBAR INSERT --><div>toolbar</div>"
_PIECE = 1 << 16
Fields = list[tuple[str, str]]


class Kind(enum.StrEnum):
    """What the machine counts apart."""

    PLAYBACK = "playback"
    INDEX = "index"


class Trouble(enum.Enum):
    """How it misbehaves when told to: an answer, or none."""

    TOO_MANY = 429
    """Without ``Retry-After``, as always there."""
    ERROR = 500
    BAD_GATEWAY = 502
    UNAVAILABLE = 503
    TIMED_OUT = 504
    HANGS_UP = 0
    """The connection is closed, nothing is said."""


@dataclass(frozen=True)
class Limits:
    """How many requests are answered within `seconds`; who goes on asking for longer than `patience`
    after a 429 finds the port closed for `block` seconds, twice as long each time."""

    playback: int = 600
    index: int = 30
    seconds: float = 60.0
    patience: float = 60.0
    block: float = 3600.0


class Asked(NamedTuple):
    """A request: monotonic seconds, what it is counted as, its path, the status of the answer (0: none),
    and its ``User-Agent``."""

    when: float
    kind: Kind
    path: str
    status: int
    agent: str


class WaybackMachine:
    """One archive on a port of its own. It may go away and come back on it.

    `delay` is the seconds that each answer takes, `links_a_page` parts TimeMaps (0: whole).
    """

    def __init__(
        self,
        captures: Iterable[Held] | Index,
        *,
        limits: Limits | None = None,
        delay: float = 0.0,
        links_a_page: int = 0,
    ) -> None:
        self.index: Index = Shelf(captures) if isinstance(captures, Iterable) else captures
        self.limits, self.delay, self.links_a_page = limits, delay, links_a_page
        self.asked: list[Asked] = []
        """All that came, in order."""
        self.blocked = 0
        """How often it closed its port."""
        self._troubles: deque[Trouble] = deque()
        self._warned = 0.0
        self._answered: dict[Kind, deque[float]] = {kind: deque() for kind in Kind}
        self._lock = threading.Lock()
        self._timer: threading.Timer | None = None
        self.server: ThreadingHTTPServer | None = None
        self.port = 0
        self.come()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """As ``archive=`` takes it."""
        return f"http://{self.host}/web/"

    @property
    def cdx(self) -> str:
        return f"http://{self.host}/cdx/search/cdx"

    def uri_m(self, uri_r: str, timestamp: str, modifier: str = "id_") -> str:
        return f"{self.url}{timestamp}{modifier}/{uri_r}"

    def timestamps(self, kind: Kind) -> list[float]:
        """Monotonic seconds of what came and is counted so."""
        return [one.when for one in self.asked if one.kind is kind]

    def paths(self) -> list[str]:
        return [one.path for one in self.asked]

    def trouble(self, *troubles: Trouble) -> None:
        """So it answers what comes next, one by one, whatever is asked."""
        self._troubles.extend(troubles)

    def come(self) -> None:
        server = _Server(("127.0.0.1", self.port), type("Bound", (_Handler,), {"machine": self}))
        self.server, self.port = server, server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def go(self) -> None:
        """Connections are refused from now on."""
        with self._lock:
            server, self.server = self.server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self.go()

    def verdict(self, kind: Kind) -> Trouble | None:
        """Whether the next answer is a refusal, by what it was told and by its counters."""
        with self._lock:
            if self._troubles:
                return self._troubles.popleft()
            return Trouble.TOO_MANY if self.limits and self._over(self.limits, kind) else None

    def note(self, kind: Kind, path: str, status: int, agent: str) -> None:
        with self._lock:
            self.asked.append(Asked(time.monotonic(), kind, path, status, agent))

    def _over(self, limits: Limits, kind: Kind) -> bool:
        now, answered = time.monotonic(), self._answered[kind]
        while answered and answered[0] <= now - limits.seconds:
            answered.popleft()
        if len(answered) < (limits.playback if kind is Kind.PLAYBACK else limits.index):
            answered.append(now)
            self._warned = 0.0
            return False
        self._warned = self._warned or now
        if now - self._warned > limits.patience:
            self._block(limits.block * 2**self.blocked)
        return True

    def _block(self, seconds: float) -> None:
        self.blocked, self._warned = self.blocked + 1, 0.0
        threading.Thread(target=self.go, daemon=True).start()
        self._timer = threading.Timer(seconds, self.come)
        self._timer.daemon = True
        self._timer.start()


@contextmanager
def running(
    captures: Iterable[Held] | Index,
    *,
    limits: Limits | None = None,
    delay: float = 0.0,
    links_a_page: int = 0,
) -> Iterator[WaybackMachine]:
    """A machine that is gone at the end."""
    machine = WaybackMachine(captures, limits=limits, delay=delay, links_a_page=links_a_page)
    try:
        yield machine
    finally:
        machine.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "nginx"
    sys_version = ""
    wbufsize = -1
    timeout = 5
    machine: WaybackMachine

    def do_GET(self) -> None:
        if self.server is not self.machine.server:
            self.close_connection = True  # it came over a connection from before the machine went
            return
        played = _PLAY.fullmatch(self.path)
        kind = Kind.PLAYBACK if played else Kind.INDEX
        trouble = self.machine.verdict(kind)
        time.sleep(self.machine.delay)
        self._kind = kind
        if trouble is not None:
            self._refuse(trouble)
        elif played:
            self._play(played[1].ljust(14, "0"), played[2] or "", played[3])
        elif self.path.startswith("/cdx/search/cdx?"):
            self._cdx(parse_qs(self.path.partition("?")[2]))
        elif self.path.startswith("/web/timemap/"):
            self._timemap(*self.path.removeprefix("/web/timemap/").partition("/")[::2])
        elif self.path.startswith("/web/"):
            self._timegate(self.path.removeprefix("/web/").removeprefix("id_/"))
        else:
            self._say(404, [], b"not here")

    # -- playback

    def _play(self, timestamp: str, modifier: str, uri_r: str) -> None:
        held = _nearest(self.machine.index.captures(uri_r), timestamp)
        if held is None:
            self._say(404, [], b"The Wayback Machine has not archived that URL.")
        elif held.timestamp != timestamp:
            reason = f"found capture at {held.timestamp}"
            self._send_on(held, modifier, [("x-archive-redirect-reason", reason)])
        elif held.runtime_error:
            self._say(
                503, [("X-Archive-Wayback-Runtime-Error", held.runtime_error)], b"Wayback Exception"
            )
        else:
            self._memento(held, modifier)

    def _memento(self, held: Held, modifier: str) -> None:
        body, coded = (held.body, held.coding) if modifier == "id_" else (_rewritten(held), "")
        fields = _originals(held)
        if 300 <= held.status < 400:
            target = urljoin(held.uri_r, held.location)
            fields.append(("location", self.machine.uri_m(target, held.timestamp, modifier)))
        fields += [*self._about(held), ("x-archive-src", f"A-{held.timestamp[:8]}.warc.gz")]
        if coded:
            fields.append(("Content-Encoding", coded))
        elif body and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            body = gzip.compress(body, mtime=0)
            fields.append(("Content-Encoding", "gzip"))
        self._say(302 if 300 <= held.status < 400 else held.status, fields, body, held.mime)

    def _about(self, held: Held) -> Fields:
        named, root = held.named or held.uri_r, self.machine.url
        moment = _http_date(held.timestamp)
        links = (
            f'<{named}>; rel="original", '
            f'<{root}timemap/link/{named}>; rel="timemap"; type="application/link-format", '
            f'<{root}{named}>; rel="timegate", '
            f'<{root}{held.timestamp}/{named}>; rel="first last memento"; datetime="{moment}"'
        )
        return [("memento-datetime", moment), ("link", links)]

    def _send_on(self, held: Held, modifier: str, fields: Fields) -> None:
        self._say(302, [*fields, ("location", self.machine.uri_m(held.uri_r, held.timestamp, modifier))])

    # -- looking up

    def _timegate(self, uri_r: str) -> None:
        wanted = self.headers.get("Accept-Datetime")
        held = _nearest(self.machine.index.captures(uri_r), _timestamp(wanted) if wanted else "9" * 14)
        if held is None:
            self._say(404, [], b"The Wayback Machine has not archived that URL.")
            return
        links = f'<{uri_r}>; rel="original", <{self.machine.url}timemap/link/{uri_r}>; rel="timemap"'
        self._send_on(held, "", [("Vary", "accept-datetime"), ("link", links)])

    def _timemap(self, form: str, uri_r: str) -> None:
        page, _, rest = uri_r.partition("/") if re.match(r"\d+/", uri_r) else ("1", "", uri_r)
        captures = self.machine.index.captures(rest)
        if not captures:
            self._say(404, [], b"")
        elif form == "json":
            names = list(captures[0].line)
            rows = [names, *(list(one.line.values()) for one in captures)]
            self._say(200, [], json.dumps(rows).encode(), "application/json")
        else:
            links = _timemap_links(self.machine, rest, captures, int(page))
            self._say(200, [], ",\n".join(links).encode() + b"\n", "application/link-format")

    def _cdx(self, asked: dict[str, list[str]]) -> None:
        try:
            lines = answer(self.machine.index, asked)
            first = next(lines, "")
        except (ValueError, re.error) as error:
            self._say(400, [], str(error).encode(), "text/plain")
            return
        self._begin(200, [("Content-Type", "text/plain"), ("Transfer-Encoding", "chunked")])
        for piece in _joined(chain([first], lines)):
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    # -- the wire

    def _refuse(self, trouble: Trouble) -> None:
        if trouble is Trouble.HANGS_UP:
            self.machine.note(self._kind, self.path, 0, self._agent)
            self.close_connection = True
        else:
            self._say(trouble.value, [], b"<h1>Too Many Requests</h1>")

    def _say(self, status: int, fields: Fields, body: bytes = b"", mime: str = "text/html") -> None:
        if status not in (204, 304):
            fields = [("Content-Type", mime), *fields, ("Content-Length", str(len(body)))]
        self._begin(status, fields)
        self.wfile.write(body)

    def _begin(self, status: int, fields: Fields) -> None:
        self.machine.note(self._kind, self.path, status, self._agent)
        self.send_response(status)
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()

    @property
    def _agent(self) -> str:
        return str(self.headers.get("User-Agent") or "")

    def log_message(self, format: str, *args: object) -> None:
        """The machine notes what came."""


def _nearest(captures: Sequence[Held], timestamp: str) -> Held | None:
    wanted = _moment(timestamp)
    return min(captures, key=lambda one: abs(_moment(one.timestamp) - wanted), default=None)


def _originals(held: Held) -> Fields:
    """Every original field but Content-Type behind a prefix."""
    fields = [("Date", _http_date(held.timestamp)), ("Server", "Apache"), *held.fields]
    fields.append(("Content-Length", str(len(held.body))))
    if held.coding:
        fields.append(("Content-Encoding", held.coding))
    if held.location:
        fields.append(("Location", held.location))
    return [("x-archive-orig-" + name.lower(), value) for name, value in fields]


def _rewritten(held: Held) -> bytes:
    """The view that is no original: a toolbar, and links that lead back into the archive."""
    body = gzip.decompress(held.body) if held.coding == "gzip" else held.body
    if "html" not in held.mime:
        return body
    return _TOOLBAR + re.sub(
        rb'(href|src)="(?=https?:)', rb'\1="/web/%s/' % held.timestamp.encode(), body
    )


def _timemap_links(
    machine: WaybackMachine, uri_r: str, captures: Sequence[Held], page: int
) -> Iterator[str]:
    """RFC 7089, 5: original, self, TimeGate, mementos; the next page where there is one (5.1.1)."""
    size = machine.links_a_page or len(captures)
    here, rest = captures[(page - 1) * size : page * size], captures[page * size :]
    yield f'<{uri_r}>; rel="original"'
    span = f'from="{_http_date(here[0].timestamp)}"; until="{_http_date(here[-1].timestamp)}"'
    yield f'<{machine.url}timemap/link/{uri_r}>; rel="self"; type="application/link-format"; {span}'
    yield f'<{machine.url}{uri_r}>; rel="timegate"'
    for one in here:
        place = _place(one, captures)
        moment = _http_date(one.timestamp)
        yield f'<{machine.url}{one.timestamp}/{one.uri_r}>; rel="{place}memento"; datetime="{moment}"'
    if rest:
        begins = _http_date(rest[0].timestamp)
        yield (
            f'<{machine.url}timemap/link/{page + 1}/{uri_r}>; rel="timemap"; '
            f'type="application/link-format"; from="{begins}"'
        )


def _place(held: Held, captures: Sequence[Held]) -> str:
    first, last = held is captures[0], held is captures[-1]
    return ("first " if first else "") + ("last " if last else "")


def _joined(pieces: Iterable[str]) -> Iterator[bytes]:
    waiting, length = [], 0
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length > _PIECE:
            yield "".join(waiting).encode()
            waiting, length = [], 0
    if length:
        yield "".join(waiting).encode()


def _moment(timestamp: str) -> datetime:
    year, rest = int(timestamp[:4]) or 1, [int(timestamp[at : at + 2]) for at in range(4, 14, 2)]
    month, day = min(max(rest[0], 1), 12), min(max(rest[1], 1), 28 if rest[1] > 31 else 31)
    try:
        return datetime(year, month, day, *(min(n, 59) for n in rest[2:]), tzinfo=UTC)
    except ValueError:
        return datetime(year, month, 28, tzinfo=UTC)


def _timestamp(http_date: str) -> str:
    return parsedate_to_datetime(http_date).astimezone(UTC).strftime("%Y%m%d%H%M%S")


def _http_date(timestamp: str) -> str:
    return format_datetime(_moment(timestamp), usegmt=True)
