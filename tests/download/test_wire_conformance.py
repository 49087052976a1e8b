"""Of whatever a server writes, we record what RFC 9112 says is its answer, byte for byte, and how it ended."""

from __future__ import annotations

import pytest
from scrapy.exceptions import DownloadFailedError, DownloadTimeoutError, ResponseDataLossError

from tests.download import wire_chunks, wire_ends, wire_heads, wire_lengths
from tests.download.wire import SOUND, Case, End, Outcome, record_all

CASES = wire_heads.CASES + wire_lengths.CASES + wire_chunks.CASES + wire_ends.CASES
ERRORS = (DownloadFailedError, DownloadTimeoutError, ResponseDataLossError)
SHORT = [
    case for case in CASES if len(case.sent) <= 250 and not case.surplus and case.end is not End.SILENT
]


@pytest.fixture(scope="module")
def outcomes() -> dict[str, Outcome]:
    return record_all(sorted(CASES, key=lambda case: case.end is not End.SILENT))


@pytest.fixture(scope="module")
def outcomes_in_pieces() -> dict[str, Outcome]:
    return record_all([case.byte_by_byte() for case in SHORT], and_next=False, at_once=20)


def test_names_are_unique() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_an_answer_is_recorded_as_the_standard_reads_it(
    case: Case, outcomes: dict[str, Outcome]
) -> None:
    outcome = outcomes[case.name]
    capture = outcome.capture
    assert (capture.response, capture.interim) == (case.recorded, case.interim)
    assert (capture.status, capture.truncated) == (case.status, case.truncated)
    assert outcome.error is None or isinstance(outcome.error, ERRORS)
    if case.payload is not None:
        assert b"".join(capture.payload()) == case.payload
    if case.kept_alive is not None:
        assert (outcome.next_connection == 1) == case.kept_alive


def test_nothing_leaks_into_the_next_answer(outcomes: dict[str, Outcome]) -> None:
    leaking = [name for name, outcome in outcomes.items() if outcome.next_body != SOUND[-5:]]
    assert leaking == []


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_bytes_that_come_one_by_one_make_the_same_capture(
    case: Case, outcomes: dict[str, Outcome], outcomes_in_pieces: dict[str, Outcome]
) -> None:
    assert outcomes_in_pieces[case.name].seen() == outcomes[case.name].seen()
