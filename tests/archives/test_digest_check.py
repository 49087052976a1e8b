"""What the index says of a memento, compared with what came: the digest, and the status."""

from __future__ import annotations

import gzip
from dataclasses import replace

import pytest

from crawler.archives.reconstruct import reconstruct
from crawler.model import digest
from crawler.model.capture import Capture, DigestCheck, Truncation
from crawler.model.cdx import CdxCapture
from tests.archives.test_reconstruct import AIM, BODY, PYWB_OWN, URI_M, URI_R, WAYBACK_OWN, exchange

ZIPPED = gzip.compress(BODY, mtime=0)
LINE = CdxCapture("example,news)/story", "20080404120000", URI_R, "text/html", 200, digest.of(BODY))
OTHER = digest.of(b"another")
CODED, OWN_CODED = "Content-Encoding: gzip", "X-Archive-Orig-Content-Encoding: gzip"
CHUNKED = "X-Archive-Orig-Transfer-Encoding: chunked"


def made(capture: Capture, **line: object) -> Capture:
    aim = replace(AIM, expected=replace(LINE, **line))  # type: ignore[arg-type]
    found = reconstruct(capture, aim)
    assert found is not None
    return found


def check(capture: Capture, **line: object) -> DigestCheck:
    source = made(capture, **line).source
    assert source is not None
    return source.digest_check


@pytest.mark.parametrize(
    ("lines", "body", "expected", "verdict"),
    [
        (PYWB_OWN, BODY, digest.of(BODY), DigestCheck.VERIFIED),
        (PYWB_OWN, BODY, digest.of(BODY).removeprefix("sha1:"), DigestCheck.VERIFIED),
        (PYWB_OWN, BODY, digest.of(BODY, "sha256"), DigestCheck.VERIFIED),
        (PYWB_OWN, BODY[:-1] + b"?", digest.of(BODY), DigestCheck.MISMATCH),
        ([CODED, *WAYBACK_OWN], ZIPPED, digest.of(BODY), DigestCheck.VERIFIED),
        ([CODED, *PYWB_OWN], ZIPPED, digest.of(ZIPPED), DigestCheck.VERIFIED),
        ([CODED, *PYWB_OWN], ZIPPED, OTHER, DigestCheck.UNKNOWN),
        ([OWN_CODED, *PYWB_OWN], BODY, digest.of(ZIPPED), DigestCheck.UNKNOWN),
        ([CHUNKED, *PYWB_OWN], BODY, OTHER, DigestCheck.UNKNOWN),
        ([CHUNKED, *PYWB_OWN], BODY, digest.of(BODY), DigestCheck.VERIFIED),
        (PYWB_OWN, BODY, "", DigestCheck.UNKNOWN),
        (PYWB_OWN, BODY, "md5:d41d8cd98f00b204e9800998ecf8427e", DigestCheck.UNKNOWN),
    ],
)
def test_the_digest_of_the_index(
    lines: list[str], body: bytes, expected: str, verdict: DigestCheck
) -> None:
    assert check(exchange(*lines, body=body), digest=expected) is verdict


def test_chunks_of_the_transport_make_nothing_uncertain() -> None:
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    answer = exchange(*PYWB_OWN, "Transfer-Encoding: chunked", body=chunked)
    assert check(answer) is DigestCheck.VERIFIED
    assert check(answer, digest=OTHER) is DigestCheck.MISMATCH


def test_a_body_that_is_not_whole_says_nothing() -> None:
    cut = exchange(*PYWB_OWN, body=BODY[:9], truncated=Truncation.LENGTH)
    assert check(cut) is DigestCheck.UNKNOWN


def test_a_neighbour_in_the_index_says_nothing() -> None:
    assert check(exchange(*PYWB_OWN, body=b"x"), timestamp="20080404120001") is DigestCheck.UNKNOWN


def test_without_an_index_nothing_is_known() -> None:
    found = reconstruct(exchange(*PYWB_OWN), AIM)
    assert found is not None
    assert found.source is not None
    assert found.source.digest_check is DigestCheck.UNKNOWN


def moved(status: str = "302 Found", body: bytes = b"", own: list[str] = WAYBACK_OWN) -> Capture:
    location = "Location: https://web.archive.org/web/20080404120000id_/http://news.example/moved"
    return exchange(location, *own, status=status, body=body)


@pytest.mark.parametrize(
    ("status", "line"),
    [
        (301, b"HTTP/1.1 301 Moved Permanently"),
        (302, b"HTTP/1.1 302 Found"),
        (303, b"HTTP/1.1 303 See Other"),
        (307, b"HTTP/1.1 307 Temporary Redirect"),
        (308, b"HTTP/1.1 308 Permanent Redirect"),
    ],
)
def test_which_redirect_it_was_the_index_knows(status: int, line: bytes) -> None:
    found = made(moved(), status=status)
    assert found.message.start_line == line
    assert "originalStatus" not in found.notes


@pytest.mark.parametrize("status", [None, 200, 404])
def test_an_index_that_names_no_redirect_leaves_302_and_says_so(status: int | None) -> None:
    found = made(moved(), status=status)
    assert found.message.start_line == b"HTTP/1.1 302 Found"
    assert "originalStatus" in found.notes


def test_only_waybacks_redirects_are_doubted() -> None:
    assert made(moved(own=PYWB_OWN), status=301).message.status == 302
    assert made(exchange(*WAYBACK_OWN), status=301).message.status == 200


def test_a_redirect_that_came_without_its_body_is_no_mismatch() -> None:
    assert check(moved()) is DigestCheck.UNKNOWN
    assert check(moved(body=b"other")) is DigestCheck.MISMATCH


def test_another_original_than_was_asked_for_is_noted() -> None:
    link = 'Link: <http://news.example/other>; rel="original"'
    found = reconstruct(exchange(PYWB_OWN[0], link), AIM)
    assert found is not None
    assert found.uri == "http://news.example/other"
    assert found.notes["originalDiffers"] == f"asked for {URI_R}"
    same = 'Link: <http://www.news.example:80/Story>; rel="original"'
    alike = reconstruct(exchange(PYWB_OWN[0], same), AIM)
    assert alike is not None
    assert "originalDiffers" not in alike.notes


def test_bytes_that_may_be_rewritten_are_noted_unless_their_digest_is_right() -> None:
    opaque = exchange(PYWB_OWN[0], uri="http://other.example/5eQcxJa")
    assert "rewritten" in made(opaque, digest="").notes
    assert "rewritten" not in made(opaque).notes
    assert "rewritten" not in made(exchange(*PYWB_OWN, uri=URI_M), digest="").notes
