"""Collections, names, index lines, log lines, settings: each parses what it formats."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from scrapy.settings import Settings

from crawler.config import Config, defaults, meanings
from crawler.errors import MalformedRecord, SettingError, UnknownCollection
from crawler.model.cdxj import CdxjLine
from crawler.model.collection import Collection, WarcName
from crawler.model.log import LogLine, Outcome

MOMENT = datetime(2008, 4, 4, 13, 54, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize("name", ["demo", "A_b-9", "_x", "x" * 64])
def test_collection_names(name: str) -> None:
    assert Collection(Path("c"), name).path == Path("c") / name


@pytest.mark.parametrize("name", ["", "-x", "a.b", "a/b", "..", "x" * 65, "a b", "x\n"])
def test_collection_names_that_are_refused(name: str) -> None:
    with pytest.raises(SettingError):
        Collection(Path("c"), name)


def test_an_unknown_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownCollection, match="demo"):
        Collection.existing(tmp_path, "demo")


def test_warc_name_tells_who_wrote_it() -> None:
    name = str(WarcName("my-news", MOMENT, 7, "host-1.example", 4711))
    assert name == "my-news-20080404135400123-00007-host-1.example-4711.warc.gz"
    assert WarcName.host_and_pid(name) == ("host-1.example", 4711)
    assert WarcName.host_and_pid(name + ".open") == ("host-1.example", 4711)
    assert WarcName.host_and_pid("other.warc.gz") is None


def test_cdxj_line() -> None:
    line = 'org,example)/ 20080404135400 {"url": "http://example.org/", "status": "200"}'
    assert str(CdxjLine.parse(line)) == line
    for bad in ("", "org,example)/ 2008", "a b {}", "a 2008 []", "a 2008 {"):
        with pytest.raises(MalformedRecord):
            CdxjLine.parse(bad)


def test_log_line_never_breaks() -> None:
    line = LogLine(MOMENT, "http://example.org/", Outcome.FAILED, reason="two\nlines").to_json()
    assert "\n" not in line
    assert '"outcome": "failed"' in line


def test_a_setting_that_nobody_set_has_the_default() -> None:
    config = Config.from_settings(Settings())
    assert config == Config()
    assert config.download_delay == 3.0
    assert defaults().keys() == meanings().keys()


def test_a_setting_that_somebody_set_is_parsed() -> None:
    settings = Settings({"ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8, ::1", "DOWNLOAD_DELAY": "0"})
    config = Config.from_settings(settings)
    assert [str(n) for n in config.allow_private_addresses] == ["127.0.0.0/8", "::1/128"]
    assert config.download_delay == 0.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_DELAY", "soon"),
        ("DOWNLOAD_DELAY", "-1"),
        ("ALLOW_PRIVATE_ADDRESSES", "localhost"),
        ("ALLOW_PRIVATE_ADDRESSES", "10.0.0.1/8"),
        ("TLS_VERIFY", "perhaps"),
        ("WORKERS", "0"),
        ("REQUISITES", "maybe"),
    ],
)
def test_a_setting_that_is_wrong_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Config.from_settings(Settings({name: value}))
