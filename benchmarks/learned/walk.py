"""Crawl a mirrored site with several workers, with and without its memory, and compare the graphs.

Every page is a seed, so that both crawls read the same pages: what differs is which links each page is
found to name. ``python -m benchmarks.learned.walk FOLDER --site SITE``.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.learned.labels import SITES, Labelled, labelled, place
from benchmarks.learned.scores import Counted, figures
from benchmarks.learned.served import served
from crawler.links.address import address

_SEEN = re.compile(r"(?:links on|of) (\d+) pages")


def main() -> int:
    """Crawl twice and print what each graph has."""
    given = _arguments().parse_args()
    pages = labelled(given.site, given.folder)
    for learn in (False, True):
        with tempfile.TemporaryDirectory(prefix="clew-learned-") as folder, served(pages) as address:
            _crawl(Path(folder), address, pages, given.workers, learn)
            _tell(Path(folder) / "site", address, pages, learn)
    return 0


def _crawl(folder: Path, address: str, pages: list[Labelled], workers: int, learn: bool) -> None:
    seeds = folder / "seeds.txt"
    seeds.write_text("".join(f"{address}{place(page.uri)}\n" for page in pages))
    settings = {
        "COLLECTIONS_DIR": folder,
        "ALLOW_PRIVATE_ADDRESSES": "127.0.0.0/8",
        "ROBOTSTXT_OBEY": False,
        "REQUISITES": False,
        "DOWNLOAD_DELAY": 0.05,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 2,
        "WORKERS": workers,
        "LEARN": learn,
    }
    words = ["-a", f"seeds={seeds}", "-a", "collection=site", "-a", "hops=0"]
    words += [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "story", *words],
        cwd=Path(__file__).parents[2],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _tell(collection: Path, address: str, pages: list[Labelled], learn: bool) -> None:
    found: defaultdict[str, set[str]] = defaultdict(set)
    most = 0
    for line in (collection / "graph" / "edges.jsonl").read_text("utf-8").splitlines():
        edge = json.loads(line)
        found[place(edge["from"])].add(place(edge["to"]))
        most = max([most, *(int(count) for count in _SEEN.findall(" ".join(edge["reasons"])))])
    counted = [Counted.of(page, _named(page, found[place(page.uri)])) for page in pages]
    precision, recall, f1, clean = figures(counted)
    print(f"LEARN={learn}: P {precision:.3f}, R {recall:.3f}, F1 {f1:.3f}, clean negatives {clean}")
    by_worker = ", ".join(map(str, _by_worker(collection).values()))
    print(f"  pages of each worker: {by_worker}; most pages that a reason tells of: {most}")


def _named(page: Labelled, paths: set[str]) -> set[str]:
    scheme, host = urlsplit(page.uri)[:2]
    return {address(f"{scheme}://{host}{path}").key for path in paths}


def _by_worker(collection: Path) -> Counter[str]:
    """Captures of each worker, by the number of its process in the names of WARC files."""
    lines = (collection / "indexes" / "index.cdxj").read_text("utf-8").splitlines()
    names = (json.loads(line.split(" ", 2)[2])["filename"] for line in lines)
    return Counter(name.removesuffix(".warc.gz").rpartition("-")[2] for name in names)


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learned.walk", description=__doc__)
    parser.add_argument("folder", type=Path, help="a checkout of the repository with the site's pages")
    parser.add_argument("--site", choices=SITES, default=SITES[-1], help="(%(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="(%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
