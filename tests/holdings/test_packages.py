"""Captures read from WACZ packages: ours to look like others', and one that py-wacz made."""

from __future__ import annotations

import gzip
import os
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest

from crawler.errors import SettingError
from pipelines.cdxj import index_warc
from tests.holdings.made import BODY, NEW, OLD, PAGE, Made, Opened


def test_a_package_is_read_at_the_place_of_its_records(tmp_path: Path) -> None:
    warc = Made(tmp_path / "data.warc.gz").response(PAGE, OLD).done()
    package = tmp_path / "a.wacz"
    with zipfile.ZipFile(package, "w") as zipped:
        zipped.writestr("datapackage.json", "{}", zipfile.ZIP_DEFLATED)
        zipped.write(warc, "archive/data.warc.gz")
    capture = Opened(package, tmp_path).read()
    assert bytes(capture.response).endswith(BODY)
    assert capture.source is not None
    assert capture.source.uri == package.as_uri() + "#archive/data.warc.gz"


def test_a_package_whose_archive_is_deflated_is_refused_with_a_way_out(tmp_path: Path) -> None:
    warc = Made(tmp_path / "data.warc").response(PAGE, OLD).done()
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.write(warc, "archive/data.warc")
    with pytest.raises(SettingError, match=r"deflated.*unpack the package"):
        Opened(tmp_path / "a.wacz", tmp_path)


def test_a_local_header_may_be_longer_than_the_directory_says(tmp_path: Path) -> None:
    warc = Made(tmp_path / "data.warc.gz").response(PAGE, OLD).done()
    entry = zipfile.ZipInfo("archive/data.warc.gz")
    entry.extra = struct.pack("<HH4s", 0xCAFE, 4, b"more")
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as zipped:
        zipped.writestr(entry, warc.read_bytes())
    assert bytes(Opened(tmp_path / "a.wacz", tmp_path).read().response).endswith(BODY)


def test_a_compressed_index_is_taken_in_all_its_blocks(tmp_path: Path) -> None:
    warc = Made(tmp_path / "data.warc.gz").response(PAGE, OLD).response(PAGE, NEW).done()
    blocks = b"".join(gzip.compress(f"{line}\n".encode()) for line in index_warc(warc))
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as zipped:
        zipped.write(warc, "archive/data.warc.gz")
        zipped.writestr("indexes/index.cdx.gz", blocks)
        zipped.writestr("indexes/index.idx", '!meta 0 {"format": "cdxj-gzip-1.0"}\n')
    opened = Opened(tmp_path / "a.wacz", tmp_path)
    assert opened.told == []
    assert [place.moment.month for place in opened.holdings.find(PAGE, None)] == [5, 4]


def test_a_package_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wacz").write_bytes(b"no ZIP at all")
    with pytest.raises(SettingError, match="no WACZ"):
        Opened(tmp_path / "a.wacz", tmp_path)


def test_a_package_of_py_wacz(tmp_path: Path) -> None:
    named = os.environ.get("WACZ") or shutil.which("wacz")
    if not named:
        pytest.skip("the `wacz` tool is not installed: name it in WACZ")
    warc = Made(tmp_path / "data.warc.gz").response(PAGE, OLD).revisit(PAGE, NEW).done()
    command = [named, "create", "-o", str(tmp_path / "a.wacz"), str(warc)]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path, timeout=60)
    opened = Opened(tmp_path / "a.wacz", tmp_path / "collection")
    assert opened.told == []
    capture = opened.read()
    assert (capture.started.month, bytes(capture.response).endswith(BODY)) == (5, True)
