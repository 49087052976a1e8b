"""A heading heads what follows it, and no more."""

import pytest

from crawler.links.cues import callout_before, callout_cue, heading_cue
from crawler.links.page import read_page

TEXT = (
    "<p>The mayor of the town opened the bridge on Sunday, and thousands of people came "
    "to walk across the river to the other side.</p>"
)


def classes(html: str) -> dict[str, str]:
    page = read_page(
        f"<title>The bridge is open</title><div>{html}</div>".encode(), "http://a.example/n/story-10001"
    )
    return {link.uri.rpartition("-")[2]: link.link_class.value for link in page.links()}


def headings(html: str) -> dict[str, str]:
    page = read_page(
        f"<title>The bridge is open</title><div>{html}</div>".encode(), "http://a.example/n/story-10001"
    )
    return {link.uri.rpartition("-")[2]: link.heading for link in page.links()}


def item(number: int, text: str = "Council votes for the market hall") -> str:
    return f'<li><a href="/n/story-{number}">{text}</a></li>'


def test_one_old_cell_holds_several_lists() -> None:
    found = classes(
        f"{TEXT}<table><tr><td><b>SEE ALSO</b><br>{item(20001)}<b>TOP STORIES NOW</b><br>{item(20002)}"
        f"<b>See also:</b><br>{item(20003)}</td></tr></table>"
    )
    assert found == {"20001": "related", "20002": "promo", "20003": "related"}


def test_a_heading_in_a_box_of_its_own_heads_the_list_beside_it() -> None:
    found = classes(
        f"{TEXT}<section><div><h2>Related</h2></div><ul>{item(20001)}</ul></section>"
        f"<section><ul>{item(20002)}</ul></section>"
    )
    assert found["20001"] == "related"
    assert found["20002"] != "related"


def test_the_story_goes_on_after_a_callout() -> None:
    found = classes(
        f"{TEXT}<p><b>Read more:</b></p><ul>{item(20001)}</ul>{TEXT * 3}<ul>{item(20002)}</ul>"
    )
    assert found["20001"] == "related"
    assert found["20002"] != "related"


def test_what_a_menu_says_ends_where_the_story_begins() -> None:
    found = classes(f"<p>Related</p><ul>{item(20001)}</ul><div>{TEXT * 3}</div><ul>{item(20002)}</ul>")
    assert found["20002"] != "related"


@pytest.mark.parametrize("last", ["<p>Advertisement</p>", '<li><a href="/search">Most read</a></li>'])
def test_what_stands_last_in_a_box_of_links_heads_nothing(last: str) -> None:
    found = headings(f"{TEXT}<div><ul>{item(20001)}{last}</ul></div><ul>{item(20002)}</ul>")
    assert found["20002"] == ""


def test_a_heading_that_closes_the_text_heads_the_list_after_it() -> None:
    found = headings(f"<div>{TEXT}<p><b>Related stories</b></p></div><ul>{item(20001)}</ul>")
    assert found == {"20001": "Related stories"}


@pytest.mark.parametrize("mark", ["Advertisement", "ANZEIGE", "- Reklama -", "広告"])
def test_the_mark_of_an_advertisement_heads_its_own_box_only(mark: str) -> None:
    alone = f"{TEXT}<div><h2>{mark}</h2></div><ul>{item(20001)}{item(20002)}</ul>"
    assert set(headings(alone).values()) == {""}
    filled = f"{TEXT}<div><div><h2>{mark}</h2>{item(20001)}</div><ul>{item(20002)}</ul></div>"
    assert headings(filled) == {"20001": mark, "20002": ""}


KICKER = '<div><div class="label">Video</div><a href="/n/story-{0}">Council votes for the market hall</a></div>'
LINKED_KICKER = (
    '<a href="/n/story-{0}"><div class="label">Video</div><h3>Council votes for the market</h3></a>'
)


@pytest.mark.parametrize("teaser", [KICKER, LINKED_KICKER])
def test_the_label_of_a_teaser_is_not_the_heading_of_the_list(teaser: str) -> None:
    teasers = "".join(teaser.format(number) for number in (20001, 20002))
    found = headings(f"{TEXT}<div><h2>Related stories</h2><div>{teasers}</div></div>")
    assert found == {"20001": "Related stories", "20002": "Related stories"}


def test_the_first_of_two_tabs_heads_the_pane() -> None:
    tabs = "<div><h3>Related stories</h3><h3>More from the author</h3></div>"
    found = headings(f"{TEXT}<div>{tabs}<ul>{item(20001)}{item(20002)}</ul></div>")
    assert set(found.values()) == {"Related stories"}


def test_a_heading_inside_a_card_does_not_end_the_list() -> None:
    found = classes(
        f"{TEXT}<h2>Related stories</h2><div><h2>From the harbour</h2>{item(20001)}</div><div>{item(20002)}</div>"
    )
    assert set(found.values()) == {"related"}


def test_a_button_beside_the_heading_is_no_list() -> None:
    button = '<a href="javascript:void(0)">open</a>'
    found = classes(
        f"{TEXT}<div><div><h2>Related stories</h2>{button}</div><ul>{item(20001)}</ul></div>"
    )
    assert found == {"20001": "related"}


def test_a_class_around_the_whole_page_tells_nothing() -> None:
    html = f"{TEXT * 9}<h2>Related stories</h2><ul>{item(20001)}{item(20002)}</ul>"
    wrapped = classes(f'<div class="has-sponsored-links">{html}</div>')
    assert wrapped == classes(html)
    assert set(wrapped.values()) == {"related"}


def test_titles_of_cards_do_not_end_the_list() -> None:
    cards = "".join(
        f'<div><h3><a href="/n/story-{n}">Council votes again today</a></h3></div>'
        for n in (20001, 20002)
    )
    assert set(classes(f"{TEXT}<h2>Related stories</h2><div>{cards}</div>").values()) == {"related"}


def test_a_heading_that_closes_the_text_heads_nothing_before_another_heading() -> None:
    found = headings(
        f"<div>{TEXT * 3}<h4>Related Videos</h4></div><div><h5>Topics</h5><a href='/tag/bridge'>Bridge</a></div>"
        f"<ul>{item(20001)}</ul>"
    )
    assert found["20001"] == ""


def test_what_a_button_leads_to_is_told_by_its_card() -> None:
    titles = ("Opening of the river bridge", "Plans for a new river bridge", "Who pays for the bridge?")
    cards = "".join(
        f'<li><h4>{title}</h4><a href="/n/story-{20001 + n}">To the article</a></li>'
        for n, title in enumerate(titles)
    )
    page = read_page(
        f"<title>The bridge is open</title><div>{TEXT * 4}<h3>On the river</h3><ul>{cards}</ul></div>".encode(),
        "http://a.example/n/story-10001",
    )
    found = page.candidates
    assert [one.heading for one in found] == ["On the river"] * 3
    assert [one.evidence["title words"] for one in found] == [1.0, 1.0, 1.0]


def test_another_publisher_under_a_related_heading_is_told_apart() -> None:
    html = f'{TEXT}<h2>Related stories</h2><ul>{item(20001)}<li><a href="http://b.example.org/n/story-30001">'
    found = classes(html + "Council votes for the market hall</a></li></ul>")
    assert found == {"20001": "related", "30001": "related_ext"}


def test_index_pages_are_not_related_under_any_heading() -> None:
    topic = '<li><a href="/topics/bridges-x">Bridges</a></li>'
    found = classes(f"{TEXT}<h2>Related stories</h2><ul>{item(20001)}{topic}</ul>")
    assert found["x"] != "related"


def test_a_link_in_a_sentence_is_inline_whatever_the_heading() -> None:
    sentence = 'The council, which <a href="/n/story-20001">voted last year</a>, was there.'
    found = classes(f"{TEXT}<h2>Related</h2><p>{sentence}</p>")
    assert found["20001"] == "inline"


def test_a_sentence_before_a_link_makes_it_inline() -> None:
    sentence = (
        'The council had voted on it. <a href="/n/story-20001">Last year there was no bridge</a>. Then.'
    )
    assert classes(f"{TEXT}<h2>Related</h2><p>{sentence}</p>") == {"20001": "inline"}


def test_words_of_the_title_raise_the_score() -> None:
    def score(text: str) -> float:
        links = "".join(item(number, text) for number in (20001, 20002, 20003))
        html = f"<title>The bridge is open</title>{TEXT * 3}<ul>{links}</ul>"
        return read_page(html.encode(), "http://a.example/n/story-10001").links()[0].score

    assert score("Council votes for the bridge") > score("Council votes for the market")


@pytest.mark.xfail(reason="the trees need more than dates: docs/related-links.md, Limits")
def test_a_dated_list_without_a_heading_stands_together() -> None:
    titles = (
        "How the new bridge was built and opened",
        "Mayor to retire in the spring, says aide",
        "Harbour towns sign a pact on rail",
        "Council votes for the market hall",
    )
    rows = "".join(
        f'<div class="arr"><a href="/n/story-{20001 + n}">{title}</a><br>04 Apr 08 | Europe</div>'
        for n, title in enumerate(titles)
    )
    promo = f'<div class="arr"><a href="/n/story-30001">{titles[3]}</a></div>'
    found = classes(f"{TEXT * 3}<div>{rows}</div><div>{promo}</div>")
    related = {number for number, kind in found.items() if kind == "related"}
    assert related == {"20001", "20002", "20003", "20004"}


def test_read_leads_in_a_link_but_is_a_tab_of_the_most_popular() -> None:
    assert callout_cue("Read: How the bridge was built") == heading_cue("READ:") == "related"
    assert heading_cue("Read") == "promo"


@pytest.mark.parametrize("words", ["You may also like:", "Le puede interesar:", "READ NEXT:"])
def test_a_heading_over_anything_calls_out_the_story_that_follows_its_colon(words: str) -> None:
    assert heading_cue(words) == "promo"
    assert callout_before(f"The bridge is open. {words}")
    assert callout_cue(f"{words} The council votes") == "related"
    assert not callout_before(words.rstrip(":"))


def test_a_row_of_short_names_is_no_list_of_stories_whatever_the_addresses() -> None:
    def row(*names: str) -> str:
        links = " ".join(f'<a href="/n/{20001 + n}">{name}</a>' for n, name in enumerate(names))
        return f"{TEXT * 3}<h3>More on this subject</h3><div>{links}</div>"

    assert set(classes(row("Bridges", "Rivers", "Town hall", "Traffic")).values()) == {"other"}
    stories = row("Mayor opens the bridge", "Rivers rise again", "Who pays for it?", "Traffic is slow")
    assert set(classes(stories).values()) == {"related"}


def test_a_title_that_is_called_out_is_a_story_whatever_its_address() -> None:
    def found(text: str) -> str:
        html = f"<title>The bridge</title><div>{TEXT * 3}<p>Related: <a href='/life/tolls'>{text}</a></p>{TEXT * 3}</div>"
        return read_page(html.encode(), "http://a.example/n/story-10001").links()[0].link_class.value

    assert found("How to pay tolls and taxes without a card") == "related"
    assert found("All about tolls") == "other"
