"""Lines that are told safe are safe, whatever became of the fsync before."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.appending import LineFile


def test_an_fsync_that_never_began_covers_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []
    monkeypatch.setattr(os, "fsync", done.append)
    file = LineFile(tmp_path / "lines")
    file.add("one")
    given_up = file.later()
    file.later()()
    assert len(done) == 1, "the line of the fsync that was given up"
    file.later()()
    assert len(done) == 1, "nothing new"
    file.add("two")
    file.later()()
    assert len(done) == 2
    given_up()
    file.close()
