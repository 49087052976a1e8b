"""Fingerprints: what the seen set keeps of a key, 63 bits instead of a URL."""

from __future__ import annotations

import hashlib


def fingerprint(key: str) -> int:
    """The first 63 bits of the key's BLAKE2b, as Redis keeps them in eight bytes of an intset.

    Among ten million URLs two share one with a chance of 1 in 180,000; the later is then not fetched.
    """
    digest = hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
