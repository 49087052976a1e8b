"""One site crawled again and again into one collection, and what its WARCs hold afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urljoin

from crawler.model.collection import Collection
from tests.e2e.agreement import Held, read_collection
from tests.e2e.changing import Asked, ChangingSite, Page
from tests.e2e.conftest import Crawler

IDENTICAL, UNCHANGED = (
    f"http://netpreserve.org/warc/1.1/revisit/{name}"
    for name in ("identical-payload-digest", "server-not-modified")
)


@dataclass
class Recrawled:
    """`crawl` fetches paths anew by a new process; `crawls` has what each of them asked."""

    site: ChangingSite
    crawler: Crawler
    crawls: list[list[Asked]] = field(default_factory=list)

    @property
    def collection(self) -> Collection:
        return Collection(self.crawler.folder, "news")

    @property
    def records(self) -> list[Held]:
        return read_collection(self.collection.path)

    def start(self, *paths: str, hops: int = 0, **settings: object) -> subprocess.Popen[str]:
        seeds = self.crawler.folder.with_name("seeds.txt")
        seeds.write_text("\n".join(urljoin(self.site.url, path) for path in paths))
        words = [f"seeds={seeds}", "collection=news", "follow=all", "again=true", f"hops={hops}"]
        return self.crawler.start(*words, **{"DOWNLOAD_DELAY": 0, **settings})

    def crawl(self, *paths: str, hops: int = 0, **settings: object) -> None:
        begun = len(self.site.asked)
        process = self.start(*paths, hops=hops, **settings)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        self.crawls.append(self.site.asked[begun:])

    def asked(self, path: str) -> list[list[tuple[str, int]]]:
        """Condition and status of each answer for a path, crawl by crawl."""
        return [
            [(tag or since, status) for asked, tag, since, status in crawl if asked == path]
            for crawl in self.crawls
        ]

    def answers(self, path: str) -> list[Held]:
        """The responses and revisits of a path, in the order of their dates."""
        found = [one for one in self.records if one.kind in ("response", "revisit")]
        found = [one for one in found if one.uri == self.site.url + path]
        return sorted(found, key=lambda one: one.get("WARC-Date"))


@contextmanager
def recrawling(folder: Path, pages: dict[str, Page]) -> Iterator[Recrawled]:
    with ChangingSite(pages) as site:
        yield Recrawled(site, Crawler(folder / "collections"))


def revisits(records: list[Held]) -> list[Held]:
    """Every revisit, each of them proved to refer to a whole response that is there."""
    originals = {one.record_id: one for one in records if one.kind == "response"}
    told = [one for one in records if one.kind == "revisit"]
    for revisit in told:
        original = originals[revisit.get("WARC-Refers-To")]
        assert original.uri == revisit.get("WARC-Refers-To-Target-URI")
        assert original.get("WARC-Date") == revisit.get("WARC-Refers-To-Date")
        assert original.get("WARC-Payload-Digest") == revisit.get("WARC-Payload-Digest")
        assert original.get("WARC-Truncated") == ""
        assert len(original.block.partition(b"\r\n\r\n")[2]) > 0
    return told
