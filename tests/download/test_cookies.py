"""Cookies: off, on, from a file; whose a cookie is decides whether it is written down."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import NotConfigured
from scrapy.http import Response

from crawler.config import Config
from crawler.download.cookies import CookieMiddleware
from crawler.download.cookies_file import read_cookies
from crawler.errors import SettingError
from tests.download.misbehaving import Server

Make = Callable[..., Any]
LATER = int(time.time()) + 86400


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(*lines: str) -> Path:
        path = tmp_path / "cookies.txt"
        path.write_text("".join(line + "\n" for line in lines))
        path.chmod(0o600)
        return path

    return write


def middleware(path: Path | None = None, **settings: Any) -> CookieMiddleware:
    config = Config(cookies_file=path, **settings)
    return CookieMiddleware.from_crawler(SimpleNamespace(spider=SimpleNamespace(config=config)))  # type: ignore[arg-type]


def sent(jar: CookieMiddleware, url: str, **given: Any) -> str | None:
    request = Request(url, **given)
    jar.process_request(request)
    value = request.headers.get("Cookie")
    return value.decode() if value else None


def answered(jar: CookieMiddleware, url: str, *cookies: str) -> None:
    jar.process_response(Request(url), Response(url, 302, headers={"Set-Cookie": list(cookies)}))


def test_cookies_are_off_until_asked_for(write: Callable[..., Path]) -> None:
    with pytest.raises(NotConfigured):
        middleware()
    assert sent(middleware(cookies_enabled=True), "http://a.org/") is None
    assert sent(middleware(write(f"a.org\tFALSE\t/\tFALSE\t{LATER}\tn\tv")), "http://a.org/") == "n=v"


@pytest.mark.parametrize(
    "line",
    [
        "a.org\tFALSE\t/\tFALSE\t{later}\tn\tv",
        ".a.org\tTRUE\t/\tFALSE\t{later}\tn\tv",
        "a.org\tTRUE\t/\tFALSE\t{later}.5\tn\tv",  # Chrome's add-ons: no dot, a fraction
        "a.org\tFALSE\t/\tFALSE\t0\tn\tv",  # curl and wget: a session cookie
        "a.org\tFALSE\t/\tFALSE\t\tn\tv",
        "#HttpOnly_a.org\tFALSE\t/\tFALSE\t{later}\tn\tv\r",
        "A.ORG\tfalse\t/\tfalse\t{later}\tn\tv",
        "a.org\tFALSE\t/\tFALSE\t{later}\t\tn=v",
    ],
)
def test_every_writers_form_is_read(line: str, write: Callable[..., Path]) -> None:
    for first in ("# Netscape HTTP Cookie File", "# HTTP Cookie File", ""):
        jar = middleware(write(first, "", line.format(later=LATER)))
        assert sent(jar, "http://a.org/") == "n=v"


def test_a_cookie_goes_where_its_line_says(write: Callable[..., Path]) -> None:
    jar = middleware(
        write(
            "host.a.org\tFALSE\t/\tFALSE\t0\thost\t1",
            ".a.org\tTRUE\t/\tFALSE\t0\tbelow\t2",
            "a.org\tFALSE\t/\tTRUE\t0\tsecure\t3",
            "a.org\tFALSE\t/in\tFALSE\t0\tpath\t4",
            "a.org\tFALSE\t/\tFALSE\t1000\told\t5",
            "intranet\tFALSE\t/\tFALSE\t0\tnodot\t6",
            "127.0.0.1\tFALSE\t/\tFALSE\t0\tip\t7",
        )
    )
    assert sent(jar, "http://host.a.org/") == "host=1; below=2"
    assert sent(jar, "http://x.host.a.org/") == "below=2"
    assert sent(jar, "http://a.org/") == "below=2"
    assert sent(jar, "https://a.org/in/side") == "path=4; secure=3; below=2"
    assert sent(jar, "http://intranet/") == "nodot=6"
    assert sent(jar, "http://127.0.0.1:8080/") == "ip=7"
    for other in ("nota.org", "a.org.evil.net", "intranet.evil.net", "1.127.0.0.1.net"):
        assert sent(jar, f"https://{other}/") is None


@pytest.mark.parametrize(
    "line",
    [
        "a.org FALSE / FALSE 0 n hunter2",
        "a.org\tFALSE\t/\tFALSE\t0\tn\thunter2\tmore",
        "a.org\tFALSE\t/\tFALSE\thunter2\tn\tv",
        "a.org\tMAYBE\t/\tFALSE\t0\tn\thunter2",
        "\tFALSE\t/\tFALSE\t0\tn\thunter2",
        "a.org\tFALSE\t/\tFALSE\t0\tn\thunter2; x=y",
        "a.org\tFALSE\t/\tFALSE\t0\tn\thunter2\rX: y",
        "a.org\tFALSE\t/\tFALSE\tinf\tn\thunter2",
    ],
)
def test_a_line_that_is_no_cookie_is_named_without_its_value(
    line: str, write: Callable[..., Path]
) -> None:
    path = write("# Netscape HTTP Cookie File", "", line)
    with pytest.raises(SettingError) as error:
        read_cookies(path)
    assert str(error.value).startswith(f"COOKIES_FILE {path}, line 3: ")
    assert "hunter2" not in str(error.value)


def test_a_server_sets_no_cookie_for_others() -> None:
    jar = middleware(cookies_enabled=True)
    answered(
        jar, "https://a.co.uk/", "own=1", "site=2; Domain=a.co.uk", "suffix=3; Domain=co.uk",
        "other=4; Domain=b.co.uk",
    )  # fmt: skip
    assert sent(jar, "https://a.co.uk/") == "own=1; site=2"
    assert sent(jar, "https://www.a.co.uk/") == "site=2"
    assert sent(jar, "https://b.co.uk/") is None


async def fetch(jar: CookieMiddleware, handler: Any, request: Request) -> tuple[bytes, tuple[str, ...]]:
    """The record's Cookie value and the names of what is redacted."""
    jar.process_request(request)
    await handler.download_request(request)
    capture = handler.sink.captures[-1]
    lines = [line for line in capture.request.split(b"\r\n") if line.startswith(b"Cookie: ")]
    assert len(lines) == 1
    return lines[0].removeprefix(b"Cookie: "), capture.redacted


async def test_only_the_operators_cookies_are_starred(
    write: Callable[..., Path], server: Server, make_handler: Make
) -> None:
    url = server.url("/whole")
    jar = middleware(write("127.0.0.1\tFALSE\t/\tFALSE\t0\tsid\thunter2"))
    handler = make_handler()
    assert await fetch(jar, handler, Request(url)) == (b"*" * 11, ("Cookie",))
    answered(jar, url, "seen=hunter2", "theme=dark")
    assert await fetch(jar, handler, Request(url)) == (
        b"sid=*******; seen=hunter2; theme=dark",
        ("Cookie",),
    )
    given = Request(url, cookies={"mine": "hunter3"})
    assert await fetch(jar, handler, given) == (
        b"sid=*******; seen=hunter2; theme=dark; mine=*******",
        ("Cookie",),
    )
    answered(jar, url, "sid=new", "mine=newer")
    assert await fetch(jar, handler, Request(url)) == (
        b"sid=new; seen=hunter2; theme=dark; mine=newer",
        (),
    )
    assert b"Cookie: sid=hunter2; seen=hunter2; theme=dark; mine=hunter3\r\n" in server.requests[2][1]
    assert [len(sent) for _, sent in server.requests] == [len(c.request) for c in handler.sink.captures]


async def test_a_cookie_of_the_headers_file_joins_those_of_the_jar(
    tmp_path: Path, server: Server, make_handler: Make
) -> None:
    path = tmp_path / "headers.toml"
    path.write_text('["127.0.0.1"]\nCookie = "sid=hunter2"\n')
    url = server.url("/whole")
    jar, handler = middleware(cookies_enabled=True), make_handler(headers_file=path)
    answered(jar, url, "theme=dark", "sid=other")
    assert await fetch(jar, handler, Request(url)) == (b"sid=*******; theme=dark", ("Cookie",))
    assert b"Cookie: sid=hunter2; theme=dark\r\n" in server.requests[0][1]


async def test_a_cookie_field_that_a_spider_wrote_is_a_secret(
    server: Server, make_handler: Make
) -> None:
    jar, handler = middleware(cookies_enabled=True), make_handler()
    headers = {"Cookie": "sid=hunter2; b=c"}
    request = Request(server.url("/whole"), headers=headers, meta={"dont_merge_cookies": True})
    assert await fetch(jar, handler, request) == (b"*" * 16, ("Cookie",))
    assert b"Cookie: sid=hunter2; b=c\r\n" in server.requests[0][1]


def test_no_cookie_is_ever_logged(write: Callable[..., Path], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    jar = middleware(write("a.org\tFALSE\t/\tFALSE\t0\tsid\thunter2"))
    sent(jar, "http://a.org/")
    answered(jar, "http://a.org/", "sid=hunter3")
    assert "hunter" not in caplog.text
