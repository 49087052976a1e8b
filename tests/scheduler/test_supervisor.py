"""Several workers end as one command."""

import pytest

from crawler.commands._supervisor import merge


@pytest.mark.parametrize(
    ("codes", "merged"),
    [
        ([0, 0], 0),
        ([0, 11], 11),
        ([15, 11], 11),
        ([11, 13], 13),
        ([3, 13, 11], 3),
        ([0, -9], 0),
        ([11, -9], 11),
        ([-9, -9], 1),
    ],
)
def test_exit_codes_are_merged(codes: list[int], merged: int) -> None:
    assert merge(codes) == merged
