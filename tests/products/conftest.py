"""A collection made by hand, record by record: WARC, index, logs and graph as a crawl leaves them."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.model import digest
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection
from crawler.model.facts import Facts
from crawler.model.log import LogLine, Outcome
from crawler.model.story import LinkClass, StoryEdge, StoryPage
from crawler.model.surt import surt
from crawler.model.timestamp import to_14_digits, to_warc_date
from pipelines.graph import GraphSegment

REPO = Path(__file__).parents[2]
NOON = datetime(2008, 4, 4, 12, 0, 0, 123456, tzinfo=UTC)


class Maker:
    """Fills a collection with captures, log lines and pages."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        collection.make_folders()
        self.clock = NOON
        self.segment = GraphSegment(collection, "testhost", 7)
        self.warc = collection.archive / f"{collection.name}-20080404120000000-00000-testhost-7.warc.gz"
        self._file = self.warc.open("wb")
        self.record(
            "warcinfo", b"software: test\r\n", self.tick(), "", {"WARC-Filename": self.warc.name}
        )
        self._index: list[str] = []

    def tick(self) -> datetime:
        self.clock += timedelta(seconds=1)
        return self.clock

    def capture(
        self,
        uri: str,
        status: int = 200,
        body: bytes = b"<p>text</p>",
        moment: datetime | None = None,
        log: Outcome | None = Outcome.CAPTURED,
        **headers: str,
    ) -> tuple[datetime, str]:
        """A response and its request; the capture's moment and record id."""
        moment = moment or self.tick()
        fields = {"Content-Type": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
        head = f"HTTP/1.1 {status} Fine\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        payload = {"WARC-Payload-Digest": digest.of(body)}
        offset = self._file.tell()
        record_id = self.record("response", head.encode() + b"\r\n" + body, moment, uri, payload)
        length = self._file.tell() - offset
        asked = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        self.record("request", asked, moment, uri, {"WARC-Concurrent-To": record_id})
        self._index_line(uri, moment, status, digest.of(body), offset, length)
        if log is not None:
            where = {"warc": self.warc.name, "offset": offset, "digest": digest.of(body)}
            self.log(uri, log, status, moment=moment, **where)
        return moment, record_id

    def record(self, kind: str, block: bytes, moment: datetime, uri: str, more: dict[str, str]) -> str:
        """Append one record as a gzip member of its own; its id."""
        record_id = f"<urn:uuid:{uuid.uuid4()}>"
        fields = {
            "WARC-Type": kind,
            "WARC-Record-ID": record_id,
            "WARC-Date": to_warc_date(moment),
            "WARC-Block-Digest": digest.of(block),
            "Content-Type": f"application/http; msgtype={kind}",
            **({"WARC-Target-URI": uri} if uri else {"Content-Type": "application/warc-fields"}),
            **more,
            "Content-Length": str(len(block)),
        }
        head = "WARC/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items())
        self._file.write(gzip.compress(head.encode() + b"\r\n" + block + b"\r\n\r\n", mtime=0))
        return record_id

    def _index_line(self, uri, moment, status, labelled, offset, length) -> None:
        fields = {
            "url": uri,
            "mime": "text/html",
            "status": str(status),
            "digest": labelled,
            "length": str(length),
            "offset": str(offset),
            "filename": self.warc.name,
        }
        self._index.append(str(CdxjLine(surt(uri), to_14_digits(moment), fields)))

    def log(self, uri: str, outcome: Outcome, status: int | None = None, **more) -> None:
        moment = more.pop("moment", None) or self.tick()
        line = LogLine(moment, uri, outcome, status, **more)
        with (self.collection.logs / "crawl-testhost-7.log").open("a", encoding="utf-8") as file:
            file.write(line.to_json() + "\n")

    @staticmethod
    def edge(source: str, moment: datetime, target: str, position: int = 0, **more) -> StoryEdge:
        fields = {"text": f"to {target}", "heading": "Related", "score": 0.9, "extractor": "rules-1"}
        fields |= {"link_class": LinkClass.RELATED, "source": "story"} | more
        return StoryEdge(source, moment, target, position=position, **fields)

    def page(self, uri: str, title: str, *targets: str | StoryEdge, facts=None, **more) -> StoryPage:
        """A captured page whose related links lead to `targets`."""
        moment, record_id = self.capture(
            uri, moment=more.pop("moment", None), log=more.pop("log", Outcome.CAPTURED)
        )
        edges = tuple(
            target if isinstance(target, StoryEdge) else self.edge(uri, moment, target, n)
            for n, target in enumerate(targets)
        )
        page = StoryPage(uri, moment, Facts(title, **facts or {}), edges=edges, **more)
        self.segment.write(page, record_id)
        return page

    def close(self) -> None:
        self._file.close()
        self.segment.close()

    def done(self) -> Collection:
        """Close the files and write the index."""
        self.close()
        text = "".join(line + "\n" for line in sorted(self._index))
        (self.collection.indexes / "index.cdxj").write_text(text, encoding="utf-8")
        return self.collection


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    maker = Maker(Collection(tmp_path / "collections", "news"))
    yield maker
    maker.close()


@pytest.fixture
def scrapy(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run ``scrapy ...`` as a process in the checkout, on the collections of `tmp_path`."""

    def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [
            sys.executable,
            "-m",
            "scrapy",
            *args,
            "-s",
            f"COLLECTIONS_DIR={tmp_path / 'collections'}",
        ]
        return subprocess.run(
            command,
            cwd=REPO,
            env=os.environ | env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def program(variable: str, *names: str) -> str | None:
    """A program that the environment names in `variable`, or one of `names` on PATH or in ``.pywb``."""
    for name in (os.environ.get(variable, ""), *names):
        found = shutil.which(name) or shutil.which(name, path=str(REPO / ".pywb" / "bin"))
        if name and found:
            return found
    return None


@pytest.fixture
def pywb() -> str:
    found = program("PYWB", "wayback")
    if not found:
        pytest.skip("pywb is not installed: `make pywb`, or name its `wayback` in PYWB")
    return found


@pytest.fixture
def wacz_tool() -> str:
    found = program("WACZ", "wacz")
    if not found:
        pytest.skip("the `wacz` tool is not installed: name it in WACZ")
    return found


def raw_record(kind: str, block: bytes, more: str = "", *, version: str = "WARC/1.1") -> bytes:
    """A WARC record without compression, with an id of its own; `more` are further lines of its head."""
    payload = block.partition(b"\r\n\r\n")[2]
    http = kind in ("response", "request")
    about = f"WARC-Target-URI: {A_PAGE}\r\n" if kind != "warcinfo" else ""
    about += f"WARC-Payload-Digest: {digest.of(payload)}\r\n" if http else ""
    content_type = f"application/http; msgtype={kind}" if http else "application/warc-fields"
    head = (
        f"{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{uuid.uuid4()}>\r\n"
        f"WARC-Date: 2008-04-04T12:00:00Z\r\nWARC-Block-Digest: {digest.of(block)}\r\n{about}{more}"
        f"Content-Type: {content_type}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


A_PAGE = "https://news.example/a"


@pytest.fixture
def raw() -> Callable[..., bytes]:
    return raw_record


@pytest.fixture
def records() -> list[bytes]:
    """A warcinfo and three responses, each with its request, as any tool may write them."""
    made = [raw_record("warcinfo", b"software: elsewhere\r\n")]
    for number in range(3):
        body = random.Random(number).randbytes(3000)
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n"
        made.append(raw_record("response", head + body))
        made.append(raw_record("request", b"GET /a HTTP/1.1\r\nHost: news.example\r\n\r\n"))
    return made
