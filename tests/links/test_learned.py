"""What a site's other pages tell corrects a page's links, and by no more than what was seen."""

import pytest

from crawler.links import learned
from crawler.links.judge import classify
from crawler.links.page import read_page
from crawler.links.signature import block_signature
from crawler.model.sighting import BlockKnown, Known, LinkKnown
from crawler.model.story import LinkClass

URI = "https://news.example/2024/05/mayor-wins-the-harbour-vote"
NOTHING = BlockKnown(0, 0, 0, 0)
UNSEEN = LinkKnown(0, False)
PROMISING = BlockKnown(60, 180, 170, 2)
HOPELESS = BlockKnown(60, 300, 3, 20)
THE_SAME = BlockKnown(60, 300, 150, 290)


def card(number: int, text: str, kind: str = "") -> str:
    href = f"/2024/0{number}/{text.lower().replace(' ', '-')}"
    return (
        f'<article id="post-{number}" class="card topic-{kind or number}">'
        f'<div class="t"><a href="{href}">{text}</a></div></article>'
    )


def page(
    *cards: str,
    heading: str = "",
    box: str = "stories uid_7",
    title: str = "Mayor wins the harbour vote",
):
    body = (
        "<p>" + "The mayor has won, and the harbour will be built after all, so it seems. " * 20 + "</p>"
    )
    text = (
        f"<html><head><title>{title}</title></head><body><main class='m'><h1>{title}</h1>{body}"
        f'<div class="{box}">{heading}{"".join(cards)}</div></main></body></html>'
    )
    return read_page(text.encode(), URI)


def judged(read, score: float):
    """The page, each of whose links has this score: what the judge holds of them is another test's."""
    for one in read._verdicts:
        one.score, one.link_class = score, classify(one.candidate, score)
    return read


STORIES = (card(1, "Bridge opens after years of delay"), card(2, "Council fights over new school"))


def known(read, block: BlockKnown = NOTHING, link: LinkKnown = UNSEEN, pages: float = 60) -> Known:
    seen = read.sighting
    return Known(pages, (block,) * len(seen.blocks), (link,) * len(seen.links))


def scores(read) -> dict[str, float]:
    return {link.uri: link.score for link in read.links()}


@pytest.mark.parametrize("pages", [0, 60])
def test_where_nothing_is_known_of_a_link_the_page_alone_decides(pages):
    alone, read = page(*STORIES).links(), page(*STORIES)
    read.recall(known(read, pages=pages))
    assert read.links() == alone


def test_a_block_that_held_related_links_holds_them_again():
    read = judged(page(*STORIES), 0.3)
    before = scores(read)
    read.recall(known(read, PROMISING))
    assert [link.link_class for link in read.links()] == [LinkClass.RELATED] * 2
    assert all(score > before[uri] for uri, score in scores(read).items())
    assert {link.reasons[0] for link in read.related()} == {"+its block had related links on 60 pages"}


def test_a_block_that_never_held_one_is_believed_less():
    read = judged(page(*STORIES), 0.6)
    before = scores(read)
    read.recall(known(read, HOPELESS))
    assert all(score < before[uri] for uri, score in scores(read).items())


def test_a_block_that_is_the_same_on_every_page_is_promotion_whatever_its_heading():
    read = judged(page(*STORIES, heading="<h2>Related stories</h2>"), 0.9)
    read.recall(known(read, THE_SAME, LinkKnown(58, False), 62))
    assert read.related() == []
    told = read.links()[0].reasons
    assert "-on 58 of 62 pages of this site" in told
    assert "-its block shows the same links on 60 pages" in told


def test_a_link_that_is_returned_gains():
    read = judged(page(*STORIES), 0.3)
    before = scores(read)
    read.recall(known(read, link=LinkKnown(0, True)))
    assert all(score > before[uri] for uri, score in scores(read).items())
    assert read.links()[0].reasons[0] == "+returned"


@pytest.mark.parametrize("block", [PROMISING, HOPELESS, THE_SAME])
def test_a_few_pages_tell_less_than_many(block):
    few = BlockKnown(*(n / 30 for n in (block.pages, block.shown, block.related, block.repeats)))
    shifts = []
    for told in (few, block):
        read = judged(page(*STORIES), 0.4)
        before = scores(read)
        read.recall(known(read, told))
        shifts.append([abs(score - before[uri]) for uri, score in scores(read).items()])
    assert all(little < much for little, much in zip(*shifts, strict=True))


def test_a_page_tells_what_it_showed_alone_also_after_it_was_corrected():
    read, other = page(*STORIES), page(*STORIES)
    read.recall(known(read, PROMISING))
    assert read.sighting == other.sighting


def test_links_in_sentences_and_the_page_itself_take_no_part():
    sentence = (
        "<p>It was long expected, as we have told in "
        '<a href="/2024/01/what-the-mayor-said-in-january">January of this very year</a>, that he wins.</p>'
    )
    itself = f'<p><a href="{URI}?utm_source=x">Mayor wins the harbour vote</a></p>'
    read = page(sentence, itself)
    assert {link.link_class for link in read.links()} == {LinkClass.INLINE, LinkClass.SELF}
    assert read.sighting.links == ()


def test_an_answer_to_another_page_changes_nothing():
    alone, read = page(*STORIES).links(), page(*STORIES)
    read.recall(known(page(*STORIES, card(3, "Tram line is closed over the summer")), PROMISING))
    assert read.links() == alone


def test_a_link_about_the_story_stands_on_its_pages_by_right():
    read = page(
        card(1, "Harbour vote dossier with all our stories"), card(2, "Council fights over new school")
    )
    assert [link.apart for link in read.sighting.links] == [False, True]


def test_edges_lead_to_related_links_and_back():
    read = judged(page(*STORIES), 0.9)
    link = f"<ul><li><a href='{URI}'>Mayor wins the harbour vote</a></li></ul>"
    there = judged(read_page(f"<title>Bridge</title>{link}".encode(), read.links()[0].uri), 0.9)
    here, back = read.sighting.links[0], there.sighting.links[0]
    assert (here.edge, here.back) == (back.back, back.edge)
    assert judged(page(*STORIES), 0.4).sighting.links[0].edge == "", "not named as related"


def signatures(read) -> set[str]:
    return {block_signature(v.candidate.anchor, v.candidate.heading) for v in read._verdicts}


def test_a_block_keeps_its_signature_from_page_to_page():
    first = signatures(page(*STORIES, heading="<h2>More stories</h2>"))
    second = signatures(
        page(
            card(5, "Ferry runs again on Sunday", "sea"),
            heading="<h2>MORE STORIES</h2>",
            box="stories uid_99",
        )
    )
    assert first == second
    assert len(first) == 1


def test_blocks_with_other_headings_or_boxes_are_others():
    found = [
        signatures(page(*STORIES, heading="<h2>See also</h2>")),
        signatures(page(*STORIES, heading="<h2>Most read</h2>")),
        signatures(page(*STORIES, box="rail")),
    ]
    assert len(set.union(*found)) == 3


def test_a_storys_own_title_names_no_block():
    first, second = (
        signatures(page(*STORIES, title=title))
        for title in (
            "Mayor wins the harbour vote after all",
            "The ferry that ran aground is afloat again",
        )
    )
    assert first == second


def test_a_page_of_thousands_of_links_tells_of_the_first_ones():
    read = page(*(card(1 + n % 9, f"Story number {n} of a very long list") for n in range(2000)))
    assert len(read.sighting.links) == learned.LINKS_MOST


def test_a_word_that_all_stories_of_a_page_share_is_still_a_word_of_its_title():
    package = [card(number, f"Harbour told in part {number} of this series") for number in range(1, 10)]
    assert not any(link.apart for link in page(*package).sighting.links)
    assert all(link.apart for link in page(*STORIES).sighting.links)
