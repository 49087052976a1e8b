"""The original capture that an exchange with an archive brought, and how sure it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus

from crawler.archives import digests, wayback
from crawler.archives.fields import Heads, separate
from crawler.archives.memento import REDIRECTS, Aim, interpret
from crawler.archives.restore import bare_coding, gunzip, restore
from crawler.archives.urim import RAW, UriM
from crawler.model.capture import Capture, DigestCheck, Source, Truncation
from crawler.model.cdx import CdxCapture
from crawler.model.memento import Memento
from crawler.model.octets import Octets, Spool
from crawler.model.surt import surt
from crawler.model.timestamp import to_14_digits

_CODINGS = frozenset(
    (
        b"content-encoding",
        wayback.ORIGINAL + b"content-encoding",
        wayback.ORIGINAL + b"transfer-encoding",
    )
)
"""Fields that make it uncertain which bytes an index digested."""
_WHOLE = (None, Truncation.LENGTH)


def reconstruct(exchange: Capture, aim: Aim) -> Capture | None:
    """The original capture that an exchange with an archive brought, or None where it brought none.

    None too for an answer outside the window, and for one that the wire or the clock cut short: what
    is missing of it was not missing in the original. `started` is the Memento-Datetime, `request` is
    empty, since none was sent to the origin, and `source` says where the bytes come from and whether
    they have the digest that `aim.expected` names.
    """
    if exchange.failure or exchange.truncated not in _WHOLE:
        return None
    fields = list(exchange.message.fields())
    memento = interpret(exchange.uri, exchange.message.status, fields, aim)
    if not isinstance(memento, Memento):
        return None
    heads, expected = separate(fields), _expected(aim, memento)
    checked, status = _checked(exchange, heads, expected), _status(exchange, heads, expected)
    return replace(
        exchange,
        uri=memento.uri_r,
        request=b"",
        response=restore(exchange, heads, _start_line(exchange, status)),
        started=memento.moment,
        interim=(),
        peer=None,
        tls=None,
        redacted=(),
        source=Source(memento.uri_m, exchange.started, None, tuple(heads.archive), checked),
        notes=dict(_notes(status, memento, aim, checked)),
    )


def _expected(aim: Aim, memento: Memento) -> CdxCapture | None:
    """What the index says of this very memento: a neighbour has another status and digest."""
    expected = aim.expected
    if expected is None or expected.timestamp != to_14_digits(memento.moment):
        return None
    return expected


def _status(exchange: Capture, heads: Heads, expected: CdxCapture | None) -> int | None:
    """The original's status; None where it cannot be known.

    The Wayback Machine answers every redirect with 302: which one it was its index knows.
    """
    if not _any_redirect(exchange, heads):
        return exchange.message.status
    return expected.status if expected is not None and expected.status in REDIRECTS else None


def _start_line(exchange: Capture, status: int | None) -> bytes:
    line = exchange.message.start_line
    if status is None or status == exchange.message.status:
        return line
    return b"%s %d %s" % (line.partition(b" ")[0], status, HTTPStatus(status).phrase.encode())


def _any_redirect(exchange: Capture, heads: Heads) -> bool:
    return heads.wayback and exchange.message.status in REDIRECTS


def _checked(exchange: Capture, heads: Heads, expected: CdxCapture | None) -> DigestCheck:
    """A mismatch is certain only of a whole body without any coding.

    An archive may take off a coding that the digest was made with, old indexes digested chunks with
    their frame, and a redirect may come without the body that it had.
    """
    if expected is None or exchange.truncated:
        return DigestCheck.UNKNOWN
    body = Spool.of(exchange.payload(), exchange.response.limits)
    coded = any(name.lower() in _CODINGS for name, _ in exchange.message.fields())
    bodiless = not len(body) and _any_redirect(exchange, heads)
    return digests.check(expected.digest, _forms(exchange, body), certain=not coded and not bodiless)


def _forms(exchange: Capture, body: Octets) -> Iterator[Octets]:
    """The body as it came, and without its coding."""
    yield body
    if bare_coding(exchange.message) in (b"gzip", b"x-gzip"):
        decoded = gunzip(body)
        if decoded is not None:
            yield decoded


def _notes(
    status: int | None, memento: Memento, aim: Aim, checked: DigestCheck
) -> Iterator[tuple[str, str]]:
    """What the reconstruction cannot be sure of."""
    if status is None:
        yield "originalStatus", "unknown: the archive answers every redirect with 302"
    if surt(memento.uri_r) != surt(aim.uri_r):
        yield "originalDiffers", f"asked for {aim.uri_r}"
    uri_m = UriM.parse(memento.uri_m)
    if (uri_m is None or uri_m.modifier != RAW) and checked is not DigestCheck.VERIFIED:
        yield "rewritten", "unknown: the archive names no address for the bytes as they were captured"
