"""Answers of CDX servers in every form that is about, and what is asked next."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archives.cdx.errand import LEAST, Errand
from crawler.archives.cdx.reading import Page, read
from crawler.archives.cdx.server import CdxServer
from crawler.archives.cdx.span import BEGINNING, Span
from crawler.model.cdx import CdxCapture, CdxQuery
from crawler.model.surt import surt

URI = "http://news.example:80/A"
DIGEST = "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"
ROW = ["example,news)/a", "20080404135400", URI, "text/html", "200", DIGEST, "512"]
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
LINE = CdxCapture(
    "example,news)/a", "20080404135400", URI, "text/html", 200, f"sha1:{DIGEST}", length=512
)
PYWB = {"url": URI, "mime": "text/html", "status": "200", "digest": DIGEST, "length": "512"}
WAYBACK = CdxServer("https://web.archive.org/cdx/search/cdx")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([NAMES, ROW, [], ["example%2Cnews%29%2Fa+20080404135401"]], indent=0),
        json.dumps([ROW, [], ["example%2Cnews%29%2Fa+20080404135401"]]),
        " ".join(ROW) + "\n\nexample%2Cnews%29%2Fa+20080404135401\n",
        json.dumps({"urlkey": ROW[0], "timestamp": ROW[1], **PYWB})
        + "\n\nexample%2Cnews%29%2Fa+20080404135401",
        f"{ROW[0]} {ROW[1]} {json.dumps(PYWB)}\n\nexample%2Cnews%29%2Fa+20080404135401",
    ],
)
def test_every_form_says_the_same(body: str) -> None:
    page = read(body.encode())
    assert list(page.lines) == [LINE]
    assert (page.resume, page.bad) == ("example%2Cnews%29%2Fa+20080404135401", 0)


def test_the_columns_of_a_file_tell_where_the_record_lies() -> None:
    plain = f" CDX N b a m s k r M S V g\n{' '.join(ROW[:6])} - - 512 1024 news.warc.gz\n"
    (line,) = read(plain.encode()).lines
    assert (line.filename, line.offset, line.length) == ("news.warc.gz", 1024, 512)


@pytest.mark.parametrize("body", [b"", b"\n", b"[]", b"[[]]", json.dumps([NAMES]).encode()])
def test_an_answer_may_be_empty(body: bytes) -> None:
    assert read(body) == Page([])


def test_a_line_that_is_none_is_counted_and_left_out() -> None:
    page = read(f"{' '.join(ROW)}\nnothing\n{{\n{' '.join([*ROW[:1], '2008x', *ROW[2:]])}\n".encode())
    assert (list(page.lines), page.bad) == ([LINE], 3)


def test_a_revisit_has_no_status_and_a_short_timestamp_is_made_whole() -> None:
    (line,) = read(" ".join([ROW[0], "200804", URI, "warc/revisit", "-", "-", "-"]).encode()).lines
    assert (line.status, line.digest, line.length, line.timestamp) == (None, "", -1, "20080401000000")


def test_the_wayback_machine_is_asked_in_its_words() -> None:
    query = CdxQuery.parse(
        "cdx:news.example/*&from=2008&to=2009&filter=!status:[45]..&filter==mime:text/html&collapse=digest"
    )
    asked = parse_qs(urlsplit(WAYBACK.uri(query, 500, "example%2Cnews%29%2F+2008%21")).query)
    assert asked == {
        "url": ["news.example/"],
        "matchType": ["prefix"],
        "output": ["json"],
        "fl": [",".join(NAMES)],
        "limit": ["500"],
        "showResumeKey": ["true"],
        "from": ["2008"],
        "to": ["2009"],
        "filter": ["!statuscode:[45]..", r"mimetype:text/html"],
        "collapse": ["digest"],
        "resumeKey": ["example,news)/ 2008!"],
    }


def test_pywb_is_asked_in_its_words() -> None:
    query = CdxQuery.parse("cdx:news.example/&filter=!status:[45]..&collapse=digest")
    asked = parse_qs(urlsplit(CdxServer("http://localhost/news/cdx").uri(query, 500)).query)
    assert asked["filter"] == ["!~status:(?:[45]..)$"]
    assert asked["fields"] == ["urlkey,timestamp,url,mime,status,digest,length"]
    assert "collapse" not in asked


def lines(*timestamps: str, uri_r: str = "http://news.example/") -> list[CdxCapture]:
    return [CdxCapture(surt(uri_r), one, uri_r, "text/html", 200, "") for one in timestamps]


def errand(words: str = "", most: int = 100) -> Errand:
    return Errand.first(CdxQuery.parse(f"cdx:news.example/{words}"), "20261124000000", most)


def test_an_errand_survives_in_an_item() -> None:
    first = errand("&from=2008&filter=statuscode:200")
    then = first.turn(Page(lines("20080101000000"), "key"), short=False).then
    assert then is not None
    assert Errand.of(first.to_data()) == first
    assert Errand.of(then.to_data()) == then
    assert then.key != first.key


def test_a_resume_key_is_followed_until_there_is_none() -> None:
    turn = errand().turn(Page(lines("20080101000000"), "key"), short=False)
    assert turn.then is not None
    assert (turn.then.resume, turn.then.taken) == ("key", 1)
    assert turn.then.turn(Page(lines("20090101000000")), short=False).then is None


def test_collapse_and_limit_hold_over_pages() -> None:
    first = errand("&collapse=timestamp:8&limit=2")
    turn = first.turn(Page(lines("20080101000000", "20080101000001"), "key"), short=False)
    assert [line.timestamp for line in turn.lines] == ["20080101000000"]
    assert turn.then is not None
    page = Page(lines("20080101000002", "20080102000000", "20080103000000"), "more")
    after = turn.then.turn(page, short=False)
    assert [line.timestamp for line in after.lines] == ["20080102000000"]
    assert after.then is None


def test_a_limit_below_a_page_asks_for_no_more_and_does_not_halve() -> None:
    first = errand("&limit=2")
    assert first.most == 2
    turn = first.turn(Page(lines("20080101000000", "20080102000000")), short=False)
    assert (len(turn.lines), turn.then) == (2, None)


def test_an_answer_that_could_not_be_read_whole_is_asked_for_in_halves() -> None:
    turn = errand(most=200).turn(Page(lines("20080101000000")), short=True)
    assert turn.lines == ()
    assert turn.then is not None
    assert turn.then.most == 100
    least = errand(most=LEAST).turn(Page([]), short=True)
    assert least.then is None
    assert "too long" in least.warning


class Keyless:
    """A CDX server without resume keys, which has `captures` in time's order."""

    def __init__(self, captures: list[CdxCapture]) -> None:
        self.captures = captures
        self.asked = 0

    def answer(self, query: CdxQuery, most: int) -> Page:
        self.asked += 1
        return Page([line for line in self.captures if query.holds(line)][:most])


def walk(server: Keyless, first: Errand) -> tuple[list[CdxCapture], list[str]]:
    found: list[CdxCapture] = []
    warnings = []
    then: Errand | None = first
    while then is not None:
        turn = then.turn(server.answer(then.sought, then.most), short=False)
        found += turn.lines
        warnings += [turn.warning] if turn.warning else []
        then = turn.then
    return found, warnings


def test_a_server_without_resume_keys_gives_every_line_once_in_order() -> None:
    made = lines(*(f"2008{month:02}{day:02}000000" for month in range(1, 13) for day in range(1, 29)))
    server = Keyless(made)
    assert walk(server, errand(most=50)) == (made, [])
    assert server.asked < 40
    assert walk(Keyless(made), errand("&collapse=timestamp:6", 50))[0] == made[::28]
    assert walk(Keyless(made), errand("&limit=70&from=20080301", 50))[0] == made[56:126]


def test_what_one_second_has_too_much_of_is_said() -> None:
    made = lines("20080101000000", *["20080102000000"] * 60, "20080103000000")
    found, warnings = walk(Keyless(made), errand(most=50))
    assert len(found) == 52
    assert warnings == ["only 50 lines of the second 20080102000000 are known"]


def test_spans_leave_no_second_out() -> None:
    whole = Span.of("2008", "", "20081231235959")
    assert whole == Span("20080101000000", "20081231235959")
    half = whole.half()
    assert half is not None
    after = half.after(whole)
    assert after is not None
    assert (half.until, after.since) == ("20080701235959", "20080702000000")
    assert after.until == whole.until
    assert after.after(whole) is None
    assert Span.of("", "2008", "20261124000000") == Span(BEGINNING, "20081231235959")
    assert Span.of("", "200802", "20261124000000").until == "20080229235959"
    assert Span("20080101000000", "20080101000000").half() is None
