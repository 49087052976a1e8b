"""``scrapy replay NAME``: open a collection in a web-archive viewer."""

from __future__ import annotations

import signal
from argparse import ArgumentParser, Namespace
from types import FrameType

from scrapy.commands import ScrapyCommand

from crawler.commands._common import ClewCommand, words
from crawler.errors import ClewError
from pipelines.replay import find_pywb, serve


class Command(ClewCommand, ScrapyCommand):
    """Run pywb on the collection until Ctrl-C."""

    def syntax(self) -> str:
        """What follows the command's name."""
        return "[NAME] [--port N]"

    def short_desc(self) -> str:
        """One line for ``scrapy -h``."""
        return "Open a collection in a web-archive viewer (pywb)"

    def add_options(self, parser: ArgumentParser) -> None:
        """``--port``."""
        super().add_options(parser)
        parser.add_argument(
            "--port", type=int, default=8080, help="port on 127.0.0.1 (default 8080; 0: any)"
        )

    def execute(self, args: list[str], opts: Namespace) -> None:
        """Serve until SIGINT or SIGTERM, which are the ways to end it and so exit 0."""
        collection = self.collection(next(iter(words(args, 1)), None))
        pywb = find_pywb(self.config())
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            with serve(collection, opts.port, pywb) as (address, process):
                print(f"{collection.name} is served at {address} - Ctrl-C ends it", flush=True)
                raise ClewError(
                    f"pywb ended by itself, with {process.wait()}", "try another --port, or see PYWB"
                )
        except KeyboardInterrupt:
            print("replay ended")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
