"""kill -9 at random moments: whatever was safe is there, and nothing is half there.

``make kills`` plays a few hundred rounds; here are as many as the patience of a test run allows.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.warc.kill_round import play

pytestmark = pytest.mark.slow
FIRST = int(os.environ.get("KILL_SEED", "1"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + 16))
def test_whatever_was_safe_outlives_a_kill(tmp_path: Path, seed: int) -> None:
    play(tmp_path, seed)
