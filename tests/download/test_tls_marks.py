"""A certificate that cannot be trusted is archived and marked, or refused; no request goes twice."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadFailedError

from tests.download.misbehaving import WHOLE, Server

Make = Callable[..., Any]


async def test_mark_archives_and_says_why(
    certificate: tuple[Path, ssl.SSLContext], make_handler: Make
) -> None:
    async with Server(certificate[1]) as server:
        handler = make_handler()
        for _ in range(2):
            await handler.download_request(Request(server.url("/whole")))
        assert len(server.requests) == len(handler.sink.captures) == 2
    for capture in handler.sink.captures:
        assert capture.response == WHOLE
        assert (capture.tls.protocol, capture.tls.trusted) == ("tls/1.3", False)
        assert capture.tls.cipher_suite.startswith("TLS_")
        assert "self" in capture.notes["tlsTrusted"]


async def test_refuse_sends_nothing(
    certificate: tuple[Path, ssl.SSLContext], make_handler: Make
) -> None:
    async with Server(certificate[1]) as server:
        handler = make_handler(tls_verify="refuse")
        with pytest.raises(DownloadFailedError):
            await handler.download_request(Request(server.url("/whole")))
        assert server.requests == handler.sink.captures == []


async def test_ssl_cert_file_counts(
    certificate: tuple[Path, ssl.SSLContext], make_handler: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with Server(certificate[1]) as server:
        handler = make_handler(tls_verify="refuse")
        await handler.download_request(Request(server.url("/whole")))
    assert handler.sink.captures[0].tls.trusted
    assert "tlsTrusted" not in handler.sink.captures[0].notes
