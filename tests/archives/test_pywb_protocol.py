"""What a real pywb answers as TimeGate and as TimeMap, with and without its viewer's frame."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.message import Message
from typing import Any

import pytest

from crawler.archives import memento, timemap
from crawler.archives.memento import Aim, Answer, Missing, Redirect
from crawler.model.memento import Memento
from tests.archives.test_memento_walk import SITE, Archive, captures

pytestmark = pytest.mark.slow
START, LATE = f"{SITE}/start.html", f"{SITE}/late.html"
REACH = timedelta(days=30)
AIM = Aim(START, datetime(2008, 4, 4, 13, 54, tzinfo=UTC), REACH)
MOMENT = datetime(2008, 4, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module", params=["framed_replay: true\n", "framed_replay: false\n"])
def base(request: pytest.FixtureRequest, serve: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    archive = Archive(tmp_path_factory.mktemp("warc") / "news.warc.gz")
    archive.write(*captures())
    url: str = serve(archive.path, request.param)
    return url


class _Stays(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *words: Any) -> None:
        """Redirects are for the reader of the answer."""


def ask(asked: str, headers: Mapping[str, str], aim: Aim) -> Answer:
    opener = urllib.request.build_opener(_Stays)
    try:
        with opener.open(urllib.request.Request(asked, headers=dict(headers)), timeout=30) as answer:
            status, head, body = answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            status, head, body = error.code, error.headers, error.read()
    if timemap.is_timemap(asked):
        return timemap.interpret(asked, status, _fields(head), body, aim)
    return memento.interpret(asked, status, _fields(head), aim)


def _fields(head: Message) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode("latin-1")) for name, value in head.items()]


def test_its_timegate_leads_to_the_raw_bytes(base: str) -> None:
    answer, steps = ask(base + START, memento.aim_headers(AIM), AIM), 0
    while isinstance(answer, Redirect) and steps < 3:
        answer, steps = ask(answer.uri_m, memento.aim_headers(AIM), AIM), steps + 1
    assert answer == Memento(START, f"{base}20080404120000id_/{START}", MOMENT)
    assert steps > 0


@pytest.mark.parametrize("form", ["link", "json", "cdxj"])
def test_its_timemaps_name_the_nearest(base: str, form: str) -> None:
    asked = f"{base}timemap/{form}/{START}"
    answer = ask(asked, {}, AIM)
    assert isinstance(answer, Redirect)
    assert (answer.uri_m, answer.moment) == (f"{base}20080404120000id_/{START}", MOMENT)
    assert (answer.expected is None) is (form == "link")
    late = Aim(LATE, AIM.anchor, REACH)
    found = ask(f"{base}timemap/{form}/{LATE}", {}, late)
    assert found == Missing("nearest memento is of 20100101120000, 636 days from the anchor")
    assert isinstance(ask(f"{base}timemap/{form}/{SITE}/nowhere.html", {}, late), Missing)
