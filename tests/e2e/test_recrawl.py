"""Crawls of the same pages: nothing is kept twice, and nothing refers to what is not there.

Three crawls of pages of every kind, two more with other settings; then what each kind came to.
"""

from __future__ import annotations

import gzip
import os
import urllib.request
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import SettingError
from pipelines.check import Counts, check
from pipelines.replay import find_pywb, serve
from tests.e2e.agreement import Held
from tests.e2e.changing import Page
from tests.e2e.recrawling import IDENTICAL, UNCHANGED, Recrawled, recrawling, revisits

pytestmark = pytest.mark.slow

NOON = "Tue, 24 Nov 2026 05:00:00 GMT"


def text(words: str) -> bytes:
    return f"<html><title>{words}</title><p>{'a herring in every pot ' * 40}{words}</p>".encode()


def pages() -> dict[str, Page]:
    return {
        "/robots.txt": Page(b"User-agent: *\nDisallow: /hidden\n", '"r"', kind="text/plain"),
        "/": Page(text("start") + b'<a href="/child">on</a><a href="/hidden">no</a>', '"v1"'),
        "/dated": Page(text("dated"), modified=NOON),
        "/plain": Page(text("twice")),
        "/copy": Page(text("twice")),
        "/empty": Page(b"", '"e"'),
        "/changing": Page(text("old"), '"c1"'),
        "/losing": Page(text("with a tag"), '"l"'),
        "/weak": Page(text("weak"), 'W/"w"', tag_in_304='"w"'),
        "/gzip": Page(text("gzip"), '"g-gzip"', tag_in_304='"g"'),
        "/confused": Page(text("confused"), '"one"', tag_in_304='"another"'),
        "/refusing": Page(text("refusing"), '"p"', answers_condition=412),
        "/busy": Page(text("busy"), '"b"', fields={"Retry-After": "0"}, answers_condition=503),
        "/stubborn": Page(text("never seen"), '"s"', stubborn=True),
        "/partial": Page(text("partial"), '"h"', status=206, fields={"Content-Range": "bytes 0-9/99"}),
        "/moved": Page(b"moved", '"m"', status=301, fields={"Location": "/moved-to"}),
        "/moved-to": Page(text("moved to"), '"t"'),
        "/soft": Page(text("come back later"), '"f"', status=404),
        "/child": Page(text("what comes after")),
    }


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recrawled]:
    folder = tmp_path_factory.mktemp("recrawl")
    headers = folder / "headers.toml"
    headers.write_text('["*"]\nX-Team = "red"\nAuthorization = "Bearer hunter2"\n')
    with recrawling(folder, pages()) as made:
        left_out = ("/robots.txt", "/copy", "/child", "/moved-to")
        first = [path for path in made.site.pages if path not in left_out]
        made.crawl(*first, HEADERS_FILE=headers)
        made.site.pages["/changing"] = Page(text("news"), '"c2"')
        made.site.pages["/soft"] = Page(text("come back later"), '"f"')
        made.site.pages["/losing"] = Page(text("without a tag"))
        made.crawl(*first, "/copy", hops=1, HEADERS_FILE=headers)
        made.crawl(*first, "/copy", HEADERS_FILE=headers)
        made.crawl("/", "/plain", "/copy", CONDITIONAL_REQUESTS=False, WARC_DIGEST="sha256")
        made.crawl("/", "/plain", WARC_DIGEST="sha256")
        yield made


def kinds(answers: list[Held]) -> list[tuple[str, str]]:
    return [(one.kind, one.get("WARC-Profile")) for one in answers]


FULL, SAME, CONFIRMED = ("response", ""), ("revisit", IDENTICAL), ("revisit", UNCHANGED)


def test_every_revisit_has_its_original_and_the_collection_is_in_order(crawled):
    assert len(revisits(crawled.records)) > 20
    assert [str(fault) for fault in check(crawled.collection, Counts())] == []


@pytest.mark.parametrize(
    ("path", "validator"),
    [("/dated", NOON), ("/weak", 'W/"w"'), ("/gzip", '"g-gzip"'), ("/moved-to", '"t"')],
)
def test_what_a_server_confirms_is_asked_for_with_its_validator(crawled, path, validator):
    assert crawled.asked(path)[:3] == [[("", 200)], [(validator, 304)], [(validator, 304)]]
    first, *later = crawled.answers(path)
    assert kinds([first, *later]) == [FULL, CONFIRMED, CONFIRMED]
    assert {one.get("WARC-Refers-To") for one in later} == {first.record_id}
    assert all(one.block.startswith(b"HTTP/1.1 304") for one in later)


def test_the_same_payload_is_kept_once_under_whatever_address(crawled):
    assert kinds(crawled.answers("/plain"))[:3] == [FULL, SAME, SAME]
    assert kinds(crawled.answers("/copy"))[:2] == [SAME, SAME]
    assert kinds(crawled.answers("/empty")) == [FULL, *2 * [FULL]], "an empty payload saves nothing"
    assert kinds(crawled.answers("/partial")) == [FULL, SAME, SAME]
    assert [condition for crawl in crawled.asked("/partial") for condition, _ in crawl] == ["", "", ""]


def test_a_page_that_changed_is_compared_with_its_newest_capture_from_then_on(crawled):
    assert crawled.asked("/changing")[:3] == [[("", 200)], [('"c1"', 200)], [('"c2"', 304)]]
    _, second, third = crawled.answers("/changing")
    assert third.get("WARC-Refers-To") == second.record_id
    assert crawled.asked("/losing")[:3] == [[("", 200)], [('"l"', 200)], [("", 200)]]


def test_an_error_with_the_same_payload_stands_for_no_page(crawled):
    assert crawled.asked("/soft")[:3] == [[("", 404)], [("", 200)], [("", 200)]]
    assert kinds(crawled.answers("/soft")) == [FULL, SAME, SAME]


def test_an_unchanged_page_leads_on_as_a_new_one_does(crawled):
    assert crawled.asked("/child")[:3] == [[], [("", 200)], []]


def test_robots_are_obeyed_by_every_crawl(crawled):
    assert crawled.asked("/robots.txt")[:3] == [[("", 200)], [], []], "rules are kept for a day"
    assert crawled.site.statuses("/hidden") == []


@pytest.mark.parametrize(
    ("path", "tag", "status"), [("/confused", '"one"', 304), ("/refusing", '"p"', 412)]
)
def test_an_answer_that_confirms_nothing_is_followed_by_a_request_without_a_condition(
    crawled, path, tag, status
):
    again = [(tag, status), ("", 200)]
    assert crawled.asked(path)[:3] == [[("", 200)], again, again]
    answers = crawled.answers(path)
    refused = SAME if status == 412 else FULL  # a 412 with the page's own body
    assert kinds(answers) == [FULL, refused, SAME, refused, SAME]


def test_a_retry_asks_without_a_condition(crawled):
    assert crawled.asked("/busy")[1] == [('"b"', 503), ("", 200)]


def test_a_304_that_nobody_asked_for_is_kept_as_it_is_and_not_asked_for_again(crawled):
    assert crawled.asked("/stubborn")[:3] == 3 * [[("", 304)]]
    assert kinds(crawled.answers("/stubborn")) == 3 * [FULL]


def test_a_redirect_is_asked_for_as_it_was(crawled):
    assert crawled.asked("/moved")[:3] == 3 * [[("", 301)]]
    assert kinds(crawled.answers("/moved")) == [FULL, SAME, SAME]


def test_conditions_stand_beside_what_the_operator_supplies(crawled):
    asked = [one for one in crawled.records if one.kind == "request" and one.uri.endswith("/dated")]
    assert all(b"\r\nX-Team: red\r\n" in one.block for one in asked)
    assert all(b"\r\nAuthorization: *************" in one.block for one in asked)
    assert sum(b"\r\nIf-Modified-Since: " in one.block for one in asked) == 2


def test_the_switch_turns_conditions_off_and_another_digest_begins_anew(crawled):
    assert crawled.asked("/")[3:] == [[("", 200)], [('"v1"', 304)]]
    assert kinds(crawled.answers("/")) == [FULL, CONFIRMED, CONFIRMED, FULL, CONFIRMED]
    assert kinds(crawled.answers("/plain"))[3:] == [FULL, SAME]
    newest = [*crawled.answers("/")[3:], *crawled.answers("/plain")[3:], crawled.answers("/copy")[-1]]
    assert all(one.get("WARC-Payload-Digest").startswith("sha256:") for one in newest)


def test_pywb_plays_every_capture_with_the_payload_of_its_original(crawled):
    try:
        pywb = find_pywb(Config(pywb=os.environ.get("PYWB", "")))
    except SettingError:
        pytest.skip("pywb is not installed: `make pywb`, or name its `wayback` in PYWB")
    expected = playable(crawled)
    assert len(expected) > 15, "captures of one second are one here"
    with serve(crawled.collection, 0, pywb) as (address, _process):
        base = address.partition("/news/")[0] + "/news/"
        for place, told in expected.items():
            with urllib.request.urlopen(base + place, timeout=20) as answer:
                assert answer.status == 200, place
                moment = parsedate_to_datetime(answer.headers["Memento-Datetime"])
                assert (answer.read(), f"{moment:%Y%m%d%H%M%S}") in told, place


def playable(crawled: Recrawled) -> dict[str, set[tuple[bytes, str]]]:
    """Where each capture of a page is in pywb: its payload, and the moment that pywb says of it.

    That of a confirmed one is its original's, which its line of the index points at. Of two captures of
    a second pywb has one, so pages that were asked for twice are left out.
    """
    expected: dict[str, set[tuple[bytes, str]]] = {}
    for path in crawled.site.pages.keys() - {"/busy", "/refusing", "/confused"}:
        payloads: dict[str, bytes] = {}
        for one in crawled.answers(path):
            digest, moment = one.get("WARC-Payload-Digest"), digits(one.get("WARC-Date"))
            if one.kind == "response" and one.block.startswith(b"HTTP/1.1 200"):
                payloads[digest] = one.block.partition(b"\r\n\r\n")[2]
            if digest in payloads:
                confirmed = one.get("WARC-Profile") == UNCHANGED
                shown = digits(one.get("WARC-Refers-To-Date")) if confirmed else moment
                told = expected.setdefault(f"{moment}id_/{one.uri}", set())
                told.add((payloads[digest], shown))
    return expected


def digits(date: str) -> str:
    return "".join(filter(str.isdigit, date))[:14]


def test_cdxj_files_of_another_collection_tell_what_need_not_be_kept(crawled, tmp_path: Path) -> None:
    library = tmp_path / "library.cdxj.gz"
    library.write_bytes(gzip.compress((crawled.collection.indexes / "index.cdxj").read_bytes()))
    other = Recrawled(crawled.site, type(crawled.crawler)(tmp_path / "collections"))
    other.crawl("/plain", "/dated", DEDUP_CDXJ=library)
    assert [one[:3] for one in other.crawls[0][1:]] == [("/plain", "", ""), ("/dated", "", "")]
    assert kinds([*other.answers("/plain"), *other.answers("/dated")]) == [SAME, SAME]
    (dated,) = other.answers("/dated")
    assert dated.get("WARC-Refers-To-Target-URI") == crawled.site.url + "/dated"
    process = other.start("/plain", DEDUP_CDXJ=tmp_path / "none.cdxj")
    _, said = process.communicate(timeout=30)
    assert process.returncode == 4
    assert "none.cdxj cannot be read as CDXJ" in said
