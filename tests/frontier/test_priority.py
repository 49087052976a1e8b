"""The order within a host: near, related and new first."""

from itertools import pairwise, product

import pytest

from crawler.frontier.priority import Kind, priority

HOPS = range(1, 9)
SCORES = (1.0, 0.8, 0.79, 0.5, 0.49, 0.0)
AGES = (0.0, 30.0, 31.0, 365.0, 366.0, 40_000.0)
STORIES = list(product(HOPS, SCORES, (None, *AGES)))


def story(hops, score, age=None):
    return priority(hops, score, Kind.LINK, age)


@pytest.mark.parametrize("kind", [Kind.SEED, Kind.REDIRECT, Kind.REQUISITE])
def test_seeds_redirects_and_requisites_go_before_every_story(kind):
    classes = {priority(hops, score, kind, age) for hops, score, age in STORIES}
    assert classes == {[Kind.SEED, Kind.REDIRECT, Kind.REQUISITE].index(kind)}
    assert classes < {0, 1, 2}
    assert {story(*one) for one in STORIES} == set(range(3, 16))


def test_nearer_goes_first():
    for score, age in product(SCORES, (None, *AGES)):
        classes = [story(hops, score, age) for hops in HOPS]
        assert classes == sorted(classes)
        assert classes[0] < classes[1] < classes[2]


def test_more_related_goes_first():
    for hops, age in product(HOPS, (None, *AGES)):
        classes = [story(hops, score, age) for score in SCORES]
        assert classes == sorted(classes)
    assert story(1, 0.9) < story(1, 0.6) < story(1, 0.1)


def test_newer_goes_first_and_unknown_stands_in_the_middle():
    for hops, score in product(HOPS, SCORES):
        classes = [story(hops, score, age) for age in AGES]
        assert classes == sorted(classes)
        assert classes[0] <= story(hops, score) <= classes[-1]
        assert all(story(hops, score, -age) == story(hops, score, age) for age in AGES)
    assert story(2, 0.9, 30) < story(2, 0.9) == story(2, 0.9, 365) < story(2, 0.9, 366)


def test_among_stories_of_unknown_age_every_nearer_one_goes_first():
    for near, far in pairwise(range(1, 5)):
        assert max(story(near, score) for score in SCORES) < min(story(far, score) for score in SCORES)
