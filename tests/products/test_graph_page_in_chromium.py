"""The graph's page in a real browser, from a file: what a reader sees and does, and that nothing leaves it."""

import json
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from benchmarks.graph_page.chromium import find_chromium, running
from benchmarks.graph_page.made import made
from pipelines.graph import merge
from pipelines.graph_page import write

READY = "document.body?.dataset.ready === 'true'"


class Canary(BaseHTTPRequestHandler):
    """Sings, and remembers, whenever anybody asks it for anything."""

    def do_GET(self):
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"<p>here I am</p>")

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def canary():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    found = find_chromium()
    if found is None:
        pytest.skip("chromium is not installed")
    with running(found) as browser:
        yield browser


@pytest.fixture(scope="module")
def sixty(tmp_path_factory):
    """The page of a made graph of 60 stories."""
    return write(made(tmp_path_factory.mktemp("made"), 60), "http://127.0.0.1:8080/made/").path


@pytest.fixture
def page(browser, sixty):
    page = browser.page(sixty.as_uri())
    page.wait(READY)
    yield page
    assert [told["exceptionDetails"] for told in page.told("Runtime.exceptionThrown")] == []
    assert [told["entry"] for told in page.told("Log.entryAdded")] == []


def seen(page, canvas):
    """How many pixels of a canvas are not of its ground."""
    return page.value(f"""(() => {{ const canvas = document.querySelector({json.dumps(canvas)});
      const {{ data }} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let other = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] !== data[0] || data[i + 1] !== data[1]) other++;
      return other; }})()""")


def where(page, story, picture="network"):
    """Where a story is on the screen."""
    names = ("px", "py") if picture == "network" else ("tx", "ty")
    return page.value(f"""(() => {{ const box = {picture}.over.getBoundingClientRect();
      const story = stories[{story}]; return [box.left + story.{names[0]}, box.top + story.{names[1]}]; }})()""")


def side(page):
    return page.value("document.getElementById('side').innerText")


def test_the_pictures_are_drawn_and_the_same_each_time(browser, page, sixty):
    assert seen(page, "#network .base") > 2000
    assert seen(page, "#timeline .base") > 2000
    places = "JSON.stringify(nodes.map((node) => [node.x, node.y]))"
    again = browser.page(sixty.as_uri())
    again.wait(READY)
    assert zlib.crc32(again.value(places).encode()) == zlib.crc32(page.value(places).encode())


def test_nothing_leaves_the_page_whatever_the_collection_says(browser, maker, canary):
    bait = f"http://127.0.0.1:{canary.server_port}/bait"
    hostile = f"</script><script>window.hacked=1</script><img src='{bait}' onerror='window.hacked=1'>"
    link = maker.edge(
        bait, maker.tick(), f"{bait}/gone", text=hostile, heading=hostile, reasons=(hostile,)
    )
    maker.page(
        bait, hostile, link, "javascript:window.hacked=1", facts={"image": bait, "authors": (hostile,)}
    )
    merge(maker.done())
    file = write(maker.collection, f"{bait}/").path.as_uri()
    page = browser.page(file)
    page.wait(READY)
    page.value("select(stories[0])")
    for element in ("details", "a", "button"):
        page.value(
            f"document.querySelectorAll('#side {element}').forEach((one) => (one.open = true, one.focus()))"
        )
    page.value("point(stories[0], null, {clientX: 9, clientY: 9})")
    assert hostile in side(page)
    assert hostile in page.value("document.getElementById('tip').textContent")
    assert page.value("typeof hacked") == "undefined"
    assert page.value("document.querySelectorAll('img, a[href^=javascript]').length") == 0
    assert [told["request"]["url"] for told in page.told("Network.requestWillBeSent")] == [file]
    assert page.value(f"fetch('{bait}').then(() => 'sent', () => 'refused')") == "refused"
    assert canary.asked == []
    page.call("Page.navigate", url=bait)
    page.wait("document.body?.innerText === 'here I am'")
    assert canary.asked[0] == "/bait"


def test_a_click_shows_a_story_with_its_links_and_the_address_keeps_it(browser, page, sixty):
    story = page.value("stories.findIndex((story) => story.out.length > 2)")
    page.click(*where(page, story))
    told = page.value(
        f"(({{title, complete, out, captures}}) => ({{title, complete, out: out.length, id: captures[0][2]}}))(stories[{story}])"
    )
    text = side(page)
    assert told["title"] in text
    assert (
        f"{told['complete']['captured']} of {told['complete']['links']} related links captured" in text
    )
    assert told["id"] in text
    assert page.value("document.querySelectorAll('#side .links')[0].children.length") == told["out"]
    assert page.value("document.querySelector('#side .door').href").startswith(
        "http://127.0.0.1:8080/made/2"
    )
    again = browser.page(sixty.as_uri() + page.value("location.hash"))
    again.wait(READY)
    assert told["title"] in side(again)


def test_a_period_search_and_filters_are_of_all_pictures(page):
    left, y = page.value(
        "(({left, top, height}) => [left, top + height / 2])(overview.box.getBoundingClientRect())"
    )
    begin = left + page.value("wholeScale().range()[0]")
    page.mouse("mouseMoved", begin, y)
    page.mouse("mousePressed", begin + 20, y, button="left", clickCount=1)
    page.mouse("mouseMoved", begin + 200, y, button="left", buttons=1)
    page.mouse("mouseReleased", begin + 200, y, button="left", clickCount=1)
    page.wait("state.period !== null")
    few = page.value("shownStories.length")
    assert 0 < few < 60
    assert page.value(
        "shownStories.every((story) => story.moment >= state.period[0] && story.moment <= state.period[1])"
    )
    assert page.value("document.getElementById('filtering').textContent") == f"{few} of 60"
    page.value("clearFilter()")
    page.value("document.getElementById('search').focus()")
    page.call("Input.insertText", text=page.value("stories[7].title"))
    assert page.value("shownStories.map((story) => story.number)") == [7]
    page.value("clearFilter()")
    page.value("(state.statusesOff.add('captured'), changed('filter'))")
    assert page.value("links.filter((link) => link.on).every((link) => link.status !== 'captured')")


def test_keys_alone_lead_through_it(page):
    page.value("network.over.focus()")
    page.key("ArrowRight")
    assert page.value("state.selected.seed")
    page.key("ArrowDown")
    first = page.value("state.selected.number")
    page.key("ArrowDown")
    page.key("ArrowUp")
    assert page.value("state.selected.number") == first
    page.value("go(stories.findLast((story) => story.out.some((link) => link.to.story)))")
    source = page.value("state.selected.number")
    page.key("ArrowRight")
    assert page.value(f"nodes[{source}].out.some((link) => link.to === state.selected)")
    page.key("ArrowLeft")
    assert page.value("state.selected.number") == source
    page.key("Enter")
    assert page.value("document.activeElement.id") == "side"
    page.key("Escape")
    assert page.value("state.selected") is None
    page.key("/")
    assert page.value("document.activeElement.id") == "search"


def test_the_table_has_every_story_sorts_and_holds_a_few_rows_only(browser, tmp_path):
    page = browser.page(write(made(tmp_path, 400)).path.as_uri() + "#view=table")
    page.wait(READY)
    assert page.value("document.querySelector('[role=table]').getAttribute('aria-rowcount')") == "401"
    assert page.value("document.querySelectorAll('#table .body [role=row]').length") < 60
    for _ in range(2):
        page.value("document.querySelectorAll('#table [role=columnheader] button')[4].click()")
        order = page.value("rows.map((story) => story.in.length)")
        down = (
            page.value("document.querySelectorAll('#table [role=columnheader]')[4].ariaSort")
            == "descending"
        )
        assert order == sorted(order, reverse=down)
    page.value("document.querySelector('#table .body').focus()")
    page.key("End")
    assert page.value("document.querySelector('#table .chosen').getAttribute('aria-rowindex')") == "401"


def test_pictures_are_saved_as_svg_and_png(page):
    page.value(
        "(window.saved = [], hand = (blob, ending) => saved.push([ending, blob]), saveSvg(), savePng())"
    )
    page.wait("saved.length === 2")
    svg = page.value("saved.find((one) => one[0] === 'svg')[1].text()")
    assert (
        page.value(
            f"new DOMParser().parseFromString({json.dumps(svg)}, 'image/svg+xml')"
            ".querySelectorAll('path').length"
        )
        > 10
    )
    assert page.value(
        "saved.find((one) => one[0] === 'png')[1].arrayBuffer().then((all) => new Uint8Array(all)[1])"
    ) == ord("P")


def test_right_to_left_titles_stand_in_their_own_direction(page):
    story = page.value("stories.findIndex((story) => story.lang === 'he' || story.lang === 'ar')")
    page.value(f"select(stories[{story}])")
    assert page.value("getComputedStyle(document.querySelector('#side h2')).direction") == "rtl"


def test_the_dark_page_is_dark(browser, sixty):
    page = browser.page(sixty.as_uri(), dark=True)
    page.wait(READY)
    assert (
        page.value(
            "Math.max(...network.base.getContext('2d').getImageData(2, 2, 1, 1).data.slice(0, 3))"
        )
        < 60
    )


def test_an_empty_graph_says_so_and_what_to_do(browser, tmp_path):
    page = browser.page(write(made(tmp_path, 0)).path.as_uri())
    page.wait(READY)
    assert "No story yet" in page.value("document.body.innerText")
    assert "scrapy crawl story -a seeds=URL -a collection=made-0" in page.value(
        "document.body.innerText"
    )
    assert page.told("Runtime.exceptionThrown") == []
