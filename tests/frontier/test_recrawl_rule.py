"""When a story is due again, as a rule: by age at first, by change from then on, always clamped."""

from itertools import accumulate, repeat

import pytest

from crawler.frontier.recrawl import next_interval

HOUR, DAY = 3600.0, 86400.0
MOST = 30 * DAY


def after(previous, changed, age=None):
    return next_interval(previous, changed, age, HOUR, MOST)


@pytest.mark.parametrize(
    ("age", "interval"),
    [
        (None, HOUR),
        (0.0, HOUR),
        (DAY, 8640.0),
        (-DAY, 8640.0),
        (100 * DAY, 10 * DAY),
        (5000 * DAY, MOST),
    ],
)
def test_the_first_interval_grows_with_the_storys_age(age, interval):
    assert after(None, None, age) == interval
    assert after(None, True, age) == interval  # what is new has changed in no sense


@pytest.mark.parametrize(("changed", "interval"), [(True, 5 * DAY), (False, 15 * DAY), (None, 10 * DAY)])
def test_a_visit_speaks_and_the_age_no_more(changed, interval):
    assert after(10 * DAY, changed, age=0.0) == interval


def test_a_page_that_never_changes_is_visited_ever_less_and_one_that_does_ever_more():
    rarer = list(accumulate(repeat(False, 30), after, initial=HOUR))
    assert rarer == sorted(rarer)
    assert rarer[-1] == MOST
    oftener = list(accumulate(repeat(True, 30), after, initial=MOST))
    assert oftener == sorted(oftener, reverse=True)
    assert oftener[-1] == HOUR


def test_a_least_above_the_most_holds():
    assert next_interval(5.0, True, None, 100.0, 10.0) == 100.0
