"""What changed between two texts, sentence by sentence, as a person reads it.

Texts are paragraphs, as `crawler.links.page.Page.paragraphs` gives them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain

MOST_SENTENCES = 5000
"""Beyond them texts are compared by the paragraph."""
_MOST_PAIRS = 4_000_000
"""Pairs of words that are compared one by one; beyond them words are only counted."""
_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[^\W\d_a-z])|(?<=[。！？])")
_WORDS = re.compile(r"[^\W_]+(?:['.,]\w+)*|[\u3040-\u30ff\u3400-\u9fff]")
_ALIKE = 0.5
"""Sentences with this share in common are one sentence that was changed."""

Text = Sequence[str]


@dataclass(frozen=True)
class Edit:
    """Neighbouring sentences that were replaced: removed where `new` is empty, added where `old` is.

    `paragraph` counts from 1, in the newer text.
    """

    paragraph: int
    old: tuple[str, ...]
    new: tuple[str, ...]

    @cached_property
    def pairs(self) -> list[tuple[str, str]]:
        """Old and new sentence side by side; one is empty where there is nothing like the other."""
        if len(self.old) == len(self.new):
            return [*zip(self.old, self.new, strict=True)]
        return [*((one, "") for one in self.old), *(("", one) for one in self.new)]


def edits(old: Text, new: Text) -> list[Edit]:
    """Every difference, in the order of the newer text; empty where the texts are the same."""
    before, after = _sentences(old), _sentences(new)
    if len(before) + len(after) > 2 * MOST_SENTENCES:
        before, after = _whole(old), _whole(new)
    matcher = SequenceMatcher(None, [one for _, one in before], [one for _, one in after])
    return [
        Edit(_place(after, there), _texts(before[a:b]), _texts(after[there:end]))
        for kind, a, b, there, end in matcher.get_opcodes()
        if kind != "equal"
    ]


def changed(old: Text, new: Text) -> float:
    """The share of the words that were removed or added, 0 to 1; 0 only where no sentence differs."""
    found = edits(old, new)
    if not found:
        return 0.0
    words = sum(len(_words(one)) for one in chain(old, new))
    different = sum(_different(edit.old, edit.new) for edit in found)
    return min(1.0, max(different, 1) / max(words, 1))


def readable(edit: Edit, colour: bool) -> Iterator[str]:
    """An edit as lines: ``-`` removed, ``+`` added, ``~`` changed with the words marked.

    Words are marked as by GNU wdiff, ``[-old-] {+new+}``, on a terminal by colour.
    """
    for old, new in edit.pairs:
        if old and new and (marked := mark(old, new, colour)):
            yield f"~ {marked}"
        else:
            yield from (f"{_painted(f'- {old}', 31, colour)}" for _ in range(bool(old)))
            yield from (f"{_painted(f'+ {new}', 32, colour)}" for _ in range(bool(new)))


def mark(old: str, new: str, colour: bool) -> str:
    """Both texts as one with their differences marked; empty where they have little in common."""
    before, after = old.split(), new.split()
    if len(before) * len(after) > _MOST_PAIRS:
        return ""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return ""
    pieces: list[str] = []
    for kind, a, b, there, end in matcher.get_opcodes():
        gone, come = " ".join(before[a:b]), " ".join(after[there:end])
        if kind == "equal":
            pieces.append(come)
            continue
        pieces += [_marked(gone, "[-", "-]", 31, colour)] if gone else []
        pieces += [_marked(come, "{+", "+}", 32, colour)] if come else []
    return " ".join(pieces)


def _marked(text: str, begin: str, end: str, code: int, colour: bool) -> str:
    return _painted(text, code, colour) if colour else f"{begin}{text}{end}"


def _painted(text: str, code: int, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _sentences(text: Text) -> list[tuple[int, str]]:
    return [
        (number, sentence)
        for number, paragraph in enumerate(text, 1)
        for sentence in _SENTENCE_END.split(paragraph)
        if sentence
    ]


def _whole(text: Text) -> list[tuple[int, str]]:
    return [*enumerate(text, 1)]


def _place(after: Sequence[tuple[int, str]], at: int) -> int:
    """The paragraph of a sentence; behind the last one, that one's."""
    return after[min(at, len(after) - 1)][0] if after else 1


def _texts(sentences: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    return tuple(text for _, text in sentences)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _different(old: Text, new: Text) -> int:
    before, after = _words(" ".join(old)), _words(" ".join(new))
    if len(before) * len(after) > _MOST_PAIRS:
        same = (Counter(before) & Counter(after)).total()
    else:
        blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
        same = sum(block.size for block in blocks)
    return len(before) + len(after) - 2 * same
