"""The judgement: evidence weighed by a table that can be read, explained and replaced.

Score = 1 / (1 + e^-sum); the weights are log-odds, set by hand from what holds on news sites at large.
A later scorer replaces `WEIGHTS` and keeps the shape.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from crawler.links.features import Candidate
from crawler.links.normalise import story_key
from crawler.model.story import LinkClass

BIAS = -4.2
THRESHOLD = 0.5
VOUCHED = 0.3
"""The least score of a link that another one of its dated list can vouch for."""
WEIGHTS: Mapping[str, float] = {
    "callout": 3.6,
    "heading related": 3.2,
    "heading package": 2.2,
    "heading promo": -3.0,
    "heading index": -2.5,
    "heading external": -2.0,
    "heading product": -3.0,
    "class related": 1.2,
    "class promo": -1.2,
    "class product": -2.5,
    "class navigation": -1.5,
    "class index": -2.0,
    "navigation": -3.0,
    "article address": 0.8,
    "no article address": -1.2,
    "address like the page's": 0.8,
    "same directory": 0.3,
    "index address": -3.0,
    "wide": 1.0,
    "terse": -1.5,
    "shares title words": 1.2,
    "block shares title words": 1.8,
    "block of articles": 0.3,
    "long block": -1.2,
    "dated": 0.3,
    "dated block": 0.2,
    "before the text": -1.5,
    "inside the text": 0.3,
    "far after the text": -0.7,
}
_TOLD = 0.25
_PROMO = ("heading promo", "class promo", "heading product", "class product")


@dataclass(slots=True)
class Verdict:
    """What is held of a story that is linked: its best occurrence, score, class, and fullest text."""

    candidate: Candidate
    score: float
    link_class: LinkClass
    text: str


def judge(candidates: Iterable[Candidate], own: Collection[str]) -> tuple[Verdict, ...]:
    """One verdict a story that is linked, by its first link's place; `own` are the page's story keys."""
    best: dict[str, Verdict] = {}
    for candidate in candidates:
        key = story_key(candidate.uri)
        verdict = _verdict(candidate, key in own)
        known = best.setdefault(key, verdict)
        if verdict.score > known.score:
            known.candidate, known.score, known.link_class = candidate, verdict.score, verdict.link_class
        if len(verdict.text) > len(known.text):
            known.text = verdict.text
    verdicts = tuple(best.values())
    for _, row in groupby(verdicts, key=_list_of):
        _stand_together(list(row))
    return verdicts


def _list_of(verdict: Verdict) -> tuple[bool, str]:
    """Neighbours with one key stand in one list of dated links, as the BBC's of 2008 do."""
    return "dated block" in verdict.candidate.evidence, verdict.candidate.heading


def _stand_together(row: list[Verdict]) -> None:
    """A publisher chooses a dated list as a whole: one link that is related vouches for the rest."""
    scores = [verdict.score for verdict in row]
    if "dated block" not in row[0].candidate.evidence or max(scores) < THRESHOLD:
        return
    for verdict in row:
        if VOUCHED <= verdict.score < THRESHOLD and not verdict.candidate.inline:
            verdict.score = THRESHOLD
            verdict.link_class = classify(verdict.candidate, THRESHOLD)


def _verdict(candidate: Candidate, own: bool) -> Verdict:
    text = candidate.anchor.text
    if own:
        return Verdict(candidate, 0.0, LinkClass.SELF, text)
    score = weigh(candidate.evidence)
    if candidate.inline:
        score = min(score, 1 - THRESHOLD)
    return Verdict(candidate, score, classify(candidate, score), text)


def weigh(evidence: Mapping[str, float]) -> float:
    """The probability, 0 to 1, that a link with this evidence is related."""
    total = BIAS
    for name, value in evidence.items():
        total += WEIGHTS[name] * value
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def classify(candidate: Candidate, score: float) -> LinkClass:
    """The class of a link whose score is known."""
    if candidate.inline:
        return (
            LinkClass.INLINE if not candidate.offsite and candidate.address.article else LinkClass.OTHER
        )
    if score >= THRESHOLD:
        return LinkClass.RELATED_EXT if candidate.offsite else LinkClass.RELATED
    if candidate.address.article and any(name in candidate.evidence for name in _PROMO):
        return LinkClass.PROMO
    return LinkClass.OTHER


def reasons(candidate: Candidate) -> tuple[str, ...]:
    """What spoke loudest for and against, strongest first: '+heading related: See also', '-terse'."""
    told = sorted(((WEIGHTS[n] * v, n) for n, v in candidate.evidence.items()), key=lambda t: -abs(t[0]))
    named = [
        (w, f"{n}: {candidate.heading}" if n.startswith("heading ") else n)
        for w, n in told
        if abs(w) >= _TOLD
    ]
    found = tuple(("+" if w > 0 else "-") + n for w, n in named)
    return ("-running text", *found) if candidate.inline else found
