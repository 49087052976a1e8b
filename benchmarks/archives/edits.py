"""Is an edit of the text told from a change around it? Real pages, each changed in both ways."""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lxml import etree, html

from benchmarks.archives.walk import ROOT
from crawler.commands._difference import changed
from crawler.download.reading import MAX_DECODED
from crawler.links.charset import decode
from crawler.links.page import read_page
from crawler.model.message import Message
from pipelines.records import Hole, walk

NEWS = ROOT.parent / "shared" / "archive" / "news-2000-2015.warc.gz"
_PROSE, _SHORT, _SEED = 120, 40, 6


def main() -> int:
    """Print how often each kind of change was called an edit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.archives.edits", description=__doc__)
    parser.add_argument("archive", type=Path, nargs="?", default=NEWS, help="a WARC file (%(default)s)")
    counts: Counter[tuple[str, bool]] = Counter()
    chance = random.Random(_SEED)
    for octets in _pages(parser.parse_args().archive):
        before = _text(octets)
        for kind, other in _variants(octets, chance):
            counts[kind, changed(before, _text(other)) > 0] += 1
    for kind in dict.fromkeys(kind for kind, _ in counts):
        print(f"{kind:<40} {counts[kind, True]:>4} of {counts[kind, True] + counts[kind, False]} edited")
    return 0


def _variants(octets: bytes, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """The page as libxml2 writes it, with one change each."""
    for kind, find in (
        ("one word of a sentence in prose", _prose),
        ("every link's text", _links),
        ("every short text outside links", _shorts),
    ):
        root = _parsed(octets)
        found = find(root)
        if found:
            for element in [chance.choice(found)] if find is _prose else found:
                element.text = _with_another_word(element.text or "", chance)
            yield kind, html.tostring(root, encoding="utf-8")


def _prose(root: etree._Element) -> list[etree._Element]:
    """Elements whose own text is long and stands in no link."""
    return [one for one in _texts(root) if len((one.text or "").strip()) > _PROSE and not _linked(one)]


def _links(root: etree._Element) -> list[etree._Element]:
    return [one for one in root.iter("a") if one.text and one.text.strip() and _alone(one)]


def _shorts(root: etree._Element) -> list[etree._Element]:
    """Labels, dates and counters: short texts that are all of their element and end no sentence."""
    texts = (one for one in _texts(root) if len(one) == 0 and not _linked(one) and _alone(one))
    return [
        one
        for one in texts
        if len((one.text or "").strip()) < _SHORT and (one.text or "").strip()[-1] not in ".!?\"'"
    ]


def _texts(root: etree._Element) -> Iterator[etree._Element]:
    for one in root.iter("p", "td", "div", "font", "span", "b", "li"):
        if one.text and one.text.strip():
            yield one


def _linked(element: etree._Element) -> bool:
    return any(one.tag == "a" for one in element.iterancestors())


def _alone(element: etree._Element) -> bool:
    """Whether no prose stands around it, of which it would be a part."""
    block = next((one for one in element.iterancestors("p", "td", "div", "li")), element)
    own = "".join(map(str, block.itertext())).strip()
    return len(own) < _SHORT


def _with_another_word(text: str, chance: random.Random) -> str:
    words = text.split()
    words[chance.randrange(len(words))] = chance.choice(["Tuesday", "seventeen", "harbour", "Helsinki"])
    return " ".join(words)


def _text(octets: bytes) -> tuple[str, ...]:
    return read_page(octets, "http://news.example/", "text/html; charset=utf-8").paragraphs


def _pages(archive: Path) -> Iterator[bytes]:
    """The pages in UTF-8, as libxml2 writes them."""
    for record in walk(archive):
        if isinstance(record, Hole) or record.type != "response":
            continue
        head, behind = Message.read(block := record.block())
        body = (behind + b"".join(block))[:MAX_DECODED]
        text, _ = decode(body, (head.get(b"content-type") or b"").decode("latin-1"))
        yield html.tostring(_parsed(text.encode()), encoding="utf-8")


def _parsed(octets: bytes) -> etree._Element:
    return html.document_fromstring(octets, parser=html.HTMLParser(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
