"""Files read over HTTP and from S3 in parts: real servers, and bytes counted."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.errors import SettingError
from crawler.model import digest
from crawler.model.capture import DigestCheck
from pipelines.cdxj import index_warc, line_of
from tests.holdings.made import BODY, NEW, OLD, PAGE, Made, Opened
from tests.holdings.servers import Web, s3

ROOT = Path(__file__).parents[2]
NOISE = os.urandom(300_000)

Serving = Callable[..., Web]


@pytest.fixture
def serving() -> Iterator[Serving]:
    with ExitStack() as stack:

        def start(folder: Path, ranges: str = "bytes") -> Web:
            web = Web(folder, ranges)
            stack.callback(web.close)
            return web

        yield start


def full(folder: Path) -> Path:
    """A WARC of 3 MB with two captures of a page."""
    made = Made(folder / "a.warc.gz")
    for at in range(10):
        made.response(f"http://news.example/{at}", OLD, NOISE)
    made.response(PAGE, OLD).revisit(PAGE, NEW)
    return made.done()


def test_of_two_gigabytes_what_is_needed_is_read(tmp_path: Path, serving: Serving) -> None:
    """Three records in a file of 2 GB, most of which is a hole."""
    warc, lines = tmp_path / "big.warc", []
    with warc.open("wb") as file:
        for offset, month in ((0, 4), (1 << 30, 5), ((1 << 31) - 5000, 6)):
            made = Made(tmp_path / "one.warc", compressed=False)
            record = made.response(PAGE, f"2008-0{month}-04T10:00:00Z").done().read_bytes()
            file.seek(offset)
            file.write(record)
            moment = datetime(2008, month, 4, 10, tzinfo=UTC)
            place = offset, len(record), warc.name
            lines.append(line_of(PAGE, moment, 200, b"text/html", digest.of(BODY), False, *place))
    (tmp_path / "big.cdxj").write_text("".join(f"{line}\n" for line in lines))
    web = serving(tmp_path)
    opened = Opened(f"{web.url}/big.cdxj", tmp_path / "collection")
    for month in (4, 5, 6):
        capture = opened.read(PAGE, datetime(2008, month, 4, 10, tzinfo=UTC))
        assert (capture.started.month, bytes(capture.response).endswith(BODY)) == (month, True)
        assert capture.source is not None
        assert capture.source.digest_check is DigestCheck.VERIFIED
    assert web.sent < 10_000


def test_a_record_is_one_request_of_its_own_length(tmp_path: Path, serving: Serving) -> None:
    warc = full(tmp_path)
    web = serving(tmp_path)
    opened = Opened(f"{web.url}/a.warc.gz?signature=SECRET", tmp_path / "collection")
    assert opened.told == [f"{web.url}/a.warc.gz has no index, so it is read once"]
    web.asked.clear()
    capture = opened.read(PAGE, datetime(2008, 4, 4, tzinfo=UTC))
    assert capture.source is not None
    assert capture.source.uri == f"{web.url}/a.warc.gz"
    offset, length = capture.source.range or (0, 0)
    assert [(one.range, one.sent) for one in web.asked] == [
        (f"bytes={offset}-{offset + length - 1}", length)
    ]
    assert {one.agent for one in web.asked} == {"clew-of-the-tests"}
    assert offset + length < warc.stat().st_size


def test_a_revisit_is_two_records(tmp_path: Path, serving: Serving) -> None:
    full(tmp_path)
    web = serving(tmp_path)
    opened = Opened(f"{web.url}/a.warc.gz", tmp_path / "collection")
    web.asked.clear()
    assert bytes(opened.read().response).endswith(b"X-Seen: twice\r\n\r\n" + BODY)
    assert len(web.asked) == 2


def test_of_a_package_its_directory_its_index_and_the_record_are_read(
    tmp_path: Path, serving: Serving
) -> None:
    warc = full(tmp_path)
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as zipped:
        zipped.write(warc, "archive/a.warc.gz")
        zipped.writestr("indexes/index.cdxj", "".join(f"{line}\n" for line in index_warc(warc)))
    web = serving(tmp_path)
    opened = Opened(f"{web.url}/a.wacz", tmp_path / "collection")
    assert opened.told == []
    assert bytes(opened.read().response).endswith(BODY)
    assert web.sent < 700_000 < warc.stat().st_size


@pytest.mark.parametrize("ranges", ["none", "ignored"])
def test_a_server_without_ranges_is_refused_and_nothing_is_fetched_in_silence(
    tmp_path: Path, serving: Serving, ranges: str
) -> None:
    warc = full(tmp_path)
    with pytest.raises(
        SettingError,
        match=r"does not answer ranges|HTTP server doesn't appear to support range requests",
    ) as refused:
        Opened(f"{serving(tmp_path, ranges).url}/{warc.name}?signature=SECRET", tmp_path / "collection")
    assert "SECRET" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there_is_named_without_its_signature(
    tmp_path: Path, serving: Serving
) -> None:
    url = serving(tmp_path).url.replace("http://", "http://user:SECRET@")
    with pytest.raises(SettingError, match="cannot be read: http://127") as refused:
        Opened(f"{url}/a.warc.gz?signature=SECRET", tmp_path / "collection")
    assert "SECRET" not in str(refused.value)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The server of ``make s3``, or named by S3_SERVER, in this process's environment."""
    named = os.environ.get("S3_SERVER") or shutil.which("moto_server")
    program = Path(named or ROOT / ".s3" / "bin" / "moto_server")
    if not program.is_file():
        pytest.skip("moto is not installed: `make s3`, or name its `moto_server` in S3_SERVER")
    with s3(program) as url:
        for name, value in (
            ("ENDPOINT_URL", url),
            ("ACCESS_KEY_ID", "nobody"),
            ("SECRET_ACCESS_KEY", "SECRET"),
            ("DEFAULT_REGION", "us-east-1"),
        ):
            monkeypatch.setenv(f"AWS_{name}", value)
        yield program


@pytest.mark.usefixtures("bucket")
def test_files_in_s3(tmp_path: Path) -> None:
    from s3fs import S3FileSystem

    system = S3FileSystem(skip_instance_cache=True)
    system.mkdir("news-archive")
    system.put(str(full(tmp_path)), "news-archive/2008/a.warc.gz")
    opened = Opened("s3://news-archive/2008/*.warc.gz", tmp_path / "collection")
    capture = opened.read()
    assert bytes(capture.response).endswith(BODY)
    assert capture.source is not None
    assert capture.source.uri == "s3://news-archive/2008/a.warc.gz"
    assert capture.source.digest_check is DigestCheck.VERIFIED
    with pytest.raises(SettingError, match="names no file"):
        Opened("s3://news-archive/2009/*.warc.gz", tmp_path / "elsewhere")
    with pytest.raises(SettingError, match="bucket does not exist"):
        Opened("s3://no-such-bucket/a.warc.gz", tmp_path / "elsewhere")
