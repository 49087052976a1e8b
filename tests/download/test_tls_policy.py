"""TLS_VERIFY, TLS_MIN_VERSION, TLS_CA_FILE, with real TLS servers; what fails is one clear failure."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import ssl
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from crawler.config import Config
from crawler.download import tls
from crawler.errors import SettingError
from crawler.model.capture import Truncation
from tests.download.authority import Authority
from tests.download.misbehaving import OK, PAGE, WHOLE, Server

Make = Callable[..., Any]
VERSIONS = {"1.0": ssl.TLSVersion.TLSv1, "1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def only(context: ssl.SSLContext, version: str) -> ssl.SSLContext:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = VERSIONS[version]
    if version == "1.0":
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def knows(handler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name is 127.0.0.1."""

    async def resolve(host: str, port: int) -> list[Any]:
        return [ipaddress.ip_address("127.0.0.1")]

    monkeypatch.setattr(handler.pool.dialler.guard, "resolve", resolve)


@pytest.mark.parametrize("verify", ["mark", "refuse"])
async def test_an_authority_of_the_operators_is_trusted(
    verify: str, authority: Authority, make_handler: Make
) -> None:
    async with Server(authority.server("127.0.0.1")) as server:
        handler = make_handler(tls_verify=verify, tls_ca_file=authority.ca_file)
        await handler.download_request(Request(server.url("/whole")))
    assert server.connections == 1
    assert handler.sink.captures[0].tls.trusted
    assert handler.sink.captures[0].notes == {}


@pytest.mark.parametrize(
    ("host", "expired", "known", "told"),
    [
        ("127.0.0.1", True, True, "expired"),
        ("other.example", False, True, "mismatch"),
        ("127.0.0.1", False, False, "unable to get local issuer"),
    ],
    ids=["expired", "wrong host", "unknown authority"],
)
async def test_what_is_not_trusted_is_marked_or_refused(
    host: str, expired: bool, known: bool, told: str, authority: Authority, make_handler: Make
) -> None:
    ca_file = authority.ca_file if known else None
    async with Server(authority.server(host, expired=expired)) as server:
        marks = make_handler(tls_ca_file=ca_file)
        await marks.download_request(Request(server.url("/whole")))
        refuses = make_handler(tls_ca_file=ca_file, tls_verify="refuse")
        with pytest.raises(DownloadFailedError, match=told):
            await refuses.download_request(Request(server.url("/whole")))
        assert len(server.requests) == 1
    assert told in marks.sink.captures[0].notes["tlsTrusted"]
    assert not marks.sink.captures[0].tls.trusted
    assert refuses.sink.captures == []


@pytest.mark.parametrize("verify", ["mark", "refuse"])
@pytest.mark.parametrize(
    ("served", "least", "fetched"),
    [
        ("1.3", "1.2", True), ("1.3", "1.3", True), ("1.2", "1.2", True), ("1.2", "1.3", False),
        ("1.0", "1.2", False), ("1.0", "1.1", False), ("1.0", "1.0", True), ("1.3", "1.0", True),
    ],
)  # fmt: skip
async def test_the_oldest_version_is_a_policy(
    served: str, least: str, fetched: bool, verify: str, authority: Authority, make_handler: Make
) -> None:
    settings = {"tls_min_version": least, "tls_ca_file": authority.ca_file, "tls_verify": verify}
    async with Server(only(authority.server("127.0.0.1"), served)) as server:
        handler = make_handler(**settings)
        if fetched:
            await handler.download_request(Request(server.url("/whole")))
            capture = handler.sink.captures[0]
            assert (capture.tls.protocol, capture.tls.trusted) == (f"tls/{served}", True)
        else:
            with pytest.raises((DownloadFailedError, DownloadConnectionRefusedError), match="TLS"):
                await handler.download_request(Request(server.url("/whole")))
            assert handler.sink.captures == server.requests == []


@pytest.mark.parametrize(
    ("length", "notified", "truncated"),
    [
        (b"", True, None),
        (b"", False, Truncation.DISCONNECT),
        (b"Content-Length: %d\r\n" % len(PAGE), False, None),
    ],
    ids=["close_notify", "no close_notify", "no close_notify, but a length"],
)
async def test_a_close_without_close_notify_may_hide_the_rest(
    length: bytes, notified: bool, truncated: Truncation | None, authority: Authority, make_handler: Make
) -> None:
    """RFC 9112, 9.8: only an answer that tells its own end is complete then."""
    answer = OK + length + b"\r\n" + PAGE

    def serve() -> None:
        plain, _ = listener.accept()
        secured = context.wrap_socket(plain, server_side=True)
        secured.recv(65536)
        secured.sendall(answer)
        if notified:
            secured.unwrap().close()
        else:
            socket.close(secured.detach())

    context = authority.server("127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(serve))
        handler = make_handler(tls_ca_file=authority.ca_file)
        url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
        await asyncio.gather(handler.download_request(Request(url)), serving, return_exceptions=True)
    (capture,) = handler.sink.captures
    assert capture.response == answer
    assert capture.truncated == truncated


async def test_tls_with_a_plain_port_is_one_failure(make_handler: Make) -> None:
    async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    handler = make_handler()
    async with await asyncio.start_server(complain, "127.0.0.1", 0) as listener:
        url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        with pytest.raises(DownloadFailedError, match=r"^TLS with 127\.0\.0\.1: .*WRONG_VERSION"):
            await handler.download_request(Request(url))
    assert handler.sink.captures == []


async def test_a_plain_request_to_a_tls_port_is_one_capture(
    authority: Authority, make_handler: Make
) -> None:
    """What a TLS server says to that is no HTTP, or nothing; it is what came."""

    def serve() -> None:
        plain, _ = listener.accept()
        with plain, contextlib.suppress(OSError):
            context.wrap_socket(plain, server_side=True)

    context = authority.server("127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(asyncio.to_thread(serve))
        handler = make_handler()
        with pytest.raises(DownloadFailedError):
            await handler.download_request(Request(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        await serving
    (capture,) = handler.sink.captures
    assert capture.failure
    assert capture.status is None


@pytest.mark.parametrize("reset", [True, False], ids=["reset", "closed"])
async def test_an_end_within_the_handshake_is_one_failure(reset: bool, make_handler: Make) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        if reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.close()

    handler = make_handler()
    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as listener:
        url = f"https://127.0.0.1:{listener.sockets[0].getsockname()[1]}/"
        with pytest.raises((DownloadFailedError, DownloadConnectionRefusedError)) as failure:
            await handler.download_request(Request(url))
    assert str(failure.value).startswith(url[8:-1])
    assert len(str(failure.value)) > len(url)
    assert handler.sink.captures == []


@pytest.mark.parametrize(
    ("host", "sent"),
    [
        ("news.example", "news.example"),
        ("news.example.", "news.example"),
        ("b\u00fccher.example", "xn--bcher-kva.example"),
        ("127.0.0.1", None),
    ],
)
async def test_a_name_is_sent_as_sni_an_address_is_not(
    host: str,
    sent: str | None,
    authority: Authority,
    make_handler: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[str | None] = []
    context = authority.server(sent or host)
    context.sni_callback = lambda _object, name, _context: seen.append(name)
    async with Server(context) as server:
        handler = make_handler(tls_ca_file=authority.ca_file, tls_verify="refuse")
        knows(handler, monkeypatch)
        await handler.download_request(Request(f"https://{host}:{server.port}/whole"))
    assert seen == [sent]
    assert handler.sink.captures[0].response == WHOLE


async def test_a_host_that_no_certificate_can_name_is_one_failure(
    server: Server, make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = make_handler()
    knows(handler, monkeypatch)
    with pytest.raises(DownloadFailedError, match="TLS with "):
        await handler.download_request(Request(f"https://{'a' * 70}.example:{server.port}/"))


@pytest.mark.parametrize("text", [None, "no certificate", ""])
def test_a_ca_file_that_is_none_is_an_invalid_setting(text: str | None, tmp_path: Path) -> None:
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    with pytest.raises(SettingError, match="TLS_CA_FILE"):
        tls.context(Config(tls_ca_file=path), verify=True)
