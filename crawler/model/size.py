"""Sizes as people write them: ``500``, ``50G``, ``1.5 GiB``."""

from __future__ import annotations

import re

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:([kmgt])(i?))?b?\Z", re.IGNORECASE | re.ASCII)
_POWERS = {"k": 1, "m": 2, "g": 3, "t": 4}


def parse(text: str) -> int:
    """The bytes of a size; k, M, G and T are powers of 1000, Ki, Mi, Gi and Ti of 1024 (IEC 80000-13).

    Raises `ValueError` with what may be written.
    """
    match = _SIZE.match(text.strip())
    if match is None:
        raise ValueError("write a number of bytes, such as 5000000, 50G or 1.5Gi")
    number, prefix, binary = match.groups()
    power = _POWERS[prefix.lower()] if prefix else 0
    return int(float(number) * (1024 if binary else 1000) ** power)
