"""Indexes that exist are read into the originals: once, by one worker, and only what is an original."""

import asyncio
import gzip
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from scrapy.settings import Settings

from crawler.config import Config
from crawler.errors import ExitCode, RedisUnreachable, SettingError
from crawler.model import digest
from crawler.model.collection import Collection
from crawler.model.original import Original
from crawler.store.client import Store
from crawler.store.embedded import EmbeddedServer
from crawler.store.originals import Originals
from crawler.store.readings import Readings
from pipelines import seeding
from pipelines.seeding.reading import lines_of

NOON = datetime(2008, 4, 4, 12, 0, 1, tzinfo=UTC)
BODY = digest.of(b"body")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedServer(tmp_path_factory.mktemp("valkey"))
    server.hold()
    yield server.url
    server.release()


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    collection = Collection(tmp_path / "collections", "news")
    collection.make_folders()
    return collection


@pytest_asyncio.fixture
async def opened(server: str, collection: Collection) -> AsyncIterator[Callable]:
    """Open one more worker's index; the server is wiped before the first."""
    stores: list[Store] = []

    async def open_() -> Originals:
        stores.extend(await Store.open_all(server, collection, 20_000))
        return Originals(stores[-1])

    await (await open_()).store.command("FLUSHALL")
    yield open_
    for store in stores:
        await store.close()


def line(key="example,a)/", stamp="20080404120001", **fields) -> str:
    values = {"url": "http://a.example/", "mime": "text/html", "status": "200", "digest": BODY}
    values |= {"length": "500", "offset": "1234", "filename": "w.warc.gz"} | fields
    return f"{key} {stamp} {json.dumps({k: v for k, v in values.items() if v is not None})}\n"


def original(**fields) -> Original:
    values = {"record_id": "", "uri": "http://a.example/", "date": NOON, "filename": "w.warc.gz"}
    return Original(**(values | {"offset": 1234, "foreign": True} | fields))


def written(path: Path, *lines: str | bytes) -> Path:
    path.write_bytes(b"".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    return path


CDX = f"example,a)/ 20080404120001 http://a.example/ text/html 200 {BODY[5:]} - - 500 1234 w.warc.gz\n"


@pytest.mark.parametrize(
    "text",
    [
        line(),
        line(offset=1234, status=200, length=5),
        line(digest=BODY[5:]),
        line(digest=BODY.lower()),
        line(mime=None, length=None, languages="deu", method="GET"),
        CDX,
        " CDX N b a m s k r M S V g\n" + CDX,
        '!meta {"format": "cdxj"}\n\n' + line(),
        line().rstrip("\n"),
    ],
    ids=["cdxj", "numbers", "bare", "lower", "more", "cdx11", "header", "meta", "unended"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
async def test_a_line_of_a_whole_answer_is_an_original(
    opened, collection, tmp_path, text, packed, caplog
):
    data = gzip.compress(text.encode()) if packed else text.encode()
    index = await opened()
    assert await seeding.seed(index, collection, [written(tmp_path / "other.cdxj", data)]) == 1
    assert await index.find(BODY, 4) == original()
    assert "passed over" not in caplog.text


async def test_what_a_line_says_is_kept(opened, collection, tmp_path):
    sha256 = digest.of(b"body", "sha256")
    path = written(
        tmp_path / "o.cdxj",
        line(digest=sha256, url="https://ä.example/ü?q=1", offset=None, filename="sub/x.warc.gz"),
        line(stamp="20080404120001987"),
    )
    index = await opened()
    await seeding.seed(index, collection, [path])
    found = original(uri="https://ä.example/ü?q=1", offset=-1, filename="sub/x.warc.gz")
    assert await index.find(sha256, 4) == found
    assert await index.find(BODY, 4) == original(date=NOON.replace(microsecond=987000))


@pytest.mark.parametrize(
    "fields",
    [
        {"mime": "warc/revisit"},
        {"revisit.filename": "confirmed-later.warc.gz", "revisit.offset": "1"},
        {"status": "404"},
        {"status": "304"},
        {"status": None},
        {"digest": "-"},
        {"digest": None},
        {"digest": "md5:d41d8cd98f00b204e9800998ecf8427e"},
        {"digest": digest.of(b"")},
        {"digest": digest.of(b"", "sha256")},
        {"method": "POST"},
        {"url": "urn:pageinfo:http://a.example/"},
    ],
    ids=str,
)
async def test_what_is_no_original_never_enters(opened, collection, tmp_path, fields, caplog):
    index = await opened()
    path = written(tmp_path / "other.cdxj", line(**fields))
    assert await seeding.seed(index, collection, [path]) == 0
    assert await index.store.command("EXISTS", index.store.keys("originals")) == 0
    assert "passed over" not in caplog.text


async def test_bad_lines_are_counted_and_told_once(opened, collection, tmp_path, caplog):
    bad = [
        "no line\n",
        b"\xff\xfe\n",
        line(offset="x"),
        line(offset=str(1 << 63)),
        line(stamp="2008"[:3]),
        line(stamp="20080404120001" + "9" * 20),
        line(stamp="99991231235959" + "1000"),
        line(stamp="20080404120001" + "-12"),
        line(url="http://a.example/\r\nWARC-Type: x"),
        line(digest=7),
        line().replace("}", ""),
        "x" * 600_000 + "\n",
    ]
    path = written(tmp_path / "other.cdxj", line(digest=digest.of(b"1")), *bad, line())
    index = await opened()
    assert await seeding.seed(index, collection, [path]) == 2
    assert await index.find(BODY, 4) == original()
    told = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(told) == 1
    assert f"{len(bad)} lines passed over, first line 2" in told[0]


def test_a_line_without_an_end_is_not_held_in_memory(tmp_path):
    path = written(tmp_path / "x", b"x" * 3_000_000, b"\n", b"next\n", b"y" * (1 << 18))
    with path.open("rb") as file:
        lines = list(lines_of(file))
    assert [len(line) for line in lines] == [1 << 18, 5, 1 << 18]


async def test_a_file_is_read_once_until_it_changes(opened, collection, tmp_path):
    path = written(tmp_path / "other.cdxj", line())
    first, second = await opened(), await opened()
    assert await seeding.seed(first, collection, [path]) == 1
    assert await seeding.seed(first, collection, [path]) == 0
    assert await seeding.seed(second, collection, [path]) == 0, "a later job"
    written(path, line(), line(digest=digest.of(b"more")))
    assert await seeding.seed(second, collection, [path]) == 2
    assert await first.find(digest.of(b"more"), 4) is not None


async def test_of_two_workers_one_reads_and_the_other_has_it_too(opened, collection, tmp_path):
    payloads = [digest.of(b"%d" % n) for n in range(3000)]
    path = written(tmp_path / "other.cdxj", *[line(digest=d) for d in payloads])
    workers = [await opened(), await opened()]

    async def work(index):
        told = await seeding.seed(index, collection, [path])
        return told, await index.find(payloads[-1], 4)

    answers = await asyncio.gather(*map(work, workers))
    assert sorted(told for told, _ in answers) == [0, 3000]
    assert [found for _, found in answers] == [original()] * 2, "who waited has them when it goes on"


async def test_who_dies_while_it_reads_keeps_nobody_waiting(opened, collection, tmp_path):
    index = await opened()
    await index.store.command("SET", index.store.keys("reading"), "dead", "PX", 300)
    path = written(tmp_path / "other.cdxj", line())
    assert await seeding.seed(index, collection, [path]) == 1


async def test_a_wiped_server_learns_the_collections_own_captures_again(opened, maker):
    maker.capture("http://a.example/", body=b"body")
    maker.capture("http://a.example/gone", status=404, body=b"gone")
    collection = maker.done()
    index = await opened()
    assert await seeding.seed(index, collection, []) == 1
    before = await index.find(BODY, 4)
    own = {"filename": maker.warc.name, "date": NOON.replace(second=2), "foreign": False}
    assert before == original(offset=before.offset, **own)
    assert before.offset > 0
    assert await seeding.seed(index, collection, []) == 0, "what is captured from now on comes by itself"
    await index.store.command("FLUSHALL")
    assert await index.find(BODY, 4) is None
    assert await seeding.seed(index, collection, []) == 1
    assert await index.find(BODY, 4) == before


async def test_a_reading_that_was_broken_off_is_done_again(opened, collection, monkeypatch):
    payloads = [digest.of(b"%d" % n) for n in range(1500)]
    written(collection.indexes / "index.cdxj", *[line(digest=d) for d in payloads])
    index = await opened()
    add, calls = index.add, []

    async def add_once(*args):
        if calls:
            raise RedisUnreachable("away")
        calls.append(args)
        await add(*args)

    monkeypatch.setattr(index, "add", add_once)
    with pytest.raises(RedisUnreachable):
        await seeding.seed(index, collection, [])
    monkeypatch.undo()
    assert await index.find(payloads[-1], 4) is None
    assert await seeding.seed(index, collection, []) == 1500
    assert await index.find(payloads[-1], 4) == original(foreign=False)


async def test_what_was_captured_here_is_not_displaced(opened, collection, tmp_path):
    index = await opened()
    here = original(record_id="<urn:uuid:01234567-89ab-cdef-0123-456789abcdef>", foreign=False)
    await index.add([(BODY, 4, here)], [])
    await seeding.seed(index, collection, [written(tmp_path / "other.cdxj", line())])
    assert await index.find(BODY, 4) == here


async def test_an_index_that_was_merged_away_meanwhile_is_no_fault(opened, collection):
    part = written(collection.indexes / "part.cdxj", line())
    index = await opened()
    async with Readings(index.store, "another").turn():
        reading = asyncio.ensure_future(seeding.seed(index, collection, []))
        await asyncio.sleep(0.05)
        part.unlink()
    assert await reading == 0


@pytest.mark.parametrize("what", ["missing", "folder", "torn gzip"])
async def test_a_file_that_cannot_be_read_is_one_clear_error(opened, collection, tmp_path, what):
    path = tmp_path / "other.cdxj"
    if what == "folder":
        path.mkdir()
    elif what == "torn gzip":
        written(path, gzip.compress(line().encode() * 50, mtime=0)[:-9])
    index = await opened()
    with pytest.raises(
        SettingError, match=r"other\.cdxj cannot be read as CDXJ .* DEDUP_CDXJ"
    ) as caught:
        await seeding.seed(index, collection, [path])
    assert caught.value.exit_code is ExitCode.INVALID
    if what != "torn gzip":
        with pytest.raises(SettingError):
            seeding.check([path])


def test_the_setting_names_files():
    config = Config.from_settings(Settings({"DEDUP_CDXJ": "a.cdxj, /b/c.cdxj.gz,"}, priority="cmdline"))
    assert config.dedup_cdxj == (Path("a.cdxj"), Path("/b/c.cdxj.gz"))
    assert Config().dedup_cdxj == ()
