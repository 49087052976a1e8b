"""`scrapy collection versions`: the captures of a story, and whether its text was edited.

What changes around a story does not count; a word, a figure or a title of it does.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.commands._difference import changed, edits, mark, readable
from crawler.links.page import read_page
from crawler.model.collection import Collection
from crawler.model.timestamp import from_digits
from tests.products.conftest import REPO, Maker

URL = "http://news.example/story.html"
BODY = [
    "The bridge over the river Ouse was closed on Monday after engineers found cracks in two of its piers.",
    "“We could not take the risk,” said Anna Holt, who leads the county’s roads department.",
    "Some 14,000 vehicles use the bridge each day, and the detour adds eleven miles to the way to work.",
    "It is the third closure since the bridge was opened in 1974, and the longest of them by far.",
    "No one was hurt.",
]


def page(
    *body: str,
    title: str = "Bridge closed after cracks are found",
    menu: str = "Home",
    advert: str = "Buy one, get one free: the offer ends on Sunday, so do not wait for long.",
    related: tuple[str, ...] = ("Council to spend more on roads", "Ferry returns after ten years"),
    comments: str = "12 comments",
    updated: str = "Last updated 4 April 2008, 13:54",
    reader: str = "I have always said that this bridge would not hold, and now look at it.",
) -> bytes:
    paragraphs = "".join(f"<p>{one}</p>\n" for one in body)
    links = "".join(f"<li><a href='/{n}.html'>{one}</a></li>" for n, one in enumerate(related))
    return f"""<html><head><title>{title}</title></head><body>
<nav><ul><li><a href="/">{menu}</a></li><li><a href="/uk">UK</a></li></ul></nav>
<div id="content"><h1>{title}</h1><p class="date">{updated}</p>
<div class="ad"><p>{advert}</p></div>
<div class="story">{paragraphs}</div>
<div class="related-stories"><h2>Related</h2><ul>{links}</ul></div>
<p>{comments}</p><div class="comments"><p>{reader}</p></div></div>
<footer><p>All rights of this newspaper are reserved by its owners, who are in Leeds.</p></footer>
</body></html>""".encode()


def text(octets: bytes) -> tuple[str, ...]:
    return read_page(octets, URL, "text/html; charset=utf-8").paragraphs


@pytest.mark.parametrize(
    "around",
    [
        {"menu": "Start page"},
        {"advert": "Our spring sale has begun, and every sofa in the shop is at half its price."},
        {"related": ("Another thing altogether",)},
        {"related": ()},
        {"comments": "1,204 comments"},
        {"updated": "Last updated 9 May 2009, 08:00"},
        {"updated": "Published: 2008-04-04"},
        {"updated": "Page last updated at 10:20 GMT, Friday, 4 April 2008."},
        {"reader": "What a shame that is; we shall all be late to work for many months to come."},
    ],
    ids=str,
)
def test_what_changes_around_a_story_is_no_edit(around: dict[str, str]) -> None:
    before, after = text(page(*BODY)), text(page(*BODY, **around))
    assert len(before) == len(BODY)
    assert changed(before, after) == 0


def test_spelling_of_quotes_dashes_and_spaces_is_no_edit() -> None:
    plain = [one.replace("“", '"').replace("”", '"').replace("’", "'") for one in BODY]
    spaced = [one.replace(" ", "\u00a0\n ", 3) for one in plain]
    assert changed(text(page(*BODY)), text(page(*spaced))) == 0


@pytest.mark.parametrize(
    ("number", "old", "new"),
    [
        (2, "14,000", "41,000"),
        (0, "two", "three"),
        (4, "No one", "One man"),
        (1, "Anna Holt", "Anne Holt"),
        (3, ", and the longest of them by far", ""),
    ],
)
def test_one_word_of_a_story_is_an_edit(number: int, old: str, new: str) -> None:
    edited = [*BODY]
    edited[number] = edited[number].replace(old, new)
    assert edited != BODY
    assert 0 < changed(text(page(*BODY)), text(page(*edited))) < 0.2


def test_a_change_of_punctuation_is_an_edit() -> None:
    assert changed(("It was never opened again.",), ("It was never opened again?",)) > 0


def test_a_box_that_holds_the_story_is_no_box_beside_it_whatever_its_name() -> None:
    named = page(*BODY).replace(b'<div class="story">', b'<div class="story related-content">')
    assert text(named) == text(page(*BODY))


def test_a_paragraph_that_moves_goes_or_comes_is_an_edit() -> None:
    before = text(page(*BODY))
    for edited in ([*BODY[:2], BODY[3], BODY[2], BODY[4]], BODY[:-1], [*BODY, "It will open in May."]):
        assert changed(before, text(page(*edited))) > 0


def test_a_difference_names_the_words() -> None:
    old = ("Five people died. The mayor came at noon.",)
    new = ("Six people died. The mayor came at noon.", "He spoke for an hour.")
    first, second = edits(old, new)
    assert [*readable(first, colour=False)] == ["~ [-Five-] {+Six+} people died."]
    assert [*readable(second, colour=False)] == ["+ He spoke for an hour."]
    assert (first.paragraph, second.paragraph) == (1, 2)
    assert mark("Nothing of it is left", "Quite another sentence", colour=False) == ""
    assert "\x1b[31mFive\x1b[0m \x1b[32mSix\x1b[0m" in next(readable(first, colour=True))


def test_texts_of_any_length_are_compared() -> None:
    long = tuple(f"Sentence number {n} stands here." for n in range(12_000))
    edited = (*long[:6000], "A new one.", *long[6000:])
    (edit,) = edits(long, edited)
    assert edit.new == ("A new one.",)


@pytest.fixture
def edited(tmp_path: Path) -> Collection:
    maker = Maker(Collection(tmp_path / "collections", "news"))
    octets = page(*BODY)
    other = [BODY[0].replace("two", "three"), *BODY[1:]]
    maker.capture(URL, body=octets, moment=_at("20080404120000"))
    maker.capture(URL, body=octets, moment=_at("20080405120000"))
    maker.capture(URL, body=page(*BODY, comments="99 comments"), moment=_at("20080406120000"))
    maker.capture(URL, status=503, body=b"busy", moment=_at("20080407120000"))
    twin = "http://news.example/print/story.html"
    maker.capture(twin, body=page(*other), moment=_at("20080408120000"))
    retitled = page(*other, title="Bridge \x1b[31mclosed for a year")
    maker.capture(URL, body=retitled, moment=_at("20080409120000"))
    collection = maker.done()
    story = {"id": "urn:clew:story:1", "uris": [URL, twin], "site": "news.example"}
    (collection.graph / "stories.jsonl").write_text(json.dumps(story) + "\n", encoding="utf-8")
    return collection


def _at(digits: str) -> datetime:
    return from_digits(digits).astimezone(UTC)


@pytest.fixture
def versions(edited: Collection) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scrapy", "collection", "versions", "news", *more]
        settings = ["-s", f"COLLECTIONS_DIR={edited.root}"]
        return subprocess.run(
            [*command, *settings], cwd=REPO, capture_output=True, text=True, timeout=60, check=False
        )

    return run


def test_the_captures_of_a_story_are_listed_with_what_became_of_its_text(versions) -> None:
    document = json.loads(versions(URL, "--json").stdout)
    assert document["story"] == "urn:clew:story:1"
    told = [(one["status"], one["payload"], one["text"]) for one in document["versions"]]
    assert told == [
        (200, "first", "first"),
        (200, "same", "same"),
        (200, "other", "same"),
        (503, "other", "-"),
        (200, "other", "edited"),
        (200, "other", "edited"),
    ]
    shares = [one["changed"] for one in document["versions"]]
    assert shares[:4] == [0, 0, 0, 0]
    assert 0 < shares[4] < 0.05
    assert shares[5] == 0
    assert [one["retitled"] for one in document["versions"]][4:] == [False, True]
    assert {one["source"] for one in document["versions"]} == {"live"}


def test_the_difference_between_two_moments_can_be_read(versions) -> None:
    shown = versions(URL, "--from", "2008", "--to", "2008-04-10").stdout
    assert (
        "~ The bridge over the river Ouse was closed on Monday after engineers found cracks in " in shown
    )
    assert "[-two-] {+three+} of its piers." in shown
    assert "title: Bridge closed " in shown
    assert "\x1b" not in shown
    assert "the same text" in versions(URL, "--to", "20080405120000").stdout


def test_what_is_not_there_is_said_in_one_line(versions) -> None:
    for words, code, said in (
        (["http://news.example/no.html"], 4, "has no capture of"),
        (["no address"], 4, "write the story's address"),
        ([URL, "--from", "yesterday"], 2, "is no moment"),
        ([], 2, "versions takes a collection and an address"),
    ):
        ended = versions(*words)
        assert ended.returncode == code, ended.stderr
        assert said in ended.stderr
        assert "Traceback" not in ended.stderr
