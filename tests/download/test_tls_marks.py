"""A certificate that cannot be trusted is archived and marked, or refused; no request goes twice."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.exceptions import DownloadFailedError

from tests.download.misbehaving import WHOLE, Server

Make = Callable[..., Any]


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for 127.0.0.1 that signs itself, and a server's context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "cert.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return path, context


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
