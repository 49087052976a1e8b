"""hosts.yaml while a crawl runs: a good file holds at once, a bad one changes nothing."""

import logging
from pathlib import Path

import pytest

from crawler.config import Config
from crawler.errors import SettingError
from crawler.model.collection import Collection
from crawler.scheduler.rules import LiveRules


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hosts.yaml"


def lines(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    told = [(record.levelno, record.getMessage()) for record in caplog.records]
    caplog.clear()
    return told


def test_a_new_file_holds_at_once_and_is_told_in_one_line(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    rules = LiveRules(file)
    assert not rules.look()
    file.write_text("a.org: {delay: 5}")
    assert rules.look()
    assert rules.of("a.org").delay == 5
    assert lines(caplog) == [(logging.INFO, f"new rules for hosts in {file}: a.org is new")]
    assert not rules.look()
    file.write_text("a.org: {delay: 7}\nb.org: {block: true}\n")
    assert rules.look()
    assert rules.of("a.org").delay == 7
    assert lines(caplog)[0][1].endswith("a.org is changed, b.org is new")


def test_a_bad_file_is_one_warning_and_the_old_rules_stay(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text("a.org: {delay: 5}")
    rules = LiveRules(file)
    file.write_text("a.org: {dealy: 50}")
    assert not rules.look()
    assert not rules.look()
    assert rules.of("a.org").delay == 5
    ((level, line),) = lines(caplog)
    assert level == logging.WARNING
    assert "stay as they were" in line
    assert "line 1, column 9" in line
    file.write_text("a.org: {delay: 50}")
    assert rules.look()
    assert rules.of("a.org").delay == 50


def test_a_file_that_is_removed_ends_its_rules(file: Path) -> None:
    file.write_text("a.org: {delay: 5}")
    rules = LiveRules(file)
    file.unlink()
    assert rules.look()
    assert rules.of("a.org").delay is None


def test_a_file_that_says_the_same_changes_nothing(file: Path) -> None:
    file.write_text("a.org: {delay: 5}")
    rules = LiveRules(file)
    file.write_text("# as before\na.org: {delay: 5.0}")
    assert not rules.look()


def test_at_the_start_a_mistake_or_a_missing_file_is_an_error(tmp_path: Path) -> None:
    collection = Collection(tmp_path, "x")
    assert not LiveRules.of_crawl(Config(), collection).current
    with pytest.raises(SettingError, match=r"HOSTS_FILE=.*is not there"):
        LiveRules.of_crawl(Config(hosts_file=tmp_path / "absent"), collection)
    collection.path.mkdir()
    (collection.path / "hosts.yaml").write_text("a.org: {delay: soon}")
    with pytest.raises(SettingError, match="line 1, column 16"):
        LiveRules.of_crawl(Config(), collection)
