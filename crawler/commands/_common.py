"""What the commands share: settings, the collection that is meant, errors as one line, JSON.

Scrapy takes every subclass of `ScrapyCommand` that stands in this package for a command and names it
by its module. So `ClewCommand` is none: a command is ``class Command(ClewCommand, ScrapyCommand)``,
or any other command class of Scrapy's in the second place.
"""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError as ScrapyUsageError

from crawler.config import Config
from crawler.errors import NO_ROOM, ClewError, DiskFull, ExitCode, UnknownCollection, UsageError
from crawler.model.collection import Collection

if TYPE_CHECKING:
    from scrapy.settings import Settings


class ClewCommand:
    """A command: `execute` does the work and raises `ClewError`; `run` turns that into an exit code."""

    requires_project = True
    requires_crawler_process = False
    exitcode: int = 0
    settings: Settings | None

    def execute(self, args: list[str], opts: Namespace) -> None:
        """Do what the command says. Raises `ClewError`."""
        raise NotImplementedError

    def run(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's entry: `execute`, with each error as one line on standard error."""
        try:
            self.execute(args, opts)
            sys.stdout.flush()
        except UsageError as error:
            raise ScrapyUsageError(str(error)) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except ClewError as error:
            self.fail(error)
        except OSError as error:
            self.fail(_translated(error))
        except KeyboardInterrupt:
            begin = "\n" if sys.stderr.isatty() else ""  # the terminal has ^C, and maybe progress, there
            print(
                f"{begin}clew: stopped - nothing is half written, run the command again", file=sys.stderr
            )
            self.exitcode = ExitCode.STOPPED

    def fail(self, error: ClewError) -> None:
        """End with the error's exit code, after its one line on standard error."""
        print(f"clew: {error}", file=sys.stderr)
        self.exitcode = error.exit_code

    def config(self) -> Config:
        """The settings of this run. Raises `SettingError`."""
        if self.settings is None:
            raise RuntimeError("Scrapy sets the settings of a command before it runs it")
        return Config.from_settings(self.settings)

    def collection(self, name: str | None) -> Collection:
        """The collection of that name, or the only one there is. Raises `UnknownCollection`."""
        folder = self.config().collections_dir
        if name is not None:
            return Collection.existing(folder, name)
        there = Collection.all(folder)
        if not there:
            raise UnknownCollection(f"no collection in {folder}", "crawl first, or set COLLECTIONS_DIR")
        if len(there) > 1:
            names = ", ".join(each.name for each in there)
            raise UsageError(f"{folder} has several collections: {names}", "say which one is meant")
        return there[0]


def _translated(error: OSError) -> ClewError:
    """What the system refused, as a line that a user understands."""
    if error.errno in NO_ROOM:
        return DiskFull(f"the disk is full: {error}", "make room and run the command again")
    return ClewError(str(error), "look at the file's permissions and its disk")


def words(args: Sequence[str], most: int) -> list[str]:
    """The words of the command line, at most `most` of them.

    Scrapy hands an option that it does not know to the command as one more word. Raises `UsageError`.
    """
    for word in args:
        if word.startswith("-") and word != "-":
            raise UsageError(f"there is no option {word!r}", "see --help")
    if len(args) > most:
        raise UsageError(f"{args[most]!r} is one word too many", "see --help")
    return list(args)


def add_json_option(parser: ArgumentParser) -> None:
    """``--json``: one JSON document on standard output, and nothing else there."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def print_json(document: object) -> None:
    """Print one JSON document, indented, on standard output."""
    print(json.dumps(document, ensure_ascii=False, indent=2))
