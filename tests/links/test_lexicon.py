"""Every language can say 'related' and 'most read', and no phrase says two things in one language."""

import tomllib
from importlib import resources

import pytest

from crawler.links.cues import callout_cue, heading_cue, label_cue
from crawler.links.lexicon import POLARITIES, PROMO, RELATED, lexicon

LANGUAGES = lexicon()


def test_there_are_at_least_fifteen_languages() -> None:
    assert len(LANGUAGES) >= 15


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete_and_consistent(language: str) -> None:
    table = LANGUAGES[language]
    assert len(table[RELATED]) >= 4
    assert len(table[PROMO]) >= 4
    phrases = [phrase for polarity in POLARITIES for phrase in table[polarity]]
    assert len(phrases) == len(set(phrases)), sorted(p for p in phrases if phrases.count(p) > 1)
    for phrase in phrases:
        assert phrase == phrase.strip().lower()
        assert phrase.count("*") <= 1
        assert len(phrase) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_plain_phrase_is_found_again(language: str) -> None:
    for polarity in (RELATED, PROMO):
        for phrase in LANGUAGES[language][polarity]:
            if "*" not in phrase:
                assert heading_cue(phrase), phrase
                assert heading_cue(phrase.upper() + " :"), phrase


def test_files_hold_nothing_else() -> None:
    for file in resources.files("crawler.links").joinpath("phrases").iterdir():
        assert set(tomllib.loads(file.read_text(encoding="utf-8"))) <= {*POLARITIES, "stop"}, file.name


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("SEE ALSO:", "related"),
        ("Related stories", "related"),
        ("RELATED INTERNET LINKS", "external"),
        ("Related topics", "index"),
        ("TOP UK STORIES", "promo"),
        ("Most read", "promo"),
        ("More from Politics", "promo"),
        ("Mehr zum Thema", "related"),
        ("À lire aussi", "related"),
        ("Das könnte Sie auch interessieren", "promo"),
        ("関連記事", "related"),
        ("مقالات ذات صلة", "related"),
        ("Russia and Nato sign Afghan deal", ""),
        ("", ""),
    ],
)
def test_headings_are_understood(text: str, cue: str) -> None:
    assert heading_cue(text) == cue


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("Read more: The mayor resigns", "related"),
        ("Lesen Sie auch: Der Bürgermeister geht", "related"),
        ("Lire aussi :", "related"),
        ("Bridge: The mayor resigns", ""),
        ("Most read: The mayor resigns", ""),
    ],
)
def test_callouts_are_understood(text: str, cue: str) -> None:
    assert callout_cue(text) == cue


@pytest.mark.parametrize(
    ("label", "cue"),
    [
        ("relatedLinks ", "related"),
        ("c-article__see-also ", "related"),
        (" most-popular", "promo"),
        ("main-nav ", "navigation"),
        ("outbrain related ", "product"),
        ("relative wrapper ", ""),
        (" ", ""),
    ],
)
def test_class_names_are_understood(label: str, cue: str) -> None:
    assert label_cue(label) == cue
