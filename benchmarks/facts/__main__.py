"""The command line: how many facts each extractor gets right, and the CPU it takes."""

from __future__ import annotations

import argparse
import json
import logging
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.facts.pages import Labelled, labelled
from benchmarks.facts.peers import Extractor, contenders
from benchmarks.facts.scoring import NAMES, labels_of, right, share

Page = tuple[str, bytes, str, Mapping[str, Any]]
"""Name, bytes, address, labels."""


def main() -> None:
    """Read the labelled pages that are there, ask every contender, print the table."""
    given = _arguments().parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    pages = list(_pages(labelled(), given.clones, given.corpus))
    if given.articles:
        pages = list(_articles(given.articles))
    print(f"{len(pages)} labelled pages of {len({_repository(page) for page in pages})} sources")
    asked = {name: one for name, one in contenders().items() if not given.only or name in given.only}
    for name, extract in asked.items():
        print(_row(name, extract, pages, wrong=given.wrong and name == "clew"), flush=True)


def _repository(page: Page) -> str:
    return page[0].partition(":")[0]


def _pages(labels: Iterable[Labelled], clones: Path, corpus: Path) -> Iterable[Page]:
    for one in labels:
        body = one.body(clones, corpus)
        if body:
            yield one.name, body, one.url, labels_of(dict(one.facts))


def _articles(folder: Path) -> Iterable[Page]:
    """The labels of AndyTheFactory/article-extraction-dataset: title, day and authors."""
    for key, told in json.loads((folder / "articles.json").read_text(encoding="utf-8")).items():
        path = folder / "html" / f"{key}.html"
        if path.exists():
            authors = told["authors"] if isinstance(told["authors"], list) else [told["authors"]]
            labels = {"title": [told["title"]], "published": str(told["date"])[:10]}
            if any(authors):
                labels["authors"] = [[one.strip() for text in authors for one in text.split(",")]]
            yield f"articles:{key}", path.read_bytes(), told["url"], labels


def _row(name: str, extract: Extractor, pages: list[Page], *, wrong: bool) -> str:
    """One line of the table: of each fact how many are right; CPU in ms a page, parse included."""
    answers: dict[str, list[bool]] = {}
    crashed: Counter[str] = Counter()
    told: set[str] = set()
    spent = 0.0
    for page, body, url, labels in pages:
        began = time.process_time()
        try:
            found = extract(body, url)
        except Exception as error:  # a peer's crash is its answer
            crashed[type(error).__name__] += 1
            found = {}
        spent += time.process_time() - began
        told.update(found)
        for fact, label in labels.items():
            answer = found.get(fact.split(" ")[0]) or ([] if fact == "authors" else "")
            answers.setdefault(fact, []).append(right(fact, answer, label))
            if wrong and not answers[fact][-1]:
                print(f"  {fact} of {page}: {answer!r}, not {label!r}")
    cells = [
        f"{fact} {share(answers[fact])}" for fact in NAMES if fact in answers and fact.split()[0] in told
    ]
    return f"{name:12} {' '.join(cells)}  {1000 * spent / len(pages):.1f} ms {dict(crashed) or ''}"


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.facts", description=__doc__)
    parser.add_argument(
        "--clones", type=Path, default=Path("clones"), help="folder of OWNER/NAME git clones"
    )
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus/related-links"))
    parser.add_argument(
        "--articles", type=Path, help="an article-extraction-dataset instead of the labels"
    )
    parser.add_argument("--only", nargs="*", help="these contenders only")
    parser.add_argument("--wrong", action="store_true", help="name each wrong answer of Clew")
    return parser


if __name__ == "__main__":
    main()
