"""Where a request goes: scheme, host and port (RFC 6454)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """`host` is a name in lower case or an address without brackets."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> Origin:
        """The origin of an http or https URL. Raises ValueError."""
        parts = urlsplit(url)
        port = parts.port
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("not an http or https URL")
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """``host`` or ``host:port``, as the Host field has it (RFC 9110, 7.2)."""
        return self._bracketed if self.port == _PORTS[self.scheme] else self.host_and_port

    @property
    def host_and_port(self) -> str:
        """``host:port``, as CONNECT wants it (RFC 9110, 9.3.6)."""
        return f"{self._bracketed}:{self.port}"

    @property
    def loopback(self) -> bool:
        """Whether the text alone says that it is this machine; no name is resolved for it."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def confidential(self) -> bool:
        """Whether nobody on the way reads along: https, or this machine (W3C Secure Contexts, 3.1)."""
        return self.scheme == "https" or self.loopback

    @property
    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host
