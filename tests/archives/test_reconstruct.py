"""The original capture out of an exchange with an archive, byte for byte where the bytes are there."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from crawler.archives.memento import Aim
from crawler.archives.reconstruct import reconstruct
from crawler.model.capture import Capture, Tls, Truncation
from crawler.model.octets import Octets

URI_R = "http://news.example/story"
ARCHIVE = "http://archive.example/news"
ASKED = f"{ARCHIVE}/20080404135400id_/{URI_R}"
URI_M = f"{ARCHIVE}/20080404120000id_/{URI_R}"
AIM = Aim(URI_R, datetime(2008, 4, 4, 13, 54, tzinfo=UTC), timedelta(days=30))
FETCHED = datetime(2026, 11, 24, 5, tzinfo=UTC)
BODY = b"<html><title>A story</title></html>"
ZIPPED = gzip.compress(BODY, mtime=0)

PYWB_OWN = [
    "Memento-Datetime: Fri, 04 Apr 2008 12:00:00 GMT",
    f'Link: <{URI_R}>; rel="original", <{ARCHIVE}/{URI_R}>; rel="timegate"',
    f"Content-Location: {URI_M}",
    "Date: Tue, 24 Nov 2026 05:00:00 GMT",
]
WAYBACK_OWN = [
    "server: nginx",
    "date: Tue, 24 Nov 2026 05:00:00 GMT",
    "x-archive-src: A-20080404.warc.gz",
    "memento-datetime: Fri, 04 Apr 2008 12:00:00 GMT",
    f'link: <{URI_R}>; rel="original", <{ARCHIVE}/{URI_R}>; rel="timegate"',
    "cache-control: max-age=1800",
    "server-timing: exclusion.robots;dur=0.02",
]


def exchange(*lines: str, status: str = "200 OK", body: bytes = BODY, **changes: object) -> Capture:
    head = "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")
    about: dict[str, object] = {
        "uri": ASKED,
        "method": "GET",
        "request": b"GET /news HTTP/1.1\r\n\r\n",
        "response": Octets(head + body),
        "started": FETCHED,
        "elapsed_ms": 7,
        "peer": "192.0.2.1",
        "tls": Tls("tls/1.3", "TLS_AES_128_GCM_SHA256"),
        "redacted": ("Cookie",),
        "via": "http://archive.example/",
        "path": "L",
    }
    return Capture(**(about | changes))  # type: ignore[arg-type]


def block(*lines: str, status: str = "200 OK", body: bytes = BODY) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1") + body


def made(capture: Capture) -> Capture:
    capture_made = reconstruct(capture, AIM)
    assert capture_made is not None
    return capture_made


def test_what_the_original_was_and_where_it_is_from() -> None:
    found = made(exchange("Content-Type: text/html", "Content-Length: 35", *PYWB_OWN))
    assert found.uri == URI_R
    assert found.started == datetime(2008, 4, 4, 12, tzinfo=UTC)
    assert found.request == b""
    assert (found.peer, found.tls, found.redacted, found.interim) == (None, None, (), ())
    assert (found.via, found.path, found.method) == ("http://archive.example/", "L", "GET")
    assert found.source is not None
    assert (found.source.uri, found.source.fetched) == (URI_M, FETCHED)
    assert [name for name, _ in found.source.archive_headers] == [
        b"Memento-Datetime",
        b"Link",
        b"Content-Location",
        b"Date",
    ]


def test_pywb_gives_prefixed_fields_back_in_their_place() -> None:
    found = made(
        exchange(
            "X-Archive-Orig-Date: Fri, 04 Apr 2008 12:00:00 GMT",
            "X-Archive-Orig-Server: Apache",
            "Content-Type: text/html; charset=ISO-8859-1",
            "Set-Cookie: a=b",
            "Set-Cookie: c=d",
            'Link: </style.css>; rel="stylesheet"',
            "Content-Location: http://news.example/story.html",
            "X-Own: caf\xe9",
            "Content-Length: 35",
            *PYWB_OWN,
            "Vary: accept-datetime",
        )
    )
    assert found.response == block(
        "Date: Fri, 04 Apr 2008 12:00:00 GMT",
        "Server: Apache",
        "Content-Type: text/html; charset=ISO-8859-1",
        "Set-Cookie: a=b",
        "Set-Cookie: c=d",
        'Link: </style.css>; rel="stylesheet"',
        "Content-Location: http://news.example/story.html",
        "X-Own: caf\xe9",
        "Content-Length: 35",
    )


def test_wayback_prefixes_everything_but_the_type() -> None:
    found = made(
        exchange(
            *WAYBACK_OWN[:2],
            "Content-Type: text/html",
            "content-length: 35",
            "x-archive-orig-server: Apache",
            "x-archive-orig-content-length: 35",
            "x-archive-orig-link: </a>; rel=next",
            "x-app-server: wwwb-app1",
            *WAYBACK_OWN[2:],
        )
    )
    assert found.response == block(
        "Content-Type: text/html", "server: Apache", "content-length: 35", "link: </a>; rel=next"
    )
    assert found.source is not None
    assert (b"x-app-server", b"wwwb-app1") in found.source.archive_headers


def test_chunks_of_the_transport_are_taken_off() -> None:
    chunked = b"5\r\n<html\r\n1e\r\n" + BODY[5:] + b"\r\n0\r\n\r\n"
    found = made(
        exchange(
            "Content-Type: text/html",
            "X-Archive-Orig-Transfer-Encoding: chunked",
            *PYWB_OWN,
            "Transfer-Encoding: chunked",
            body=chunked,
        )
    )
    assert found.response == block("Content-Type: text/html", "Content-Length: 35")


@pytest.mark.parametrize("coding", ["gzip", "br"])
def test_a_body_that_came_coded_keeps_its_coding(coding: str) -> None:
    body = ZIPPED if coding == "gzip" else b"\x8b\x11\x00any bytes"
    lines = [f"Content-Encoding: {coding}", f"Content-Length: {len(body)}"]
    assert made(exchange(*lines, *PYWB_OWN, body=body)).response == block(*lines, body=body)


def test_a_coding_that_the_archive_took_off_goes() -> None:
    found = made(
        exchange(
            "X-Archive-Orig-Content-Encoding: gzip",
            f"X-Archive-Orig-Content-Length: {len(ZIPPED)}",
            "Content-Type: text/html",
            *PYWB_OWN,
        )
    )
    assert found.response == block("Content-Length: 35", "Content-Type: text/html")


def test_a_coding_that_is_only_named_by_the_prefixed_field_stays() -> None:
    found = made(exchange("X-Archive-Orig-Content-Encoding: gzip", *PYWB_OWN, body=ZIPPED))
    lines = ["Content-Encoding: gzip", f"Content-Length: {len(ZIPPED)}"]
    assert found.response == block(*lines, body=ZIPPED)


def test_waybacks_own_gzip_is_taken_off() -> None:
    found = made(
        exchange("Content-Type: text/html", "Content-Encoding: gzip", *WAYBACK_OWN, body=ZIPPED)
    )
    assert found.response == block("Content-Type: text/html", "Content-Length: 35")


@pytest.mark.parametrize("body", [b"\x1f\x8bnot gzip at all", b"plain"])
def test_waybacks_own_gzip_that_is_none_stays_as_it_came(body: bytes) -> None:
    found = made(exchange("Content-Encoding: gzip", *WAYBACK_OWN, body=body))
    assert found.response == block("Content-Encoding: gzip", f"Content-Length: {len(body)}", body=body)


def test_a_coded_original_at_wayback_comes_as_it_was_captured() -> None:
    found = made(
        exchange(
            "Content-Encoding: gzip",
            "x-archive-orig-content-encoding: gzip",
            *WAYBACK_OWN,
            body=ZIPPED,
        )
    )
    lines = ["Content-Encoding: gzip", f"Content-Length: {len(ZIPPED)}"]
    assert found.response == block(*lines, body=ZIPPED)


def test_waybacks_redirect_leads_where_the_original_led() -> None:
    target = "http://news.example/moved?a=1"
    found = made(
        exchange(
            f"Location: https://web.archive.org/web/20080404120000id_/{target}",
            *WAYBACK_OWN,
            status="302 Found",
            body=b"",
        )
    )
    assert found.response == block(
        f"Location: {target}", "Content-Length: 0", status="302 Found", body=b""
    )
    assert "originalStatus" in found.notes


@pytest.mark.parametrize("location", ["/moved?x=1#part", "http://news.example/moved", "//b.example/"])
def test_pywbs_redirect_is_as_it_was_captured(location: str) -> None:
    lines = [f"Location: {location}", "Content-Length: 5"]
    found = made(exchange(*lines, *PYWB_OWN, status="301 Moved Permanently", body=b"moved"))
    assert found.response == block(*lines, status="301 Moved Permanently", body=b"moved")
    assert found.notes == {}


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified"])
def test_an_answer_without_a_body_gets_no_length(status: str) -> None:
    assert made(exchange(*PYWB_OWN, status=status, body=b"")).response == block(status=status, body=b"")


def test_an_archived_error_is_a_memento() -> None:
    found = made(exchange("X-Archive-Orig-Retry-After: 10", *PYWB_OWN, status="503 Busy", body=b"busy"))
    assert found.response == block(
        "Retry-After: 10", "Content-Length: 4", status="503 Busy", body=b"busy"
    )


def test_doubled_lengths_become_the_true_one() -> None:
    found = made(exchange("Content-Length: 35", "Content-Length: 99", *PYWB_OWN))
    assert found.response == block("Content-Length: 35")


def test_cut_by_our_own_limit_the_originals_length_stays() -> None:
    whole = exchange("Content-Length: 35", *PYWB_OWN, body=BODY[:9], truncated=Truncation.LENGTH)
    found = made(whole)
    assert found.truncated is Truncation.LENGTH
    assert found.response == block("Content-Length: 35", body=BODY[:9])


@pytest.mark.parametrize(
    "changes",
    [
        {"truncated": Truncation.DISCONNECT, "failure": "reset"},
        {"truncated": Truncation.TIME, "failure": "timeout"},
        {"truncated": Truncation.DISCONNECT},
        {"failure": "closed within the head"},
        {"response": Octets()},
        {"response": Octets(b"garbage")},
    ],
)
def test_an_exchange_that_ended_badly_makes_no_capture(changes: dict[str, object]) -> None:
    assert reconstruct(exchange("Content-Length: 99", *PYWB_OWN, **changes), AIM) is None


def test_no_memento_and_outside_the_window_make_no_capture() -> None:
    assert reconstruct(exchange("Content-Length: 35"), AIM) is None
    assert reconstruct(exchange(status="404 Not Found"), AIM) is None
    far = "Memento-Datetime: Fri, 04 Apr 2003 12:00:00 GMT"
    assert reconstruct(exchange("Content-Length: 35", far), AIM) is None
