"""The address guard: a crawler is a program inside somebody's network, and pages must not steer it.

A name is resolved once, every address it has is checked, and the connection goes to a checked
address, so a name that changes its answer between check and connect gains nothing. The check sees
addresses, not text: decimal, octal and hex spellings have all become an address by then.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Sequence

from scrapy.exceptions import CannotResolveHostError

from crawler.config import Config, Network
from crawler.errors import RefusedAddress, SettingError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

KEPT = 60.0
"""Seconds that a name's checked addresses are used again."""
_MOST_FOR_A_NAME = 5.0
"""Seconds to wait for a name that a proxy may resolve instead."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NEVER_PUBLIC = tuple(map(ipaddress.ip_network, ("192.88.99.0/24", "fec0::/10", "3fff::/20")))
"""6to4 relays (RFC 7526), site-local (RFC 3879) and documentation (RFC 9637): not all versions of
`ipaddress` know them."""
_MOST_NAMES = 10_000


class AddressGuard:
    """Resolves names to addresses that may be fetched."""

    def __init__(self, config: Config) -> None:
        self._allowed = config.allow_private_addresses
        self._operator = bool(config.operator)
        self._known: dict[tuple[str, int], tuple[float, list[Address]]] = {}

    async def resolve(self, host: str, port: int) -> list[Address]:
        """The addresses of `host`, all of them checked; at least one.

        Raises `RefusedAddress`; `SettingError` where a public host would be fetched without
        ``OPERATOR``; Scrapy's `CannotResolveHostError`.
        """
        key, now = (host, port), time.monotonic()
        until, addresses = self._known.get(key, (0.0, []))
        if now >= until:
            addresses = await look_up(host, port)
            self.check(host, addresses)
            if len(self._known) >= _MOST_NAMES:
                self._known.clear()
            self._known[key] = (now + KEPT, addresses)
        return addresses

    async def vouch(self, host: str, port: int) -> None:
        """Check a host that a proxy will connect to, as far as this machine knows it.

        What is refused without a proxy is refused with one. A name that cannot be resolved here is left
        to the proxy: often it alone can.
        """
        try:
            async with asyncio.timeout(_MOST_FOR_A_NAME):
                await self.resolve(host.rstrip("."), port)
        except (CannotResolveHostError, TimeoutError):
            if host.rstrip(".").endswith("localhost"):
                raise RefusedAddress(f"{host} is the proxy's own machine (RFC 6761, 6.3)") from None
            self._demand_operator(host)

    def check(self, host: str, addresses: Sequence[Address]) -> None:
        """Raises for the first address that may not be fetched."""
        for address in addresses:
            if is_allowed(address, self._allowed):
                continue
            if not is_public(address):
                raise RefusedAddress(
                    f"{host} is {address}, which is not a public address",
                    "ALLOW_PRIVATE_ADDRESSES opens single networks",
                )
            self._demand_operator(host)

    def _demand_operator(self, host: str) -> None:
        if not self._operator:
            raise SettingError(
                f"OPERATOR is not set, and {host} is a public host",
                "say who crawls: -s OPERATOR='Your Name, you@example.org'",
            )


async def look_up(host: str, port: int) -> list[Address]:
    """The addresses of `host`, unchecked. Raises Scrapy's `CannotResolveHostError`."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CannotResolveHostError(f"{host}: {error}") from error
    addresses: list[Address] = []
    for _family, _type, _proto, _name, peer in found:
        address = ipaddress.ip_address(str(peer[0]).partition("%")[0])
        if address not in addresses:
            addresses.append(address)
    if not addresses:
        raise CannotResolveHostError(f"{host} has no address")
    return addresses


def is_allowed(address: Address, allowed: Sequence[Network]) -> bool:
    """Whether the operator opened a network that holds `address`."""
    plain = embedded(address) or address
    return any(one in network for one in (address, plain) for network in allowed)


def is_public(address: Address) -> bool:
    """Whether `address`, and the IPv4 address that it may carry inside, is global unicast.

    The registries are IANA's special-purpose ones (RFC 6890), as `ipaddress` knows them.
    """
    inner = embedded(address)
    if inner is not None and not is_public(inner):
        return False
    if inner is not None and isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return True
    if any(address in network for network in _NEVER_PUBLIC):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def embedded(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    if address in _NAT64 or 1 < int(address) < 1 << 32:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
