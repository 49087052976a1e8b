"""Dates and times as pages write them, in many languages, as ISO 8601."""

import pytest

from crawler.facts.dates import read_date
from crawler.facts.months import month_number

MACHINES = [
    ("2024-02-11T08:30:00Z", "2024-02-11T08:30:00Z"),
    ("2015-01-19T13:39-05:00", "2015-01-19T13:39-05:00"),
    ("2024-02-11T08:30:00.000+0100", "2024-02-11T08:30:00+01:00"),
    ("2008/11/24 13:34:42", "2008-11-24T13:34:42"),
    ("20080404", "2008-04-04"),
    ("Fri Oct 31 10:49:51 EDT 2014", "2014-10-31T10:49:51-04:00"),
    ("Tue Nov 19 2019 05:44:06 GMT+0000", "2019-11-19T05:44:06+00:00"),
    ("Tue, 19 Nov 2019 05:44:06 GMT", "2019-11-19T05:44:06Z"),
    ("1555138800", "2019-04-13T07:00:00Z"),
    ("1555138800000", "2019-04-13T07:00:00Z"),
]
PEOPLE = [
    ("Friday, 4 April 2008, 13:54 GMT 14:54 UK", "en", "2008-04-04T13:54Z"),
    ("Page last updated at 21:11 GMT, Friday, 4 July 2008 22:11 UK", "en", "2008-07-04T22:11"),
    ("April 11, 2011, 9:43 pm", "en", "2011-04-11T21:43"),
    ("Dec. 13, 2016, 12:31 AM UTC", "en", "2016-12-13T00:31Z"),
    ("15. Mai 2020, 7:11 Uhr", "de", "2020-05-15T07:11"),
    ("28.01.2020", "de", "2020-01-28"),
    ("06.11.23", "de", "2023-11-06"),
    ("30 avril 2015 à 07:19", "fr", "2015-04-30T07:19"),
    ("1er août 2015", "fr", "2015-08-01"),
    ("28 de octubre de 2012", "es", "2012-10-28"),
    ("21.dez.2018 às 12h55", "pt", "2018-12-21T12:55"),
    ("5 Gennaio 2025", "it", "2025-01-05"),
    ("2 februari 2025", "nl", "2025-02-02"),
    ("24 listopada 2021", "pl", "2021-11-24"),
    ("24. listopadu 2021", "cs", "2021-11-24"),
    ("14 мая 2025", "ru", "2025-05-14"),
    ("5 Nisan 2025", "tr", "2025-04-05"),
    ("2019年04月13日 09時00分", "ja", "2019-04-13T09:00"),
    ("2013년 10월 24일", "ko", "2013-10-24"),
    ("2016年10月14日07:17", "zh", "2016-10-14T07:17"),
    ("الأحد، 04 آب/اغسطس 2013", "ar", "2013-08-04"),
    ("۲۰۰۸-۰۴-۰۴", "fa", "2008-04-04"),
    ("4 अप्रैल 2008", "hi", "2008-04-04"),
    ("4 tháng 4, 2008", "vi", "2008-04-04"),
    ("20 Januari 2026", "id", "2026-01-20"),
    ("4 Απριλίου 2008", "el", "2008-04-04"),
]
NONE = ["yesterday", "2 hours ago", "2019-13-01", "32 May 2020", "call 555 1234", "1985-01-01", ""]


@pytest.mark.parametrize(("text", "iso"), MACHINES)
def test_dates_for_machines(text: str, iso: str) -> None:
    assert read_date(text) == iso


@pytest.mark.parametrize(("text", "lang", "iso"), PEOPLE)
def test_dates_for_people(text: str, lang: str, iso: str) -> None:
    assert read_date(text, lang) == iso


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text: str) -> None:
    assert read_date(text) == ""


def test_which_number_is_the_month() -> None:
    assert read_date("04/05/2008") == "2008-05-04"
    assert read_date("04/05/2008", month_first=True) == "2008-04-05"
    assert read_date("04/25/2008") == "2008-04-25"
    assert read_date("04.05.2008", month_first=True) == "2008-05-04"


def test_a_name_that_means_two_months_counts_in_its_language_only() -> None:
    assert (
        month_number("listopad", "pl"),
        month_number("listopad", "hr"),
        month_number("listopad"),
    ) == (11, 10, 0)
    assert month_number("Sept.", "en") == 9
    assert month_number("Monday") == 0
