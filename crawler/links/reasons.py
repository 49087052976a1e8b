"""The scorer's reasons in words that a person understands."""

from __future__ import annotations

from collections.abc import Mapping

from crawler.links.candidate import Candidate

_MOST = 6
_LEAST = 0.15
"""Log-odds below which a reason is not worth a word."""
_HEADING = "heading"
_PLACES = ("before the text", "inside the text", "in the story's box")


def spoken(reasons: Mapping[str, float], candidate: Candidate) -> tuple[str, ...]:
    """The strongest reasons, at most six, each with its sign: '+heading: See also'.

    What a feature's absence says is told as such: '-no article address'. Headings are one reason.
    """
    told = _headings_as_one(reasons) if candidate.heading else reasons
    loud = sorted(told.items(), key=lambda item: -abs(item[1]))[:_MOST]
    return tuple(
        ("+" if weight > 0 else "-") + _word(name, candidate)
        for name, weight in loud
        if abs(weight) >= _LEAST
    )


def _headings_as_one(reasons: Mapping[str, float]) -> dict[str, float]:
    told = dict(reasons)
    told[_HEADING] = sum([told.pop(name) for name in reasons if name.startswith(_HEADING)])
    return told


def _word(name: str, candidate: Candidate) -> str:
    if name.startswith(_HEADING) and candidate.heading:
        return f"{_HEADING}: {candidate.heading}"
    if candidate.evidence.get(name, 0.0):
        return name
    return f"not {name}" if name in _PLACES else f"no {name}".replace("no no ", "")
