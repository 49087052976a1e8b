"""The Link field is read as RFC 8288 writes it, and as archives do."""

from __future__ import annotations

import pytest

from crawler.archives.link import parse_links, related

# RFC 8288, 3.5: each example, with the targets and relation types that the text gives it.
RFC_8288 = [
    (
        '<http://example.com/TheBook/chapter2>; rel="previous"; title="previous chapter"',
        [("http://example.com/TheBook/chapter2", {"previous"})],
    ),
    ('</>; rel="http://example.net/foo"', [("/", {"http://example.net/foo"})]),
    ('</terms>; rel="copyright"; anchor="#foo"', [("/terms", {"copyright"})]),
    (
        "</TheBook/chapter2>; rel=\"previous\"; title*=UTF-8'de'letztes%20Kapitel, "
        "</TheBook/chapter4>; rel=\"next\"; title*=UTF-8'de'n%c3%a4chstes%20Kapitel",
        [("/TheBook/chapter2", {"previous"}), ("/TheBook/chapter4", {"next"})],
    ),
    (
        '<http://example.org/>; rel="start http://example.net/relation/other"',
        [("http://example.org/", {"start", "http://example.net/relation/other"})],
    ),
    (
        '<https://example.org/>; rel="start", <https://example.org/index>; rel="index"',
        [("https://example.org/", {"start"}), ("https://example.org/index", {"index"})],
    ),
]

# RFC 7089, 2.2.2 and what pywb 2.10 sends: a comma within a quoted datetime ends no link.
MEMENTO = (
    '<http://a.example.org/>; rel="original", '
    "<http://arxiv.example.net/web/20010911203610/http://a.example.org/?a=1,2;b>; "
    'rel="first memento"; datetime="Tue, 11 Sep 2001 20:36:10 GMT", '
    '<http://arxiv.example.net/timemap/http://a.example.org/>; rel="timemap"; '
    'type="application/link-format"; from="Tue, 11 Sep 2001 20:36:10 GMT"'
)


@pytest.mark.parametrize(("value", "expected"), RFC_8288)
def test_examples_of_the_rfc(value: str, expected: list[tuple[str, set[str]]]) -> None:
    assert [(link.target, set(link.relations)) for link in parse_links(value)] == expected


def test_commas_and_semicolons_within_quotes_and_targets() -> None:
    links = list(parse_links(MEMENTO))
    assert len(links) == 3
    assert links[1].target == "http://arxiv.example.net/web/20010911203610/http://a.example.org/?a=1,2;b"
    assert links[1].parameters["datetime"] == "Tue, 11 Sep 2001 20:36:10 GMT"
    assert related(MEMENTO, "memento") == links[1].target
    assert related(MEMENTO, "timemap") == "http://arxiv.example.net/timemap/http://a.example.org/"
    assert related(MEMENTO, "timegate") is None


@pytest.mark.parametrize(
    ("value", "parameters"),
    [
        ('<x>; rel="a\\"b\\\\c"', {"rel": 'a"b\\c'}),
        ("<x>;rel=next;rel=prev", {"rel": "next"}),
        ("<x> ; REL = next ", {"rel": "next"}),
        ('<x>; rel="next', {"rel": "next"}),
        ("<x>; nofollow", {"nofollow": ""}),
        ("<x>;;; rel=next", {"rel": "next"}),
        ("<x>", {}),
    ],
)
def test_parameters_are_read_leniently(value: str, parameters: dict[str, str]) -> None:
    (link,) = parse_links(value)
    assert dict(link.parameters) == parameters


def test_what_is_no_link_is_passed_over() -> None:
    value = ' , nonsense, "<quoted>", <x>; rel=next, <unclosed; rel=prev'
    assert [link.target for link in parse_links(value) if "next" in link.relations] == ["x"]
    assert list(parse_links("")) == []
    for hostile in (",", "<", "<x,", "<x>;", '<x>; a="', " ", ";", "<x> \t"):
        assert len(list(parse_links(hostile * 20_000))) <= 20_000
