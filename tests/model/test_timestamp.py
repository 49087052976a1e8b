"""Moments keep their value through every spelling."""

from datetime import UTC, datetime

import pytest

from crawler.errors import MalformedRecord
from crawler.model import timestamp

MOMENT = datetime(2008, 4, 4, 13, 54, 0, 123456, tzinfo=UTC)


def test_warc_date_keeps_microseconds() -> None:
    assert timestamp.to_warc_date(MOMENT) == "2008-04-04T13:54:00.123456Z"
    assert timestamp.from_warc_date("2008-04-04T13:54:00.123456Z") == MOMENT
    assert timestamp.from_warc_date("2008-04-04T13:54:00.123456789Z") == MOMENT
    assert timestamp.from_warc_date("2008-04-04T13:54:00Z") == MOMENT.replace(microsecond=0)


@pytest.mark.parametrize("text", ["", "2008-04-04", "2008-13-04T13:54:00Z", "2008-04-04T13:54:00"])
def test_warc_date_refuses(text: str) -> None:
    with pytest.raises(MalformedRecord):
        timestamp.from_warc_date(text)


@pytest.mark.parametrize(
    ("digits", "moment"),
    [
        ("2008", datetime(2008, 1, 1, tzinfo=UTC)),
        ("200804", datetime(2008, 4, 1, tzinfo=UTC)),
        ("20080404135400", datetime(2008, 4, 4, 13, 54, tzinfo=UTC)),
        ("20080231", datetime(2008, 2, 29, tzinfo=UTC)),
    ],
)
def test_digits(digits: str, moment: datetime) -> None:
    assert timestamp.from_digits(digits) == moment


@pytest.mark.parametrize("text", ["", "20", "200", "20080", "2008-04", "200804041354001", "0000"])
def test_digits_refuses(text: str) -> None:
    with pytest.raises(MalformedRecord):
        timestamp.from_digits(text)


def test_http_date() -> None:
    text = "Fri, 04 Apr 2008 13:54:00 GMT"
    assert timestamp.from_http_date(text) == MOMENT.replace(microsecond=0)
    assert timestamp.to_http_date(MOMENT) == text
    with pytest.raises(MalformedRecord):
        timestamp.from_http_date("yesterday")
