"""Whatever a command raises, a user reads one line and gets the exit code that the docs promise."""

import errno

import pytest
from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError as ScrapyUsageError
from scrapy.settings import Settings

from crawler import errors
from crawler.commands._common import ClewCommand, words


class Failing(ClewCommand, ScrapyCommand):
    def __init__(self, error):
        super().__init__()
        self.error = error
        self.settings = Settings()

    def short_desc(self):
        return "fails"

    def execute(self, args, opts):
        raise self.error


CODES = [
    (errors.CheckFailed("two faults", "repair it"), 9),
    (errors.UnknownCollection("none"), 4),
    (errors.PackageError("no room"), 22),
    (errors.DiskFull("full"), 3),
    (OSError(errno.ENOSPC, "No space left"), 3),
    (PermissionError(errno.EACCES, "Permission denied", "/x"), 1),
    (errors.ClewError("odd"), 1),
]


@pytest.mark.parametrize(("error", "code"), CODES)
def test_an_error_is_one_line_and_its_exit_code(capsys, error, code):
    command = Failing(error)
    command.run([], None)
    out, err = capsys.readouterr()
    assert command.exitcode == code
    assert (out, len(err.splitlines())) == ("", 1)


def test_wrong_words_go_to_scrapys_own_usage():
    with pytest.raises(ScrapyUsageError, match="too many"):
        Failing(errors.UsageError("one too many")).run([], None)


def test_ctrl_c_exits_11(capsys):
    command = Failing(KeyboardInterrupt())
    command.run([], None)
    assert command.exitcode == 11
    assert "stopped" in capsys.readouterr().err


def test_a_bug_keeps_its_traceback():
    with pytest.raises(ZeroDivisionError):
        Failing(ZeroDivisionError()).run([], None)


def test_words():
    assert words(["check", "news"], 2) == ["check", "news"]
    assert words(["-"], 1) == ["-"]
    for wrong in (["--json5"], ["a", "b"]):
        with pytest.raises(errors.UsageError):
            words(wrong, 1)
