"""The sites of the exactly-once tests: what each answers, exchange by exchange.

A site's start is ``/start``; what it does not name is never asked for, or the server notes an error.
"""

from __future__ import annotations

import asyncio
import gzip
import random
import zlib
from collections.abc import Mapping, Sequence

from tests.e2e.truthful import Script, Talk

MAXSIZE = 300_000
"""DOWNLOAD_MAXSIZE of the crawl."""
TIMEOUT = 8
"""DOWNLOAD_TIMEOUT of the crawl, in seconds."""

Scripts = Mapping[str, Script | Sequence[Script]]

_numbers = iter(range(1_000_000))


def answer(body: bytes = b"", *fields: str, status: str = "200 OK", kind: str = "text/html") -> bytes:
    """An answer with a Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *fields, f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def html(*links: str, head: str = "", body: str = "") -> bytes:
    """A page that no other equals, with links."""
    anchors = "".join(f'<p><a href="{link}">to {link}</a></p>' for link in links)
    return f"<html><head><title>{next(_numbers)}</title>{head}</head><body>{anchors}{body}".encode()


def says(data: bytes) -> Script:
    """Send it all at once and await the next request."""

    async def script(talk: Talk) -> None:
        await talk.send(data)

    return script


def says_and_closes(data: bytes) -> Script:
    async def script(talk: Talk) -> None:
        if data:
            await talk.send(data)
        await talk.close()

    return script


def says_and_resets(data: bytes) -> Script:
    async def script(talk: Talk) -> None:
        if data:
            await talk.send(data)
            await asyncio.sleep(0.1)
        await talk.reset()

    return script


def says_and_hangs(data: bytes) -> Script:
    async def script(talk: Talk) -> None:
        if data:
            await talk.send(data)
        await talk.hang()

    return script


def says_without_end(head: bytes, piece: bytes) -> Script:
    """More and more of `piece`, until the peer ends the connection."""

    async def script(talk: Talk) -> None:
        await talk.send(head)
        while True:
            await talk.send(piece)
            await asyncio.sleep(0.001)

    return script


def says_and_then_more(data: bytes, more: bytes) -> Script:
    """A second answer, some time after the first and long before the next request."""

    async def script(talk: Talk) -> None:
        await talk.send(data)
        await asyncio.sleep(0.1)
        await talk.send_late(more)

    return script


def says_and_soon_closes(data: bytes, seconds: float) -> Script:
    """The connection looks fit for another request when the answer ends, and is closed soon after."""

    async def script(talk: Talk) -> Sequence[bytes]:
        await talk.send(data)
        await asyncio.sleep(seconds)
        return await talk.close_and_listen()

    return script


def page(*links: str, head: str = "", body: str = "") -> Script:
    return says(answer(html(*links, head=head, body=body)))


def moves(location: str, status: str = "302 Found") -> Script:
    return says(answer(b"", f"Location: {location}", status=status))


NO_ROBOTS = answer(b"no", status="404 Not Found", kind="text/plain")


def site(**more: Script | Sequence[Script]) -> Scripts:
    """``start=...`` is the script of ``/start``; a robots.txt answers 404 unless it is given."""
    paths = {f"/{path}" for path in more if path != "robots"}
    scripts: dict[str, Script | Sequence[Script]] = {path: more[path[1:]] for path in sorted(paths)}
    scripts["/robots.txt"] = more.get("robots") or says(NO_ROBOTS)
    return scripts


def _redirects() -> dict[str, Scripts]:
    sites: dict[str, Scripts] = {
        f"redirect-{status}": site(start=moves("/end", f"{status} Elsewhere"), end=page())
        for status in (301, 302, 303, 307, 308)
    }
    chain = {f"step{n}": moves(f"/step{n + 1}") for n in range(1, 26)}
    return sites | {
        "redirect-relative": {**site(start=moves("sub/end?a=1&b=2")), "/sub/end?a=1&b=2": page()},
        "redirect-fragment": site(start=moves("/end#part"), end=page()),
        "redirect-itself": site(start=moves("/start")),
        "redirect-loop": site(start=moves("/back"), back=moves("/start")),
        "redirect-chain": site(start=moves("/step1"), **chain),
        "redirect-abroad": site(start=moves("{redirect-target}/end")),
        "redirect-target": site(start=page(), end=page()),
        "redirect-nowhere": site(start=says(answer(html(), status="302 Found"))),
        "redirect-bad": site(
            start=page("/a", "/b", "/c", "/d"),
            a=moves("http://[half"),
            b=moves("mailto:editor@example.org"),
            c=moves("javascript:alert(1)"),
            d=moves("http://"),
        ),
        "redirect-downgrade": site(start=moves("{redirect-plain}/end")),
        "redirect-plain": site(start=page(), end=page()),
        "redirect-with-body": site(
            start=says(answer(html("/never"), "Location: /end", status="301 Moved")), end=page()
        ),
        "redirect-twice-told": site(
            start=says(answer(b"", "Location: /first", "Location: /end", status="302 Found")), end=page()
        ),
        "redirect-latin-1": {
            **site(start=says(answer(b"", "Location: /caf\xe9", status="302 Found"))),
            "/caf%C3%A9": page(),
        },
        "redirect-300": site(start=says(answer(html(), "Location: /never", status="300 Choices"))),
        "redirect-304": site(start=says(b"HTTP/1.1 304 Not Modified\r\nLocation: /never\r\n\r\n")),
    }


def _refreshes() -> dict[str, Scripts]:
    def meta(content: str) -> str:
        return f'<meta http-equiv="refresh" content="{content}">'

    def sends_on(head: str = "", *fields: str) -> Script:
        return says(answer(html(head=head), *fields))

    return {
        "refresh-meta": site(start=sends_on(meta("0;url=/end")), end=page()),
        "refresh-quoted": {
            **site(start=sends_on(meta("3; URL='/end?a=1&amp;b=2'"))),
            "/end?a=1&b=2": page(),
        },
        "refresh-noscript": site(
            start=sends_on(f"<noscript>{meta('0;/end#part')}</noscript>"), end=page()
        ),
        "refresh-itself": site(start=sends_on(meta("0;url=/start#top"))),
        "refresh-timer": site(start=sends_on(meta("30"))),
        "refresh-late": site(start=sends_on(meta("900;url=/never"))),
        "refresh-bad": site(start=sends_on(meta("0;url=javascript:alert(1)"))),
        "refresh-loop": site(start=sends_on(meta("0;url=/back")), back=sends_on(meta("0;url=/start"))),
        "refresh-field": site(start=sends_on(meta("0;url=/never"), "Refresh: 0;url=/end"), end=page()),
        "refresh-field-itself": site(start=sends_on("", "Refresh: 1")),
    }


def _robots() -> dict[str, Scripts]:
    rules = b"User-agent: *\nDisallow: /no\n"
    told = answer(rules, kind="text/plain")
    return {
        "robots-200": site(robots=says(told), start=page("/no", "/yes"), yes=page()),
        "robots-404": site(start=page("/yes"), yes=page()),
        "robots-503": site(
            robots=[says(answer(b"", "Retry-After: 1", status="503 Busy")), says(told)],
            start=page("/no", "/yes"),
            yes=page(),
        ),
        "robots-moved": site(
            robots=moves("/rules"), rules=says(told), start=page("/no", "/yes"), yes=page()
        ),
        "robots-cut": site(
            robots=[says_and_closes(told[:-9]), says(told)], start=page("/no", "/yes"), yes=page()
        ),
        "robots-dropped": site(
            robots=[says_and_closes(b""), says(told)], start=page("/no", "/yes"), yes=page()
        ),
    }


def _retries() -> dict[str, Scripts]:
    busy = says(answer(b"busy", "Retry-After: 1", status="503 Busy"))
    soon = {f"soon{n}": says_and_soon_closes(answer(html()), n / 400) for n in range(20)}
    return {
        "retry-503": site(start=[busy, page()]),
        "retry-429": site(start=[says(answer(b"slow", "Retry-After: 1", status="429 Slow")), page()]),
        "retry-dropped": site(start=[says_and_closes(b""), page()]),
        "retry-reset": site(start=[says_and_resets(b""), page()]),
        "retry-never": site(start=says(answer(b"gone for good", status="500 No"))),
        "kept-alive-dropped": site(start=page("/a"), a=[says_and_closes(b""), page()]),
        "kept-alive-reset": site(start=page("/a"), a=[says_and_resets(b""), page()]),
        "kept-alive-closed": site(start=page(*(f"/soon{n}" for n in range(20))), **soon),
    }


def _cuts() -> dict[str, Scripts]:
    whole = answer(html() + b"x" * 2000)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n20\r\nshort"
    return {
        "cut-head": site(start=[says_and_closes(whole[:40]), page()]),
        "cut-body": site(start=[says_and_closes(whole[:-9]), page()]),
        "cut-chunked": site(start=[says_and_closes(chunked), page()]),
        "cut-at-last-chunk": site(start=[says_and_closes(chunked[:-9] + b"0"), page()]),
        "reset-head": site(start=[says_and_resets(whole[:40]), page()]),
        "reset-body": site(start=[says_and_resets(whole[:-9]), page()]),
        "slow-head": site(start=[says_and_hangs(b""), page()]),
        "slow-within-head": site(start=[says_and_hangs(whole[:40]), page()]),
        "slow-body": site(start=[says_and_hangs(whole[:-9]), page()]),
        "large": site(start=says(answer(html() + b"y" * 2 * MAXSIZE))),
        "large-chunked": site(
            start=says_without_end(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                b"1000\r\n" + b"z" * 4096 + b"\r\n",
            )
        ),
        "large-without-length": site(start=says_without_end(b"HTTP/1.1 200 OK\r\n\r\n", b"z" * 4096)),
    }


def _codings() -> dict[str, Scripts]:
    def coded(body: bytes, coding: str) -> Script:
        return says(answer(body, f"Content-Encoding: {coding}"))

    text = html("/never") + b"w" * 5000
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(100)) + bomb.flush()
    noise = random.Random(7).randbytes(3000)
    return {
        "coding-not-gzip": site(start=coded(html(), "gzip")),
        "coding-gzip-cut": site(start=coded(gzip.compress(noise + text)[:2000], "gzip")),
        "coding-gzip-crc": site(start=coded(gzip.compress(html())[:-8] + b"12345678", "gzip")),
        "coding-not-br": site(start=coded(noise, "br")),
        "coding-unknown": site(start=coded(noise[::-1], "rot13")),
        "coding-bomb": site(start=coded(packed, "gzip")),
    }


def _odd() -> dict[str, Scripts]:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n"
    whole = answer(html("/a"))
    second = answer(b"poison" + html())
    return {
        "interim": site(start=says(b"HTTP/1.1 100 Continue\r\n\r\n" + early + early + whole), a=page()),
        "interim-then-nothing": site(start=[says_and_closes(early), page()]),
        "no-content": site(start=page("/a", "/b"), a=says(b"HTTP/1.1 204 No Content\r\n\r\n"), b=page()),
        "not-modified": site(
            start=page("/a", "/b"), a=says(b'HTTP/1.1 304 Not Modified\r\nETag: "x"\r\n\r\n'), b=page()
        ),
        "two-answers": site(start=says(whole + second), a=page()),
        "two-answers-late": site(
            start=[
                says_and_then_more(answer(b"", "Retry-After: 1", status="503 Busy"), second),
                page(),
            ]
        ),
    }


def all_sites() -> dict[str, Scripts]:
    """Every site by its name."""
    return {**_redirects(), **_refreshes(), **_robots(), **_retries(), **_cuts(), **_codings(), **_odd()}
