"""The day of a story that is linked, where one reading is possible."""

from datetime import date

import pytest

from crawler.facts.address import day_of_address
from crawler.links.dates import shown_date
from crawler.links.days import day_of_text, story_day
from crawler.links.page import read_page

TODAY = date(2008, 4, 10)


@pytest.mark.parametrize(
    ("uri", "day"),
    [
        ("http://a.org/2008/04/04/slug", "2008-04-04"),
        ("http://a.org/world/2008/apr/4/slug", "2008-04-04"),
        ("http://a.org/slug-2008-04-04.html", "2008-04-04"),
        ("http://a.org/20080404/slug", "2008-04-04"),
        ("http://a.org/?date=2008-04-04&x", "2008-04-04"),
        ("http://a.org/2008/04/slug", None),
        ("http://a.org/200844/", None),
        ("http://a.org/12008040455", None),
        ("http://a.org/2008/02/31/x", None),
        ("http://a.org/2008/xyz/04/x", None),
        ("http://2008-04-04.org/", None),
        ("http://a.org/7330492.stm", None),
    ],
)
def test_the_day_in_an_address(uri, day):
    found = day_of_address(uri)
    assert (found and found.isoformat()) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("04 Apr 08 | Europe", "2008-04-04"),
        ("4. April 2008", "2008-04-04"),
        ("4 de abril de 2008", "2008-04-04"),
        ("1 août 1999", "1999-08-01"),
        ("4 апреля 2008", "2008-04-04"),
        ("April 4th, 2008", "2008-04-04"),
        ("04.05.2008", "2008-05-04"),
        ("4/4/2008", "2008-04-04"),
        ("13/05/08", "2008-05-13"),
        ("05/13/2008", "2008-05-13"),
        ("04/05/2008", None),
        ("2008-04-04", "2008-04-04"),
        ("2008年4月4日", "2008-04-04"),
        ("2008년 4월 4일", "2008-04-04"),
        ("3 days ago", "2008-04-07"),
        ("2 weeks ago", "2008-03-27"),
        ("5 hours ago", "2008-04-10"),
        ("5 minutes ago", "2008-04-10"),
        ("5 m ago", "2008-04-10"),
        ("31 Feb 2008", None),
        ("no date", None),
    ],
)
def test_the_day_that_a_teaser_shows(text, day):
    found = day_of_text(shown_date(text), TODAY)
    assert (found and found.isoformat()) == day


def test_the_address_goes_before_the_teaser_and_the_future_is_none():
    assert story_day("http://a.org/2008/04/01/x", "04 Apr 08", TODAY) == date(2008, 4, 1)
    assert story_day("http://a.org/x", "04 Apr 08", TODAY) == date(2008, 4, 4)
    assert story_day("http://a.org/2008/04/11/x", "", TODAY) == date(2008, 4, 11)  # another time zone
    assert story_day("http://a.org/2008/04/12/x", "", TODAY) is None


def test_the_links_of_a_dated_list_know_their_days():
    page = read_page(
        b"<h1>Nato talks go on</h1><p>" + b"Text of a story. " * 30 + b"</p><h2>SEE ALSO</h2><ul>"
        b"<li><a href='/1/7330492.stm'>Nato expansion row deepens</a><br>03 Apr 08</li>"
        b"<li><a href='/1/7331018.stm'>Nato talks in Bucharest end</a><br>04 Apr 08</li></ul>",
        "http://news.example.org/1/7330000.stm",
    )
    assert [link.day(TODAY) for link in page.links()] == [date(2008, 4, 3), date(2008, 4, 4)]
