"""The judgement: what the scorer holds of each link, what its block holds, and the class of both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from crawler.links.candidate import Candidate
from crawler.links.features import OWN_MEDIA
from crawler.links.reasons import spoken
from crawler.links.scorer import SCORER, probability
from crawler.model.story import LinkClass

THRESHOLD = SCORER.threshold
_NEVER = 0.01
"""The score of what is not weighed: menus, names, links in sentences, the story's own film."""
_CALLED_OUT = 1.5
_SENTENCE = 7
"""Words of a link that are a story's title, whatever its address looks like."""
_SHARED = 0.6
"""How much of a link's log-odds is its block's mean."""
_PROMO = ("heading promo", "class promo", "heading product", "class product")


class Verdict(Struct, eq=False, gc=False):
    """What is held of a story that is linked: its best occurrence, score, class, and fullest text."""

    candidate: Candidate
    score: float
    link_class: LinkClass
    text: str


def judge(candidates: Sequence[Candidate], own: Collection[str]) -> tuple[Verdict, ...]:
    """One verdict a story that is linked, by its first link's place; `own` are the page's story keys."""
    best: dict[str, Verdict] = {}
    for candidate, score in zip(candidates, scores(candidates), strict=True):
        key = candidate.address.key
        known = best.get(key)
        if known is None:
            best[key] = _verdict(candidate, score, key in own)
            continue
        if score > known.score and known.link_class is not LinkClass.SELF:
            known.candidate, known.score = candidate, score
            known.link_class = classify(candidate, score)
        if len(candidate.anchor.text) > len(known.text):
            known.text = candidate.anchor.text
    return tuple(best.values())


def scores(candidates: Sequence[Candidate]) -> list[float]:
    """The probability that each is related; an article's is drawn to that of its block's articles."""
    asked = [one for one in candidates if one.weighed]
    own = [decided(SCORER.log_odds(one.evidence), one.evidence) for one in asked]
    drawn = iter(drawn_to_blocks(own, [(one.block, one.address.article) for one in asked]))
    return [probability(next(drawn)) if one.weighed else _NEVER for one in candidates]


def decided(log_odds: float, evidence: Mapping[str, float]) -> float:
    """What the definition decides is not left to the trees: a callout in the text is related."""
    told = "article address" in evidence or evidence.get("words", 0.0) >= _SENTENCE
    if told and "callout" in evidence and "inside the text" in evidence:
        return max(log_odds, _CALLED_OUT)
    return log_odds


def drawn_to_blocks(log_odds: Sequence[float], members: Sequence[tuple[int, bool]]) -> list[float]:
    """Log-odds, each article's drawn to the mean of its block's articles.

    `members` are the number of each link's block, and whether the link is an article.
    """
    sums: dict[int, tuple[float, int]] = {}
    for own, (block, article) in zip(log_odds, members, strict=True):
        if article:
            total, count = sums.get(block, (0.0, 0))
            sums[block] = total + own, count + 1
    means = {block: total / count for block, (total, count) in sums.items()}
    return [
        own + _SHARED * (means[block] - own) if article else own
        for own, (block, article) in zip(log_odds, members, strict=True)
    ]


def _verdict(candidate: Candidate, score: float, own: bool) -> Verdict:
    text = candidate.anchor.text
    if own:
        return Verdict(candidate, 0.0, LinkClass.SELF, text)
    return Verdict(candidate, score, classify(candidate, score), text)


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
    """What spoke loudest for and against, strongest first: '+heading: See also', '-before the text'."""
    if candidate.weighed:
        return spoken(SCORER.reasons(candidate.evidence), candidate)
    if candidate.inline:
        return ("-running text",)
    if OWN_MEDIA in candidate.evidence:
        return ("-the story's own film",)
    return ("-navigation" if "navigation" in candidate.evidence else "-only a name",)
