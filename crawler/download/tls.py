"""TLS for archiving: verify where possible, archive and mark where not (``TLS_VERIFY=mark``)."""

from __future__ import annotations

import re
import ssl
import warnings
from pathlib import Path

from crawler.config import Config
from crawler.errors import SettingError
from crawler.model.capture import Tls

_EXCHANGE = {"ECDHE", "DHE", "ECDH", "DH", "PSK", "SRP", "RSA", "ADH", "AECDH"}
_VERSIONS = {
    "1.0": ssl.TLSVersion.TLSv1,
    "1.1": ssl.TLSVersion.TLSv1_1,
    "1.2": ssl.TLSVersion.TLSv1_2,
    "1.3": ssl.TLSVersion.TLSv1_3,
}
_SIZED = re.compile(r"(AES|CAMELLIA|ARIA)(\d{3})\Z")


def context(config: Config, verify: bool) -> ssl.SSLContext:
    """A client context; HTTP/1.1 only, since HTTP/2 has no agreed form in a WARC.

    OpenSSL's ``SSL_CERT_FILE`` and ``SSL_CERT_DIR`` count. Raises `SettingError`.
    """
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    with warnings.catch_warnings():
        # Python calls the old versions deprecated; whoever sets TLS_MIN_VERSION knows.
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = _VERSIONS[config.tls_min_version]
    if config.tls_ca_file is not None:
        _trust(made, config.tls_ca_file)
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
        # Archives meet old servers: what cannot be trusted anyway may also be weak.
        made.set_ciphers("ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0")
    elif config.tls_min_version < "1.2":
        made.set_ciphers("DEFAULT:@SECLEVEL=0")
    return made


def reason(error: ssl.SSLError) -> str:
    """Why a handshake failed, in OpenSSL's words."""
    return getattr(error, "verify_message", "") or str(error.reason or error)


def _trust(made: ssl.SSLContext, path: Path) -> None:
    try:
        made.load_verify_locations(path)
    except OSError as error:  # ssl.SSLError is one
        why = error.reason if isinstance(error, ssl.SSLError) else error.strerror
        raise SettingError(
            f"TLS_CA_FILE {path} cannot be read: {why}", "name a PEM file of certificates"
        ) from error


def session(ssl_object: ssl.SSLObject | ssl.SSLSocket, trusted: bool) -> Tls:
    """What is recorded of a session: ``tls/1.3`` and the IANA name of its cipher suite."""
    version = (ssl_object.version() or "").replace("TLSv", "tls/").replace("SSLv", "ssl/")
    cipher = ssl_object.cipher()
    if version == "tls/1":
        version = "tls/1.0"
    return Tls(version, iana_name(cipher[0]) if cipher else "", trusted)


def ended(ssl_object: ssl.SSLObject) -> bool:
    """Whether the peer has sent close_notify; without it, somebody may have cut the rest off.

    asyncio tells either end alike, but after close_notify reading gives the end of the file.
    """
    try:
        return not ssl_object.read(1)
    except ssl.SSLError:
        return False


def iana_name(name: str) -> str:
    """OpenSSL's name of a cipher suite as IANA registers it.

    >>> iana_name("ECDHE-RSA-AES128-GCM-SHA256")
    'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'
    >>> iana_name("AES256-SHA")
    'TLS_RSA_WITH_AES_256_CBC_SHA'
    >>> iana_name("TLS_AES_128_GCM_SHA256")
    'TLS_AES_128_GCM_SHA256'
    """
    if name.startswith("TLS_"):
        return name
    parts = name.split("-")
    exchange = [parts.pop(0)] if parts[0] in _EXCHANGE else []
    while exchange and parts and parts[0] in {"RSA", "ECDSA", "DSS", "PSK", "ANON"}:
        exchange.append(parts.pop(0))
    if exchange == ["ECDHE"]:  # OpenSSL leaves RSA out where ARIA follows
        exchange.append("RSA")
    return f"TLS_{'_'.join(exchange or ['RSA'])}_WITH_{'_'.join(_bulk(parts))}"


def _bulk(parts: list[str]) -> list[str]:
    if parts[:2] == ["CHACHA20", "POLY1305"]:
        return ["CHACHA20", "POLY1305", "SHA256"]
    if parts[:2] == ["DES", "CBC3"]:
        return ["3DES", "EDE", "CBC", *parts[2:]]
    match = _SIZED.match(parts[0])
    named = [*match.groups(), *parts[1:]] if match else list(parts)
    if match and not {"GCM", "CCM", "CCM8"} & set(parts):
        named.insert(2, "CBC")
    return [part.replace("CCM8", "CCM_8") for part in named]
