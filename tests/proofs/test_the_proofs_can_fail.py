"""A proof that never fails proves nothing: without a guard it must.

``make proofs ARGS=--break`` takes out all of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.proofs.breaking import ROOT, shows
from benchmarks.proofs.guards import GUARDS
from benchmarks.proofs.modes import MODES
from benchmarks.proofs.server import programs

QUICK = (
    "the delay counts on after the last of a batch",
    "children before the ack",
    "a server of another generation is refused",
)


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_what_is_to_be_changed_is_there_once(guard) -> None:
    assert guard.mode in MODES
    for change in guard.changes:
        assert (ROOT / change.file).read_text().count(change.text) == 1, change


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_without_a_guard_the_proof_fails(tmp_path: Path, name: str) -> None:
    (guard,) = (guard for guard in GUARDS if guard.name == name)
    assert shows(guard, tmp_path / "copy", next(iter(programs()))), "the promises were kept"
