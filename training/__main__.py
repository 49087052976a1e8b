"""``python -m training``: fit the scorer, and say how well it does on sites that it did not see."""

from __future__ import annotations

import argparse
import json
from itertools import chain
from pathlib import Path

from crawler.errors import ClewError
from training import report
from training.folds import log_odds, own_leanings
from training.headings import fit_headings
from training.pages import corpus, extra
from training.table import Numbers, Table, make_table
from training.trees import exported, fit_trees
from training.validation import best_threshold, scores

_SCORER = Path(__file__).parents[1] / "crawler" / "links" / "scorer.json"
_SEED = 0
_CLEAN = 0.9


def main() -> None:
    """Read the labelled pages, validate, and with ``fit`` write the scorer."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("action", choices=("fit", "validate", "errors"))
    parser.add_argument("--corpus", type=Path, required=True, help="the folder of gold.jsonl and html/")
    parser.add_argument("--pages", type=Path, required=True, help="checkouts, as OWNER/NAME/...")
    parser.add_argument("--version", default="clew-trees/1", help="written into every edge")
    told = parser.parse_args()
    table = make_table(chain(corpus(told.corpus), extra(told.pages)))
    report.sources(table)
    found = scores(table, log_odds(table, _SEED))
    threshold = best_threshold(table, found, _CLEAN)
    if told.action == "errors":
        report.errors(table, found, threshold)
        return
    report.validation(table, found, threshold)
    if told.action == "fit":
        _write(table, threshold, told.version)


def _write(table: Table, threshold: float, version: str) -> None:
    """Fit on all pages and write the scorer."""
    values: Numbers = table.values.copy()
    values[:, -1] = own_leanings(table, _SEED)
    model = fit_trees(values[table.counts], table.related[table.counts], table.names)
    words = fit_headings(table, set(range(len(table.pages))))
    told = {
        "version": version,
        "threshold": threshold,
        "features": list(table.names),
        "trees": exported(model),
        "heading_bias": words.bias,
        "heading_words": dict(sorted(words.weights.items())),
    }
    _SCORER.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    print(f"written: {_SCORER.name}, {_SCORER.stat().st_size:,} bytes")


if __name__ == "__main__":
    try:
        main()
    except (ClewError, OSError) as error:
        raise SystemExit(f"training: {error}") from error
