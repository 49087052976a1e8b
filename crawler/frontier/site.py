"""What a host belongs to: its registrable domain, and the names above it."""

from __future__ import annotations

import ipaddress
from functools import lru_cache

import tldextract

# The list that comes with tldextract: nothing is downloaded, nothing is cached. Private suffixes count
# (github.io, blogspot.com), since what lies below them belongs to different people.
_SUFFIXES = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


@lru_cache(maxsize=10_000)
def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered: ``bbc.co.uk`` of ``news.bbc.co.uk``.

    An IP address is its own; under a suffix that is in no list, the last two labels are (the rule of
    publicsuffix.org for such); a public suffix alone is its own.
    """
    if _is_address(host):
        return host
    parts = _SUFFIXES.extract_str(host)
    if parts.suffix:
        return parts.top_domain_under_public_suffix or host
    return ".".join(host.rsplit(".", 2)[-2:])


@lru_cache(maxsize=10_000)
def names_of(netloc: str) -> tuple[str, ...]:
    """A host and the names above it, longest first, each with its port before it without.

    ``a.b:81`` is ``a.b:81``, ``a.b``, ``b:81``, ``b``; nothing stands above an address. Of a queue in a
    web archive (``ARCHIVE/KIND/HOST``) it is the original host.
    """
    netloc = netloc.rpartition("/")[2]
    host, colon, port = netloc.rpartition(":")
    if not host or not port.isdigit():
        host, colon, port = netloc, "", ""
    labels = host.split(".")
    alone = host.startswith("[") or labels[-1].isdigit()  # an address
    above = [host] if alone else [".".join(labels[n:]) for n in range(len(labels))]
    return tuple(text for name in above for text in ((f"{name}:{port}", name) if colon else (name,)))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
