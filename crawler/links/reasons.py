"""The scorer's reasons in words that a person understands."""

from __future__ import annotations

from collections.abc import Iterable

from crawler.links.candidate import Candidate

_MOST = 6
_LEAST = 0.15
"""Log-odds below which a reason is not worth a word."""
_HEADING = "heading"
_PLACES = ("before the text", "inside the text", "in the story's box")


def spoken(reasons: Iterable[tuple[str, float]], candidate: Candidate) -> tuple[str, ...]:
    """The strongest reasons, at most six, each with its sign: '+heading: See also'.

    What a feature's absence says is told as such: '-no article address'.
    """
    told: dict[str, float] = {}
    for name, weight in reasons:
        word = _word(name, candidate)
        told[word] = told.get(word, 0.0) + weight
    loud = sorted(told.items(), key=lambda item: -abs(item[1]))[:_MOST]
    return tuple(("+" if weight > 0 else "-") + word for word, weight in loud if abs(weight) >= _LEAST)


def _word(name: str, candidate: Candidate) -> str:
    if name.startswith(_HEADING) and candidate.heading:
        return f"{_HEADING}: {candidate.heading}"
    if candidate.evidence.get(name, 0.0):
        return name
    return f"not {name}" if name in _PLACES else f"no {name}".replace("no no ", "")
