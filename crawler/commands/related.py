"""``scrapy related``: the related-story links of one page, or of many files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from scrapy.commands import ScrapyCommand

from crawler.commands._batch import run_batch
from crawler.commands._common import ClewCommand, add_json_option, print_json, words
from crawler.commands._fetch import fetch
from crawler.commands._pages import read_file
from crawler.commands._rows import as_document, print_facts, print_links
from crawler.errors import CheckFailed, UsageError
from crawler.links.page import Page, read_page

_EXAMPLE = "for example: scrapy related page.html --url https://example.org/news/story"


class Command(ClewCommand, ScrapyCommand):
    """Print the links that lead on along a page's story, with the reasons for each."""

    def syntax(self) -> str:
        """What follows the command's name."""
        return "FILE_OR_URL [--url U] [--all] [--json] | --batch LIST.jsonl"

    def short_desc(self) -> str:
        """One line for ``scrapy -h``."""
        return "Print the related-story links of a page, with score and reasons"

    def add_options(self, parser: ArgumentParser) -> None:
        """``--url``, ``--all``, ``--batch`` and ``--json``."""
        super().add_options(parser)
        parser.add_argument("--url", default="", help="the address that a file was fetched from")
        parser.add_argument("--all", action="store_true", help="every link, with its class")
        parser.add_argument("--batch", type=Path, metavar="LIST", help='lines {"id", "file", "url"}')
        add_json_option(parser)

    def execute(self, args: list[str], opts: Namespace) -> None:
        """One page, or a list of them."""
        names = words(args, 1)
        if opts.batch is not None:
            if names:
                raise UsageError(f"{names[0]!r} and --batch do not go together", "leave one out")
            run_batch(opts.batch)
            return
        if not names:
            raise UsageError("no page is named", _EXAMPLE)
        page = self._page(names[0], opts.url)
        links = page.links() if opts.all else page.related()
        if opts.json:
            print_json(as_document(page, links))
            return
        print_facts(page)
        if links:
            print_links(links, classes=opts.all)
        else:
            print("no links" if opts.all else "no related links")

    def _page(self, name: str, url: str) -> Page:
        """The page of that file or address. Raises `ClewError`."""
        if not name.lower().startswith(("http://", "https://")):
            return read_file(Path(name), url)
        assert self.settings is not None
        fetched = fetch(name, self.settings)
        page = read_page(fetched.body, url or fetched.uri, fetched.content_type)
        if not (page.is_html or page.empty):
            kind = fetched.content_type or "without a type"
            raise CheckFailed(f"{fetched.uri} is no HTML ({kind})", "name a page")
        return page
