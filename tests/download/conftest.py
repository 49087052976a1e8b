"""A handler with a sink that keeps captures, and the server that misbehaves."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from scrapy.crawler import Crawler

from crawler.config import Config
from crawler.download.handler import RecordingHandler
from crawler.model.capture import Capture, CaptureRef
from tests.download.misbehaving import Server


class KeepingSink:
    """Keeps the captures it is given; one sink per crawler, as the contract has it."""

    def __init__(self) -> None:
        self.captures: list[Capture] = []

    @classmethod
    def from_crawler(cls, crawler: Any) -> KeepingSink:
        return cast(KeepingSink, crawler.sink)

    async def visit(self, uri: str) -> None:
        return None

    async def capture_once(self, capture: Capture) -> CaptureRef:
        return self.capture(capture)

    def capture(self, capture: Capture) -> CaptureRef:
        self.captures.append(capture)
        return CaptureRef(len(self.captures))


LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    async with Server() as running:
        yield running


def recording_handler(**settings: Any) -> Any:
    """A handler on a running loop; the arguments are settings of `Config`. Loopback is open by default."""
    config = Config(**{"allow_private_addresses": LOOPBACK, "download_timeout": 5.0, **settings})
    crawler = SimpleNamespace(
        spider=SimpleNamespace(config=config),
        settings={"CAPTURE_SINK": KeepingSink},
        sink=KeepingSink(),
    )
    return RecordingHandler.from_crawler(cast(Crawler, crawler))


@pytest.fixture
async def make_handler() -> AsyncIterator[Callable[..., Any]]:
    """`recording_handler`, and the end of all that it made."""
    made: list[Any] = []

    def make(**settings: Any) -> Any:
        made.append(recording_handler(**settings))
        return made[-1]

    yield make
    for handler in made:
        await handler.close()


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
