"""Eight workers, killed, starved, cut off and put back: no page lost, no delay broken, no early end.

``make proofs`` plays longer ones (docs/frontier-proofs.md).
"""

from __future__ import annotations

import os

import pytest

from benchmarks.proofs.modes import MODES
from benchmarks.proofs.play import SHORT, play
from benchmarks.proofs.server import programs

pytestmark = pytest.mark.slow
SEED = int(os.environ.get("PROOF_SEED", "1"))


@pytest.mark.parametrize(
    ("mode", "program"), [*((mode, "valkey") for mode in MODES), ("power", "redis"), ("both", "redis")]
)
def test_a_crawl_keeps_its_promises(mode: str, program: str) -> None:
    if program not in programs():
        pytest.skip(f"there is no {program} here")
    verdict = play(mode, SHORT, program, SEED)
    assert verdict.broken == [], verdict.row()
