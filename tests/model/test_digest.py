"""A digest is the same one however a writer spells it, and what is none is never taken for one."""

import base64
import hashlib

import pytest

from crawler.model import digest

SHA1 = hashlib.sha1(b"x", usedforsecurity=False).digest()
SHA256 = hashlib.sha256(b"x").digest()


@pytest.mark.parametrize("algorithm", digest.ALGORITHMS)
def test_octets_and_label_are_each_others_inverse(algorithm: str) -> None:
    labelled = digest.of(b"x", algorithm)
    raw = digest.raw(labelled)
    assert raw == hashlib.new(algorithm, b"x", usedforsecurity=False).digest()
    assert digest.labelled(raw) == labelled


@pytest.mark.parametrize(
    ("label", "raw"),
    [("sha1:", SHA1), ("SHA1:", SHA1), ("", SHA1), ("sha256:", SHA256), ("SHA256:", SHA256)],
)
def test_spellings_of_one_digest(label: str, raw: bytes) -> None:
    base32 = base64.b32encode(raw).decode()
    for value in (base32, base32.lower(), base32.rstrip("="), raw.hex(), raw.hex().upper()):
        assert digest.raw(label + value) == raw


@pytest.mark.parametrize("label", ["", "sha1:", "sha256:", "md5:", ":", "sha1:sha1:"])
@pytest.mark.parametrize(
    "value",
    [
        *("", "-", "A" * 31, "A" * 33, "1" * 32, "A_" * 16, "+" + "A" * 31, " " + "A" * 31),
        *("A" * 31 + "\n", "é" * 32, "٣" * 32, " " * 40, "0" * 39 + "g", "0x" + "0" * 38),
    ],
)
def test_what_is_no_digest(label: str, value: str) -> None:
    assert digest.raw(label + value) is None
