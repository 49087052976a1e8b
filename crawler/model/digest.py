"""Digests as WARC header fields spell them (WARC 1.1, 5.8 and 5.9).

SHA-1 in upper-case base32 is the default, since CDX files and their digests speak it; SHA-256 in
base16 can be chosen.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable

ALGORITHMS = ("sha1", "sha256")
EMPTY = frozenset(hashlib.new(name, usedforsecurity=False).digest() for name in ALGORITHMS)
"""The digests of no octets at all, as `raw` gives them."""
_SIZES = {"sha1": 20, "sha256": 32}
_LETTERS, _DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghijklmnopqrstuv"
_BASE32 = str.maketrans(_LETTERS + _LETTERS[:26].lower() + "0189", _DIGITS + _DIGITS[:26] + "!!!!")
"""From RFC 4648, section 6, to the digits of `int`; what is no digit there is none here."""
_ALPHANUMERIC = re.compile(r"[0-9A-Za-z]+=*\Z")


class Hasher:
    """A digest of bytes that come in pieces."""

    __slots__ = ("_algorithm", "_hash", "update")

    def __init__(self, algorithm: str = "sha1") -> None:
        self._algorithm = algorithm
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self.update = self._hash.update

    def labelled(self) -> str:
        """Such as ``sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ``."""
        if self._algorithm == "sha256":
            return "sha256:" + self._hash.hexdigest()
        return "sha1:" + base64.b32encode(self._hash.digest()).decode()


def of(data: bytes, algorithm: str = "sha1") -> str:
    """The labelled digest of `data`."""
    return of_all([data], algorithm)


def of_all(pieces: Iterable[bytes], algorithm: str = "sha1") -> str:
    """The labelled digest of `pieces`, one behind the other."""
    hasher = Hasher(algorithm)
    for piece in pieces:
        hasher.update(piece)
    return hasher.labelled()


def raw(labelled: str) -> bytes | None:
    """The digest itself; None where no known algorithm or spelling is meant.

    Writers of indexes differ, so base32 and base16 are read in either case, and a value without a label
    is SHA-1 in base32, as CDX files have it.
    """
    label, mark, value = labelled.rpartition(":")
    size = _SIZES.get(label.lower() if mark else "sha1", 0)
    if not size or not _ALPHANUMERIC.match(value):
        return None
    try:
        if len(value) == 2 * size:
            return bytes.fromhex(value)
        digits = value.rstrip("=")
        spare = 5 * len(digits) - 8 * size
        # base64.b32decode works letter by letter; int knows the same digits under other names.
        return (int(digits.translate(_BASE32), 32) >> spare).to_bytes(size) if 0 <= spare < 5 else None
    except ValueError:
        return None


def labelled(raw: bytes) -> str:
    """The labelled digest that `raw` is, by its length."""
    if len(raw) == _SIZES["sha256"]:
        return "sha256:" + raw.hex()
    return "sha1:" + base64.b32encode(raw).decode()
