"""Digests as WARC header fields spell them (WARC 1.1, 5.8 and 5.9).

SHA-1 in upper-case base32 is the default, since CDX files and their digests speak it; SHA-256 in
base16 can be chosen.
"""

from __future__ import annotations

import base64
import hashlib

ALGORITHMS = ("sha1", "sha256")


def of(data: bytes | bytearray | memoryview, algorithm: str = "sha1") -> str:
    """The labelled digest of `data`, such as ``sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ``."""
    if algorithm == "sha256":
        return "sha256:" + hashlib.sha256(data).hexdigest()
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def matches(labelled: str, algorithm: str, raw: bytes) -> bool:
    """Whether a field's value names the digest `raw`, in base32 or base16, as writers differ in that."""
    value = labelled.partition(":")[2].lower()
    return labelled.partition(":")[0].lower() == algorithm and value in (
        raw.hex(),
        base64.b32encode(raw).decode().lower(),
    )
