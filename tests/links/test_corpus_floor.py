"""On the labelled corpus the judgement stays where it was (``docs/related-links.md``)."""

import gzip
import importlib.util
import json
from pathlib import Path

import pytest

from crawler.links.page import read_page

SHARED = Path(__file__).parents[2].parent / "shared"
CORPUS = SHARED / "corpus" / "related-links"
SCORER = SHARED / "tools" / "score_related.py"

# Of pages that the scorer learned from: a floor, no figure. Those of sites left out are in the docs.
REACHED_F1 = 0.90
REACHED_CLEAN = 0.94


@pytest.mark.skipif(not (CORPUS / "gold.jsonl").exists(), reason="the labelled corpus is not here")
def test_no_worse_than_it_was() -> None:
    spec = importlib.util.spec_from_file_location("score_related", SCORER)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    gold = [json.loads(line) for line in (CORPUS / "gold.jsonl").read_text().splitlines()]
    found = scorer.agg(scorer.score(gold, {page["page_id"]: predicted(page) for page in gold}))
    assert found["F1"] >= REACHED_F1 - 0.03
    assert found["neg_clean"] >= REACHED_CLEAN - 0.03


def predicted(page: dict) -> list[dict]:
    body = gzip.decompress((CORPUS / "html" / f"{page['page_id']}.html.gz").read_bytes())
    return [{"href": link.href, "score": link.score} for link in read_page(body, page["url"]).related()]
