"""One proof: a mode on a server, in a folder of its own."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

from benchmarks.proofs.modes import MODES
from benchmarks.proofs.server import Server, programs
from benchmarks.proofs.stage import Over, Shape, Stage
from benchmarks.proofs.verdict import Verdict, judge

LONG = Shape(
    hosts=200, pages=6000, workers=8, lease_time=6.0, worker_kills=29, server_kills=3, patience=240.0
)
SHORT = Shape(
    hosts=60, pages=800, workers=8, lease_time=1.5, worker_kills=6, server_kills=1, patience=60.0
)


def play(mode: str, shape: Shape, program: str, seed: int) -> Verdict:
    """Play a proof. What it wrote stays in a folder where a promise was broken."""
    folder = Path(tempfile.mkdtemp(prefix="proof-"))
    server = Server(programs()[program], folder / "server")
    try:
        stage, begun = Stage(shape, server, folder, seed), time.monotonic()
        try:
            stage.open()
            MODES[mode].play(stage)
        except Over:
            pass
        finally:
            stage.close()
        seconds = time.monotonic() - begun
        verdict = judge(stage, mode, MODES[mode].code, program, seed, seconds)
    finally:
        server.kill()
    if verdict.broken:
        verdict.broken.append(f"see {folder}")
    else:
        shutil.rmtree(folder)
    return verdict
