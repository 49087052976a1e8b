"""What `scrapy frontier rebuild` reads out of WARC files: what was fetched, and what still waits."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.commands._rebuilt import Rebuilt
from crawler.commands._walked_again import WalkedAgain
from crawler.config import Config
from crawler.errors import SettingError
from crawler.frontier import walk_file
from crawler.frontier.fingerprint import fingerprint
from crawler.frontier.item import Item
from crawler.frontier.transfer import DueLine, HostLine, SeedLine, Seen, Waiting
from crawler.frontier.walk_file import Walk
from crawler.model.capture import Capture, Truncation
from crawler.model.collection import Collection
from crawler.model.octets import Octets
from pipelines.sink import CollectionSink

SEED = "http://a.example/"
BEGUN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def page(*links: str, head: str = "") -> bytes:
    named = "".join(f'<li><a href="{link}">A headline about {link}</a></li>' for link in links)
    text = f"<title>A story</title><article><p>{'word ' * 50}</p></article><ul>{named}</ul>"
    return f"<html><head>{head}</head><body>{text}</body></html>".encode()


class Walked:
    """A collection that a walk has filled, by hand; each capture is a second after the last."""

    def __init__(self, folder: Path, **walk: Any) -> None:
        self.collection = Collection(folder, "news")
        self.sink = CollectionSink(self.collection, Config(warc_size=1))
        """Each capture is in a file of its own; they are read in this order."""
        told = {"scope": "site", "sites": ("a.example", "b.example"), "hops": 2, "follow": "all"}
        self.collection.frontier.mkdir(parents=True, exist_ok=True)
        walk_file.write(self.collection.frontier, Walk(spider="story", **(told | walk)))
        self._clock = itertools.count()

    def capture(
        self, uri: str, path: str = "", via: str = "", body: bytes = b"", status: int = 200, **more: Any
    ) -> None:
        second = more.pop("second", None) or next(self._clock)
        moved = f"Location: {more.pop('to')}\r\n" if "to" in more else ""
        head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\n{moved}Content-Length: {len(body)}"
        self.sink.capture(
            Capture(
                uri=uri,
                method="GET",
                request=b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                response=Octets(head.encode() + b"\r\n\r\n" + body),
                started=BEGUN + timedelta(seconds=second),
                elapsed_ms=1,
                via=via,
                path=path,
                **more,
            )
        )

    def again(self, **settings: Any) -> Told:
        self.sink.close()
        config = Config(collections_dir=self.collection.root, **settings)
        walk = walk_file.read(self.collection.frontier)
        assert walk is not None
        again = WalkedAgain(self.collection, config, walk, lambda path, offset: None)
        again.read()
        return Told(again)


class Told:
    """The lines of a rebuilt frontier, by kind."""

    def __init__(self, again: WalkedAgain) -> None:
        self.again = again
        rebuilt = Rebuilt(again)
        self.header = rebuilt.header()
        lines = list(rebuilt.lines())
        self.waiting: list[Item] = [line.item for line in lines if isinstance(line, Waiting)]
        self.uris = [item.uri for item in self.waiting]
        self.seeds = {line.uri: line.state for line in lines if isinstance(line, SeedLine)}
        self.hosts = {line.name: line for line in lines if isinstance(line, HostLine)}
        self.due = {line.item.uri: line for line in lines if isinstance(line, DueLine)}
        self.seen = set(itertools.chain.from_iterable(map(_prints, lines)))
        self.unread = again.found.unread


def _prints(line: object) -> Iterator[int]:
    packed = line.fingerprints if isinstance(line, Seen) else b""
    return (int.from_bytes(packed[at : at + 8]) for at in range(0, len(packed), 8))


@pytest.fixture
def walked(tmp_path: Path) -> Iterator[Walked]:
    made = Walked(tmp_path)
    yield made
    made.sink.close()


def test_what_a_page_led_to_waits_once_and_is_seen(walked: Walked) -> None:
    walked.capture(SEED, body=page("/1", "/2", "/3"))
    walked.capture(f"{SEED}1", "L", SEED, page("/2", "/4"))
    told = walked.again()
    assert sorted(told.uris) == [f"{SEED}2", f"{SEED}3", f"{SEED}4"]
    assert told.seen >= {fingerprint(SEED + name) for name in ("", "1", "2", "3", "4")}
    ways = {item.uri: (item.via, item.path) for item in told.waiting}
    assert ways[f"{SEED}4"] == (f"{SEED}1", "LL")
    assert told.seeds == {SEED: "archived"}
    assert told.header.counters["done"] == 2


def test_hops_end_where_they_ended(walked: Walked) -> None:
    walked.capture(SEED, body=page("/1"))
    walked.capture(f"{SEED}1", "L", SEED, page("/2"))
    walked.capture(f"{SEED}2", "LL", f"{SEED}1", page("/3"))
    assert walked.again().uris == []


@pytest.mark.parametrize(
    ("status", "truncated"), [(503, None), (429, None), (200, Truncation.DISCONNECT)]
)
def test_what_would_have_been_tried_again_waits(
    walked: Walked, status: int, truncated: Truncation | None
) -> None:
    walked.capture(SEED, body=page("/1"))
    walked.capture(f"{SEED}1", "L", SEED, page("/2"), status, truncated=truncated)
    assert walked.again().uris == [f"{SEED}1"]


def test_an_answer_that_is_no_page_is_done(walked: Walked) -> None:
    walked.capture(SEED, body=page("/1"))
    walked.capture(f"{SEED}1", "L", SEED, b"gone", 404)
    assert walked.again().uris == []


def test_a_seed_that_failed_is_left_to_the_crawl_command(walked: Walked) -> None:
    """Its pass must not have begun, else it would be due after SEED_INTERVAL only."""
    walked.capture(SEED, status=503)
    told = walked.again()
    assert told.seeds == {}
    assert told.uris == []


def test_a_seed_that_is_gone_says_so(walked: Walked) -> None:
    walked.capture(SEED, status=404)
    assert walked.again().seeds == {SEED: "404"}


def test_a_seed_whose_redirect_is_not_fetched_is_pending(walked: Walked) -> None:
    walked.capture(SEED, status=301, to="http://b.example/")
    told = walked.again()
    assert [(item.uri, item.seed, item.path, item.redirects) for item in told.waiting] == [
        ("http://b.example/", SEED, "R", 1)
    ]
    assert told.seeds == {SEED: "pending"}


def test_redirects_of_a_seed_in_any_order_of_files(walked: Walked) -> None:
    """Of three workers: the last hop lies in the file that is read first."""
    walked.capture("http://b.example/new", "RR", "http://b.example/", page(), second=9)
    walked.capture("http://b.example/", "R", SEED, status=302, to="/new", second=8)
    walked.capture(SEED, status=301, to="http://b.example/", second=7)
    told = walked.again()
    assert told.seeds == {SEED: "archived"}
    assert told.uris == []


def test_a_pass_that_has_begun_anew_goes_on(walked: Walked) -> None:
    walked.capture(SEED, status=301, to="http://b.example/")
    walked.capture("http://b.example/", "R", SEED, page())
    walked.capture(SEED, status=301, to="http://b.example/")
    told = walked.again()
    assert told.uris == ["http://b.example/"]
    assert told.seeds == {SEED: "pending"}


def test_a_chain_of_redirects_is_the_seeds(walked: Walked) -> None:
    walked.capture(SEED, status=301, to="http://b.example/")
    walked.capture("http://b.example/", "R", SEED, status=302, to="/new")
    walked.capture("http://b.example/new", "RR", "http://b.example/", page())
    told = walked.again()
    assert told.seeds == {SEED: "archived"}
    assert told.uris == []


def test_two_seeds_that_lead_to_one_page(walked: Walked) -> None:
    other = "http://a.example/old"
    for seed in (SEED, other):
        walked.capture(seed, status=301, to="http://b.example/")
        walked.capture("http://b.example/", "R", seed, page())
    assert walked.again().seeds == {SEED: "archived", other: "archived"}


def test_a_seeds_target_is_fetched_for_it_though_a_page_named_it(walked: Walked) -> None:
    other = "http://a.example/old"
    walked.capture(other, body=page("/1"))
    walked.capture(f"{SEED}1", "L", other, page())
    walked.capture(SEED, status=301, to="/1")
    told = walked.again()
    assert [(item.uri, item.seed) for item in told.waiting] == [(f"{SEED}1", SEED)]
    assert told.seeds == {SEED: "pending", other: "archived"}


def test_a_seed_that_another_seed_leads_to_is_itself(walked: Walked) -> None:
    walked.capture(SEED, status=301, to="http://b.example/")
    walked.capture("http://b.example/", "R", SEED, page())
    walked.capture("http://b.example/", body=page())
    assert walked.again().seeds == {SEED: "archived", "http://b.example/": "archived"}


def test_pages_inherit_the_site_that_their_seed_was_moved_to(tmp_path: Path) -> None:
    walked = Walked(tmp_path, sites=("a.example",))
    for site in ("c.example", "d.example"):
        walk_file.note_site(walked.collection.frontier, site)
        seed, moved = f"http://a.example/{site}", f"http://{site}/"
        walked.capture(seed, status=301, to=moved)
        walked.capture(moved, "R", seed, page("http://a.example/from-" + site))
        walked.capture(f"http://a.example/from-{site}", "RL", moved, page(f"http://{site}/back"))
    told = walked.again()
    assert sorted((item.uri, item.site) for item in told.waiting) == [
        ("http://c.example/back", "c.example"),
        ("http://d.example/back", "d.example"),
    ]


def test_what_a_redirected_seed_brought_is_for_its_own_pages_only(tmp_path: Path) -> None:
    walked = Walked(tmp_path, sites=("a.example",))
    walk_file.note_site(walked.collection.frontier, "c.example")
    walked.capture(f"{SEED}old", status=301, to="http://c.example/")
    walked.capture("http://c.example/", "R", f"{SEED}old", page())
    walked.capture(SEED, body=page("http://c.example/elsewhere"))
    assert walked.again().uris == []


def test_a_seed_brings_no_site_where_lines_decide(tmp_path: Path) -> None:
    walked = Walked(tmp_path, scope="x.scope", rules="+ c.example\n", sites=())
    walk_file.note_site(walked.collection.frontier, "c.example")
    walked.capture(SEED, body=page("/1", "http://c.example/1"))
    assert walked.again().uris == ["http://c.example/1"]


def test_a_page_whose_original_is_gone_is_fetched_again(walked: Walked) -> None:
    body = page("/1")
    walked.capture(SEED, body=page("/2", "/3"))
    walked.capture(f"{SEED}2", "L", SEED, body)
    walked.capture(f"{SEED}3", "L", SEED, body)
    assert walked.again().uris == [f"{SEED}1"]
    _, original, _ = sorted(walked.collection.archive.glob("*.warc.gz"))
    original.unlink()
    told = walked.again()
    assert told.uris == [f"{SEED}2", f"{SEED}3"]
    assert told.unread == 1
    assert fingerprint(f"{SEED}3") in told.seen


def test_files_that_cannot_be_read_are_told_and_the_rest_is_read(
    walked: Walked, caplog: pytest.LogCaptureFixture
) -> None:
    walked.capture(SEED, body=page("/1"))
    archive = walked.collection.archive
    (archive / "a.warc.gz").symlink_to("/nowhere")
    (archive / "b.warc").mkdir()
    (archive / "c.warc").write_text("none of these")
    told = walked.again()
    assert told.uris == [f"{SEED}1"]
    assert told.unread == len(caplog.messages) == 3
    assert "a.warc.gz cannot be read at offset 0: No such file or directory" in caplog.messages


def test_a_seed_whose_page_cannot_be_read_is_left_to_the_crawl_command(walked: Walked) -> None:
    body = page("/1")
    walked.capture(f"{SEED}old", body=body)
    walked.capture(SEED, body=body)
    next(iter(sorted(walked.collection.archive.glob("*.warc.gz")))).unlink()
    told = walked.again()
    assert told.uris == []
    assert told.seeds == {}
    assert told.unread == 1


def test_a_capture_without_its_metadata_is_as_far_as_the_page_that_names_it(
    walked: Walked, monkeypatch: pytest.MonkeyPatch
) -> None:
    walked.capture(SEED, body=page("/1"))
    walked.capture(f"{SEED}1", "L", SEED, page("/2"))
    walked.capture(f"{SEED}2", "LL", f"{SEED}1", page("/3"))
    from pipelines import captured

    monkeypatch.setattr(
        captured, "_is_about", lambda record, about: about.uri == SEED and record.type == "metadata"
    )
    told = walked.again()
    assert told.uris == [], "two hops are enough"
    assert told.seeds == {SEED: "archived"}


def test_quotas_go_on_from_what_was_brought(walked: Walked) -> None:
    walked.capture(SEED, body=page("/1", "/2"))
    walked.capture(f"{SEED}1", "L", SEED, page())
    walked.capture(f"{SEED}style.css", "E", SEED, b"p {}")
    walked.capture(f"{SEED}robots.txt", "P", "", b"")
    told = walked.again()
    assert told.header.counters["pages"] == 2
    assert told.hosts["a.example"].fields["pages"] == "2"
    assert int(told.hosts["a.example"].fields["bytes"]) == told.header.counters["bytes"] > 600


def test_stories_come_again_when_their_last_capture_says(walked: Walked) -> None:
    walked.capture(SEED, body=page("/1"))
    for _visit in range(2):
        walked.capture(f"{SEED}1", "L", SEED, page())
    told = walked.again(story_interval=1000.0)
    assert told.due.keys() == {f"{SEED}1"}, "a seed has an interval of its own"
    line = told.due[f"{SEED}1"]
    assert line.at == round(1000 * ((BEGUN + timedelta(seconds=2)).timestamp() + 1500))
    assert line.item.data == {"interval": "1500"}
    assert line.fingerprint == str(fingerprint(f"{SEED}1"))
    assert walked.again().due == {}


def test_hosts_that_share_an_address_share_its_clock(tmp_path: Path) -> None:
    walked = Walked(tmp_path, scope="any", sites=())
    walked.capture("http://localhost:1/", body=page("http://127.0.0.1:2/x"))
    told = walked.again(politeness="address")
    clocks = {name: line.clock for name, line in told.hosts.items()}
    assert clocks == {"localhost:1": "@127.0.0.1", "127.0.0.1:2": "@127.0.0.1"}
    assert told.hosts["127.0.0.1:2"].fields == {"clock": "@127.0.0.1"}


@pytest.mark.parametrize("spider", ["memento", "warc"])
def test_a_walk_through_an_archive_is_not_guessed_at(tmp_path: Path, spider: str) -> None:
    told = Walk(spider=spider, scope="site", hops=2, follow="related")
    with pytest.raises(SettingError, match="can be rebuilt, none of `memento` or `warc`"):
        WalkedAgain(Collection(tmp_path, "old"), Config(), told, lambda path, offset: None)
