"""Labelled pages: whose they are, what was labelled, and their bytes."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawler.links.address import address
from crawler.links.folder import site
from crawler.links.normalise import unwrap
from crawler.model.uri import hostname, join

LABELS = Path(__file__).with_name("labels.jsonl")
RELATED = "related"
_STRENGTH = ("promo", "inline", "related_ext", "self", "ambiguous", RELATED)


@dataclass(frozen=True, slots=True)
class LabelledPage:
    """A page with its labels, by story key; a link that is not in `labels` is `other`.

    `site` is the publisher: all pages of one are in one fold. `group` is what figures are told by.
    """

    id: str
    uri: str
    site: str
    group: Mapping[str, str]
    body: bytes
    labels: Mapping[str, str]

    @property
    def related(self) -> frozenset[str]:
        """The keys of the stories that are labelled related."""
        return frozenset(key for key, label in self.labels.items() if label == RELATED)


def corpus(folder: Path) -> Iterator[LabelledPage]:
    """The labelled corpus in `folder`: ``gold.jsonl`` and ``html/ID.html.gz``."""
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        body = gzip.decompress((folder / "html" / f"{told['page_id']}.html.gz").read_bytes())
        pairs = [(link["label"], link["href"]) for link in told["links"]]
        group = {
            "set": "corpus",
            "lang": told["lang"],
            "layout": told["layout"],
            "wayback": "yes" if told["wayback"] else "no",
        }
        yield _page(told["page_id"], told["url"], group, body, pairs)


def extra(checkouts: Path) -> Iterator[LabelledPage]:
    """The pages of ``labels.jsonl``, at ``checkouts/OWNER/NAME/PATH``; one that differs is left out."""
    for told in read_labels():
        path = checkouts / told["repo"] / told["path"]
        body = path.read_bytes() if path.exists() else b""
        if hashlib.sha256(body).hexdigest() == told["sha256"]:
            pairs = [(label, href) for label in _STRENGTH for href in told["links"].get(label, ())]
            group = {"set": "extra", "lang": told["lang"], "kind": told["kind"]}
            yield _page(told["id"], told["url"], group, body, pairs)


def read_labels() -> list[dict[str, Any]]:
    """The lines of ``labels.jsonl``."""
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def _page(
    name: str, uri: str, group: Mapping[str, str], body: bytes, pairs: list[tuple[str, str]]
) -> LabelledPage:
    pairs.sort(key=lambda pair: _STRENGTH.index(pair[0]) if pair[0] in _STRENGTH else -1)
    labels = {address(unwrap(join(uri, href) or href)).key: label for label, href in pairs}
    labels = {key: label for key, label in labels.items() if label in _STRENGTH}
    return LabelledPage(name, uri, site(hostname(unwrap(uri))), group, body, labels)
