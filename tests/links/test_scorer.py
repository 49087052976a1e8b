"""The scorer walks its trees, tells what each feature added, and asks a hopeless link no further."""

import json
import math

import pytest

from crawler.links.heading_words import leaning, tokens
from crawler.links.scorer import HOPELESS, SCORER, Scorer, probability

LEAF = [-1, 0.0, -1, -1]


def made(trees: list) -> Scorer:
    told = {
        "version": "test/1",
        "threshold": 0.5,
        "features": ["callout", "words"],
        "trees": trees,
        "heading_words": {},
        "heading_bias": 0.0,
    }
    return Scorer.from_json(json.dumps(told))


def fork(feature: int, threshold: float, low: float, high: float, mean: float) -> list:
    return [[feature, threshold, 1, 2, mean], [*LEAF, low], [*LEAF, high]]


def test_the_leaves_of_all_trees_add_up() -> None:
    scorer = made([fork(0, 0.5, -1.0, 2.0, -0.5), fork(1, 3.0, -0.25, 0.75, 0.0)])
    assert scorer.log_odds({}) == -1.25
    assert scorer.log_odds({"callout": 1.0}) == 1.75
    assert scorer.log_odds({"callout": 1.0, "words": 4.0}) == 2.75
    assert scorer.log_odds({"words": 3.0}) == -1.25  # up to the threshold is low


def test_a_fork_below_a_fork_is_reached_from_its_side_only() -> None:
    below = [[0, 0.5, 1, 2, 0.0], [*LEAF, -2.0], [1, 3.0, 3, 4, 0.5], [*LEAF, -0.25], [*LEAF, 0.75]]
    scorer = made([below])
    assert scorer.log_odds({"words": 4.0}) == -2.0
    assert scorer.log_odds({"callout": 1.0, "words": 3.0}) == -0.25
    assert scorer.log_odds({"callout": 1.0, "words": 4.0}) == 0.75
    assert scorer.reasons({"callout": 1.0, "words": 3.0}) == {"words": -0.75, "callout": 0.5}


def test_evidence_that_no_tree_asks_for_changes_nothing() -> None:
    scorer = made([fork(0, 0.5, -1.0, 2.0, -0.5)])
    assert scorer.log_odds({"heading media": 1.0, "callout": 1.0}) == 2.0
    assert scorer.reasons({"heading media": 1.0}) == {"callout": -0.5, "words": 0.0}


def test_reasons_are_what_each_fork_changed() -> None:
    scorer = made([fork(0, 0.5, -1.0, 2.0, -0.5), fork(1, 3.0, -0.25, 0.75, 0.0)])
    assert scorer.reasons({"callout": 1.0}) == {"callout": 2.5, "words": -0.25}


def test_a_hopeless_link_is_asked_no_further_and_stays_so() -> None:
    hopeless = [[[*LEAF, -0.5]]] * 11
    scorer = made([*hopeless, [[*LEAF, 9.0]]])
    assert scorer.log_odds({}) == pytest.approx(-5.5)
    assert scorer.log_odds({}) < HOPELESS
    assert made([*[[[*LEAF, -0.2]]] * 11, [[*LEAF, 9.0]]]).log_odds({}) == pytest.approx(6.8)


def test_a_probability_is_bounded_whatever_the_sum() -> None:
    assert probability(0.0) == 0.5
    assert 0.0 < probability(-1e9) < probability(1e9) <= 1.0
    assert math.isfinite(probability(1e300))


def test_the_scorer_that_is_shipped_is_small_and_whole() -> None:
    assert 0 < len(SCORER.trees) <= 100
    assert 0.4 < SCORER.threshold < 0.7
    assert SCORER.version.startswith("clew-trees/")
    assert len(set(SCORER.names)) == len(SCORER.names)


def test_words_of_a_heading_lean_as_they_do_elsewhere() -> None:
    assert leaning("Related reports on the harbour") > 0 > leaning("Most popular reports of the harbour")
    assert leaning("Mehr zum Thema Hafen") > leaning("Meistgelesen im Hafen")


def test_a_heading_is_its_words_pairs_first_word_number_and_colon() -> None:
    assert tokens("Read more:") == {"read", "more", "read more", "^read", "#2", ":"}
    assert {"関連", "連記"} <= tokens("関連記事")
