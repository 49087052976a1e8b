"""Long runs of bytes live in a file that nobody can see, and read back as they were."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

from crawler.errors import ClewError
from crawler.model.octets import PIECE, Octets, Spool, SpoolLimits

LONG = bytes(range(256)) * 4096


def held() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("memory", [0, 1000, len(LONG) - 1, len(LONG)])
@pytest.mark.parametrize("step", [777, len(LONG)])
def test_what_went_in_comes_out_whatever_fits_in_memory(tmp_path: Path, memory: int, step: int) -> None:
    spool = Spool(SpoolLimits(memory, tmp_path))
    for at in range(0, len(LONG), step):
        spool.append(LONG[at : at + step])
    octets = spool.octets()
    assert (len(octets), bytes(octets)) == (len(LONG), LONG)
    assert b"".join(octets.pieces(5)) == LONG[5:]
    assert octets.read(300, 20) == LONG[300:320]
    assert octets.read(len(LONG) - 3, 20) == LONG[-3:]
    assert list(tmp_path.iterdir()) == []


def test_a_long_run_comes_in_pieces_that_fit_in_memory(tmp_path: Path) -> None:
    octets = Spool.of([LONG], SpoolLimits(10, tmp_path))
    assert {len(piece) for piece in octets.pieces()} == {PIECE}


def test_a_cut_holds_in_memory_and_in_the_file(tmp_path: Path) -> None:
    for memory in (10, 10_000_000):
        spool = Spool(SpoolLimits(memory, tmp_path))
        spool.append(LONG)
        spool.cut(1000)
        assert bytes(spool.octets()) == LONG[:1000]


def test_the_file_is_gone_with_the_last_who_uses_it(tmp_path: Path) -> None:
    before = held()
    octets = Spool.of([LONG], SpoolLimits(10, tmp_path))
    assert held() == before + 1
    del octets
    gc.collect()
    assert held() == before


@pytest.mark.skipif(not hasattr(os, "O_TMPFILE"), reason="this system gives a file a name first")
def test_the_file_has_no_name_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill between making it and removing its name would leave it behind."""
    monkeypatch.setattr(os, "unlink", lambda *_: pytest.fail("it had a name"))
    spool = Spool(SpoolLimits(10, tmp_path))
    spool.append(b"longer than ten")
    assert bytes(spool.octets()) == b"longer than ten"


def test_a_folder_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ClewError, match="cannot write a long answer"):
        Spool.of([LONG], SpoolLimits(10, tmp_path / "none"))


def test_octets_compare_by_content(tmp_path: Path) -> None:
    assert Spool.of([LONG], SpoolLimits(10, tmp_path)) == Octets(LONG) == LONG
    assert Octets(b"a") != b"b"
    assert not Octets()
