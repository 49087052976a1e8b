"""Walk an archive through a real pywb and from files, print what each brought, and compare them."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import fsspec

from benchmarks.archives import made
from benchmarks.archives.figures import coherence, differences, table
from benchmarks.archives.walk import ROOT, Walked, crawl
from crawler.model.collection import Collection
from pipelines import cdxj, wacz
from tests.archives.conftest import running_pywb
from tests.holdings.servers import Web, s3

NEWS = ROOT.parent / "shared" / "archive" / "news-2000-2015.warc.gz"
SEEDS = (
    "http://news.bbc.co.uk/hi/english/business/newsid_782000/782183.stm",
    "http://news.bbc.co.uk/2/hi/americas/8523319.stm",
)
_KEYS = {"AWS_ACCESS_KEY_ID": "made", "AWS_SECRET_ACCESS_KEY": "made", "AWS_DEFAULT_REGION": "us-east-1"}


def main() -> int:
    """Print the tables; 1 where two walks are not equal."""
    given = _arguments().parse_args()
    equal = True
    with tempfile.TemporaryDirectory(prefix="clew-bench-") as name:
        folder = Path(name)
        made.archive(folder / "made.warc.gz")
        shows: list[tuple[Path, tuple[str, ...], str]] = [
            (folder / "made.warc.gz", (made.SEED,), made.WINDOW)
        ]
        shows += [(given.archive, SEEDS, window) for window in given.windows]
        for number, (warc, seeds, window) in enumerate(shows):
            equal &= _show(folder / str(number), warc, seeds, window, given)
        print(_everything(folder, given.archive))
    return 0 if equal else 1


def _everything(folder: Path, warc: Path) -> str:
    """Each URI-R of a file as a seed, no link followed: are all digests right?"""
    listed = folder / "all.txt"
    uris = dict.fromkeys(line.fields["url"] for line in cdxj.index_warc(warc))
    listed.write_text("".join(f"{one}\n" for one in uris))
    words = (f"source={warc}", f"seeds={listed}", "scope=any", "hops=0")
    return f"{warc.name}, all {len(uris)} URI-Rs as seeds, no hop\n\n" + table(
        [crawl(folder, "every", "warc", words, settings={"REQUISITES": False})]
    )


def _show(
    folder: Path, warc: Path, seeds: tuple[str, ...], window: str, given: argparse.Namespace
) -> bool:
    folder.mkdir()
    listed = folder / "seeds.txt"
    listed.write_text("".join(f"{seed}\n" for seed in seeds))
    words = (f"seeds={listed}", f"window={window}", "scope=any")
    print(f"{warc.name}, {len(seeds)} seeds, 3 hops, window {window}\n", flush=True)
    walks = list(_walks(folder, warc, words, given))
    print(table(walks), coherence(walks), sep="\n", flush=True)
    lines = [line for other in walks[1:] for line in differences(walks[0], other)]
    print("\n".join(lines), "\n", flush=True)
    return all(
        (one.captures, one.scores.keys()) == (walks[0].captures, walks[0].scores.keys()) for one in walks
    )


def _walks(
    folder: Path, warc: Path, words: tuple[str, ...], given: argparse.Namespace
) -> Iterator[Walked]:
    with ExitStack() as stack:
        (folder / "pywb").mkdir()
        url = stack.enter_context(running_pywb(given.pywb, folder / "pywb", warc))
        yield crawl(folder, "pywb", "memento", (f"archive={url}", *words))
    yield crawl(folder, "file", "warc", (f"source={warc}", *words))
    package = _package(folder, warc)
    yield crawl(folder, "wacz", "warc", (f"source={package}", *words))
    web = Web(package.parent)
    yield crawl(folder, "http", "warc", (f"source={web.url}/{package.name}", *words))
    web.close()
    print(f"over HTTP {web.sent:,} of {package.stat().st_size:,} bytes were read", flush=True)
    if given.s3.is_file():
        with s3(given.s3) as url:  # `make s3`
            yield crawl(folder, "s3", "warc", ("source=s3://news/*.wacz", *words), _bucket(url, package))


def _package(folder: Path, warc: Path) -> Path:
    """The archive as a WACZ, made by Clew."""
    collection = Collection(folder / "packed", "packed")
    collection.make_folders()
    shutil.copyfile(warc, collection.archive / warc.name)
    for _ in cdxj.index_missing(collection, lambda *_: None):
        pass
    cdxj.merge(collection)
    return wacz.package(collection, lambda *_: None)


def _bucket(url: str, package: Path) -> Mapping[str, str]:
    """Put the package into a bucket; the environment in which s3fs finds it."""
    os.environ.update({**_KEYS, "AWS_ENDPOINT_URL": url})
    system = fsspec.filesystem("s3", skip_instance_cache=True)
    system.mkdir("news")
    system.put(str(package), f"news/{package.name}")
    return os.environ


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archives", description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?", default=NEWS, help="a WARC file (%(default)s)")
    parser.add_argument("--windows", nargs="*", default=["30d"], help="of the walk (%(default)s)")
    parser.add_argument("--pywb", type=Path, default=ROOT / ".pywb" / "bin" / "wayback")
    parser.add_argument("--s3", type=Path, default=ROOT / ".s3" / "bin" / "moto_server")
    return parser


if __name__ == "__main__":
    sys.exit(main())
