"""Through a proxy as without one: each exchange recorded byte for byte, no login, no way around the guard."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)

from crawler.config import Config
from crawler.download.origin import Origin
from crawler.download.proxy import Proxies, Proxy
from crawler.errors import RefusedAddress, SettingError
from tests.download.authority import Authority
from tests.download.forward_proxy import ForwardProxy
from tests.download.misbehaving import OK, PAGE, WHOLE, Server, says

Make = Callable[..., Any]
LOGIN = b"Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"  # user:p@ss


async def test_http_is_asked_for_in_absolute_form(server: Server, make_handler: Make) -> None:
    async with ForwardProxy() as proxy:
        handler = make_handler(proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}")
        response = await handler.download_request(Request(server.url("/whole?q=%7e#f")))
    ((_, head),) = proxy.heads
    capture = handler.sink.captures[0]
    assert head.startswith(b"GET " + server.url("/whole?q=%7e").encode() + b" HTTP/1.1\r\nHost: ")
    assert head.count(LOGIN) == 1
    assert capture.request == head.replace(LOGIN, b"")
    assert capture.redacted == ("Proxy-Authorization",)
    assert (capture.response, response.body) == (WHOLE, PAGE)
    assert (capture.peer, response.ip_address) == (None, None)
    assert capture.notes["proxy"] == f"127.0.0.1:{proxy.port}"
    assert server.requests[0][1].startswith(b"GET /whole?q=%7e HTTP/1.1\r\n")


async def test_https_goes_through_a_tunnel_and_the_inner_exchange_is_recorded(
    tmp_path: Path, make_handler: Make
) -> None:
    authority = Authority(tmp_path)
    async with Server(authority.server("127.0.0.1")) as server, ForwardProxy() as proxy:
        handler = make_handler(
            proxy=f"http://user:p%40ss@127.0.0.1:{proxy.port}", tls_ca_file=authority.ca_file
        )
        for _ in range(2):
            response = await handler.download_request(Request(server.url("/whole")))
    target = b"127.0.0.1:%d" % server.port
    tunnels = [head for _, head in proxy.heads]
    assert tunnels == [b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (target, target, LOGIN)]
    assert [number for number, _ in server.requests] == [1, 1]
    first, second = handler.sink.captures
    assert [first.request, second.request] == [sent for _, sent in server.requests]
    assert first.request.startswith(b"GET /whole HTTP/1.1\r\n")
    assert (first.response, response.body) == (WHOLE, PAGE)
    assert (first.tls.protocol, first.tls.trusted, first.redacted) == ("tls/1.3", True, ())
    assert (first.peer, first.notes["proxy"]) == (None, f"127.0.0.1:{proxy.port}")


async def test_a_kept_connection_carries_one_origin(server: Server, make_handler: Make) -> None:
    async with Server() as other, ForwardProxy() as proxy:
        handler = make_handler(proxy=proxy.url)
        for url in (server.url("/kept-alive"), server.url("/kept-alive"), other.url("/kept-alive")):
            await handler.download_request(Request(url))
    assert [number for number, _ in proxy.heads] == [1, 1, 2]
    assert (server.connections, other.connections) == (1, 1)


async def test_a_proxy_that_does_not_say_so_keeps_no_connection(
    server: Server, make_handler: Make
) -> None:
    async with ForwardProxy() as proxy:
        handler = make_handler(proxy=proxy.url)
        for _ in range(2):
            await handler.download_request(Request(server.url("/whole")))
    assert [number for number, _ in proxy.heads] == [1, 2]


async def test_a_word_that_only_holds_keep_alive_is_another_word(make_handler: Make) -> None:
    whole = OK + b"Connection: no-keep-alive-here\r\nContent-Length: 2\r\n\r\nok"
    async with Server(cases={"/": says(whole)}) as server, ForwardProxy() as proxy:
        handler = make_handler(proxy=proxy.url)
        for _ in range(2):
            await handler.download_request(Request(server.url("/")))
    assert [number for number, _ in proxy.heads] == [1, 2]


async def test_another_login_gets_a_connection_of_its_own(server: Server, make_handler: Make) -> None:
    async with ForwardProxy() as proxy:
        handler = make_handler()
        for login in ("a:1@", "b:2@", ""):
            meta = {"proxy": f"http://{login}127.0.0.1:{proxy.port}"}
            await handler.download_request(Request(server.url("/kept-alive"), meta=meta))
        await handler.download_request(Request(server.url("/kept-alive")))
    assert [number for number, _ in proxy.heads] == [1, 2, 3]
    assert len(server.requests) == 4


async def test_a_request_says_itself_whether_it_goes_through_a_proxy(
    server: Server, make_handler: Make
) -> None:
    async with ForwardProxy() as proxy:
        handler = make_handler(proxy=proxy.url)
        await handler.download_request(Request(server.url("/whole"), meta={"proxy": None}))
        assert proxy.heads == []
    meta = {"proxy": "socks5://user:hunter2@127.0.0.1:9"}
    with pytest.raises(DownloadFailedError, match="only http is spoken") as refusal:
        await handler.download_request(Request(server.url("/whole"), meta=meta))
    assert "hunter2" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_a_login_that_a_request_brings_for_its_proxy_is_used(
    scheme: str, make_handler: Make
) -> None:
    async with ForwardProxy(says=b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n") as proxy:
        handler = make_handler()
        headers = {"Proxy-Authorization": "Bearer hunter2"}
        request = Request(f"{scheme}://127.0.0.1:9/", headers=headers, meta={"proxy": proxy.url})
        with contextlib.suppress(DownloadFailedError):
            await handler.download_request(request)
    ((_, head),) = proxy.heads
    assert head.count(b"\r\nProxy-Authorization: Bearer hunter2\r\n") == 1
    assert [capture for capture in handler.sink.captures if b"hunter2" in capture.request] == []


@pytest.mark.parametrize(
    ("says", "told"),
    [
        (b"HTTP/1.1 407 Login\r\nContent-Length: 2\r\n\r\nno", "says 407 Login to CONNECT 127.0.0.1:9"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "says 403 Forbidden to"),
        (b"HTTP/1.0 502 Bad\x1b[31m Gateway\r\n\r\n", r"says 502 Bad\x1b[31m Gateway to"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "does not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\n", "does not answer in HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\nunasked", "speaks before it is asked"),
        (b"", "closes without an answer"),
    ],
)
async def test_a_refused_tunnel_is_one_clear_failure(says: bytes, told: str, make_handler: Make) -> None:
    async with ForwardProxy(says=says) as proxy:
        handler = make_handler(proxy=f"http://user:hunter2@127.0.0.1:{proxy.port}")
        with pytest.raises(DownloadFailedError) as failure:
            await handler.download_request(Request("https://127.0.0.1:9/"))
    line = str(failure.value)
    assert line.startswith(f"the proxy 127.0.0.1:{proxy.port} {told}")
    assert line.isprintable()
    assert "hunter2" not in line
    assert handler.sink.captures == []


async def test_a_mute_proxy_takes_no_longer_than_the_deadline(make_handler: Make) -> None:
    async with ForwardProxy(mute=True) as proxy:
        handler = make_handler(proxy=proxy.url, download_timeout=0.3)
        with pytest.raises(DownloadTimeoutError):
            await handler.download_request(Request("https://127.0.0.1:9/"))
    assert handler.sink.captures == []


async def test_a_proxy_that_is_gone_is_named(make_handler: Make) -> None:
    async with ForwardProxy() as gone:
        pass
    handler = make_handler(proxy=f"http://user:hunter2@127.0.0.1:{gone.port}")
    for scheme in ("http", "https"):
        with pytest.raises(DownloadConnectionRefusedError, match=f"the proxy 127.0.0.1:{gone.port}"):
            await handler.download_request(Request(f"{scheme}://127.0.0.1:9/"))


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "169.254.169.254", "0xa9fea9fe", "[::1]", "localhost", "127.0.0.1.", "a.localhost"],
)
async def test_no_proxy_is_a_way_around_the_guard(scheme: str, host: str, make_handler: Make) -> None:
    async with ForwardProxy() as proxy:
        handler = make_handler(proxy=proxy.url, allow_private_addresses=(), operator="a test")
        with pytest.raises(RefusedAddress):
            await handler.download_request(Request(f"{scheme}://{host}/"))
    assert proxy.connections == 0


async def test_a_name_that_only_the_proxy_knows_is_left_to_it(
    server: Server, make_handler: Make
) -> None:
    async with ForwardProxy(hosts={"only-there.invalid": server.port}) as proxy:
        handler = make_handler(proxy=proxy.url, allow_private_addresses=(), operator="a test")
        response = await handler.download_request(Request("http://only-there.invalid/whole"))
        assert response.body == PAGE
        nobody = make_handler(proxy=proxy.url, operator="")
        with pytest.raises(SettingError, match="OPERATOR is not set"):
            await nobody.download_request(Request("http://only-there.invalid/whole"))
    assert len(server.requests) == 1


async def test_an_answer_of_407_is_recorded_like_any_other(make_handler: Make) -> None:
    answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno"
    async with ForwardProxy(says=answer) as proxy:
        handler = make_handler(proxy=proxy.url)
        response = await handler.download_request(Request("http://127.0.0.1:9/"))
    assert response.status == 407
    assert handler.sink.captures[0].response == answer


# -- the choice


def chosen(url: str, environment: dict[str, str] | None = None, **settings: Any) -> str | None:
    proxies = Proxies.from_config(Config(**settings), environment or {})
    proxy = proxies.of(Request(url), Origin.parse(url))
    return str(proxy) if proxy else None


@pytest.mark.parametrize(
    "no_proxy",
    [
        "example.org",
        ".example.org",
        "*.example.org",
        "EXAMPLE.ORG",
        "*",
        "a.example.org:80",
        "x, example.org",
    ],
)
def test_no_proxy_names_hosts_and_all_below_them(no_proxy: str) -> None:
    words = tuple(word.strip() for word in no_proxy.split(","))
    assert chosen("http://a.example.org/", proxy="p:1", no_proxy=words) is None


@pytest.mark.parametrize(
    "no_proxy", ["ample.org", "b.example.org", "a.example.org:81", "10.0.0.0/8", "."]
)
def test_no_proxy_names_no_other_host(no_proxy: str) -> None:
    assert chosen("http://a.example.org/", proxy="p:1", no_proxy=(no_proxy,)) == "p:1"


def test_no_proxy_names_networks() -> None:
    assert chosen("http://10.1.2.3/", proxy="p:1", no_proxy=("10.0.0.0/8",)) is None
    assert chosen("http://[fd00::1]/", proxy="p:1", no_proxy=("fd00::/8",)) is None
    assert chosen("http://[fd00::1]/", proxy="p:1", no_proxy=("[fd00::1]",)) is None
    assert chosen("http://11.1.2.3/", proxy="p:1", no_proxy=("10.0.0.0/8",)) == "p:1"


def test_the_environment_counts_until_a_setting_speaks() -> None:
    environment = {"http_proxy": "http://user:hunter2@env:1", "HTTPS_PROXY": "env:2", "no_proxy": ".org"}
    assert chosen("http://example.net/", environment) == "env:1"
    assert chosen("https://example.net/", environment) == "env:2"
    assert chosen("http://example.org/", environment) is None
    assert chosen("http://example.org/", environment, no_proxy=("example.com",)) == "env:1"
    assert chosen("http://example.org/", environment, proxy="http://set:3") == "set:3"
    assert chosen("http://example.net/", environment, proxy="none") is None
    assert chosen("http://example.net/", environment, httpproxy_enabled=False) is None
    assert chosen("http://example.net/", environment, httpproxy_enabled=False, proxy="s:3") == "s:3"
    for local in ("localhost:1", "127.0.0.2", "[::1]"):
        assert chosen(f"http://{local}/", environment) is None
        assert chosen(f"http://{local}/", environment, proxy="set:3") == "set:3"
    assert chosen("http://example.net/", {"HTTP_PROXY": "env:1", "REQUEST_METHOD": "GET"}) is None


def test_a_proxy_of_the_environment_is_told_of_without_its_login() -> None:
    environment = {"http_proxy": "http://user:hunter2@env:1"}
    told = Proxies.from_config(Config(), environment).told
    assert "http through env:1" in told
    assert "hunter2" not in told
    assert Proxies.from_config(Config(proxy="p:1"), environment).told == ""
    assert Proxies.from_config(Config(), {}).told == ""


@pytest.mark.parametrize(
    "text", ["socks5://u:hunter2@h:1", "https://u:hunter2@h:1", "http://u:hunter2@:1", "u:hunter2@h:x"]
)
def test_what_is_no_proxy_is_one_line_without_a_login(text: str) -> None:
    for where in ({"proxy": text}, {}):
        with pytest.raises(SettingError) as error:
            Proxies.from_config(Config(**where), {"https_proxy": text})
        assert "hunter2" not in str(error.value)
        assert "PROXY" in str(error.value).upper()


def test_a_proxy_shows_no_login() -> None:
    proxy = Proxy.parse("http://us%65r:p%3Aw@[::1]")
    assert (proxy.host, proxy.port) == ("::1", 80)
    assert proxy.authorization == b"Basic dXNlcjpwOnc="
    assert str(proxy) == "[::1]:80"
    assert "dXNl" not in repr(proxy)
