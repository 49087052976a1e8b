"""The digest of what an archive gave, compared with the one that its index names."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.model import digest
from crawler.model.capture import DigestCheck
from crawler.model.octets import Octets

_ALGORITHMS = {20: "sha1", 32: "sha256"}


def check(labelled: str, bodies: Iterable[Octets], *, certain: bool) -> DigestCheck:
    """Compare the digest of an index with each form in which the payload may have been digested.

    `VERIFIED` if one has it. `MISMATCH` only where it is `certain` that the original's payload is among
    them; else `UNKNOWN`, as it is for a digest that is missing or of another algorithm.
    """
    wanted = digest.raw(labelled)
    if wanted is None:
        return DigestCheck.UNKNOWN
    algorithm = _ALGORITHMS[len(wanted)]
    if any(digest.raw(digest.of_all(body.pieces(), algorithm)) == wanted for body in bodies):
        return DigestCheck.VERIFIED
    return DigestCheck.MISMATCH if certain else DigestCheck.UNKNOWN
