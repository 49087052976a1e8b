"""Random answers from a fixed seed: however they are cut or damaged, no byte is lost and nothing is raised."""

from __future__ import annotations

import http.client
import io
from dataclasses import replace
from random import Random
from typing import Any, cast

import pytest
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError

from tests.download import wire_random
from tests.download.wire import SOUND, Case, End, Outcome, record_all

SEED = 20261124
COUNT = 300
ERRORS = (DownloadFailedError, DownloadTimeoutError, ResponseDataLossError)


@pytest.fixture(scope="module")
def valid() -> list[Case]:
    random = Random(SEED)
    return [wire_random.case(f"{SEED}/{i}", wire_random.valid(random)) for i in range(COUNT)]


@pytest.fixture(scope="module")
def recorded(valid: list[Case]) -> dict[str, Outcome]:
    return record_all(valid)


@pytest.fixture(scope="module")
def damaged(valid: list[Case]) -> list[Case]:
    random = Random(SEED)
    return [
        replace(case, answer=[wire_random.damaged(random, case.sent)], end=End.CLOSED) for case in valid
    ]


@pytest.fixture(scope="module")
def damaged_recorded(damaged: list[Case]) -> dict[str, Outcome]:
    return record_all(damaged, and_next=False)


def test_a_valid_answer_is_recorded_whole(valid: list[Case], recorded: dict[str, Outcome]) -> None:
    for case in valid:
        outcome = recorded[case.name]
        assert (outcome.error, outcome.capture.truncated) == (None, None), case
        assert (outcome.capture.response, outcome.capture.interim) == (case.recorded, case.interim), case
        assert b"".join(outcome.capture.payload()) == case.payload, case
        assert (outcome.next_connection == 1) == case.kept_alive, case
        assert outcome.next_body == SOUND[-5:], case


def test_the_standard_library_reads_the_same(valid: list[Case], recorded: dict[str, Outcome]) -> None:
    for case in valid:
        theirs = read_by_the_standard_library(case)
        outcome = recorded[case.name]
        assert (outcome.capture.status, b"".join(outcome.capture.payload())) == theirs[:2], case
        assert (outcome.next_connection == 1) == theirs[2], case


def read_by_the_standard_library(case: Case) -> tuple[int, bytes, bool]:
    """Status, payload and whether the connection persists, by `http.client`, which knows no 103."""

    class Socket:
        def makefile(self, mode: str) -> io.BytesIO:
            # It reads no field behind one with 8 bits in its name.
            return io.BytesIO(case.recorded.replace(b"X-Caf\xe9", b"X-Cafe"))

    response = http.client.HTTPResponse(cast(Any, Socket()), method=case.method)
    response.begin()
    persists = not response.will_close
    return response.status, response.read(), persists


def test_where_packets_end_says_nothing(valid: list[Case], recorded: dict[str, Outcome]) -> None:
    random = Random(SEED)
    cut = [replace(case, answer=wire_random.cut(random, case.sent)) for case in valid]
    in_pieces = record_all(cut)
    for case in cut:
        assert in_pieces[case.name].seen() == recorded[case.name].seen(), case
        assert in_pieces[case.name].next_connection == recorded[case.name].next_connection, case


def test_damage_loses_no_byte(damaged: list[Case], damaged_recorded: dict[str, Outcome]) -> None:
    """Reading stops where the framing says so (RFC 9112, 6.3), else where the server closed."""
    for case in damaged:
        outcome = damaged_recorded[case.name]
        response = bytes(outcome.capture.response)
        kept = b"".join(outcome.capture.interim) + response
        assert outcome.error is None or isinstance(outcome.error, ERRORS), (case, outcome.error)
        assert case.sent.startswith(kept), case
        assert kept == case.sent or wire_random.may_stop(case.method, response), (case, response)


def test_damage_is_seen_alike_however_it_is_cut(
    damaged: list[Case], damaged_recorded: dict[str, Outcome]
) -> None:
    random = Random(SEED)
    cut = [replace(case, answer=wire_random.cut(random, case.sent)) for case in damaged]
    in_pieces = record_all(cut, and_next=False)
    differing = [
        (case.sent, _verdict(in_pieces[case.name]), _verdict(damaged_recorded[case.name]))
        for case in damaged
        if _verdict(in_pieces[case.name]) != _verdict(damaged_recorded[case.name])
    ]
    assert differing == []


def _verdict(outcome: Outcome) -> dict[str, Any]:
    """All but the bytes behind the end, which are kept when they come along with it."""
    seen = outcome.seen()
    return {name: seen[name] for name in ("interim", "status", "truncated", "error")}
