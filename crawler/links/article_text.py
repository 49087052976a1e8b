"""The running text of a story, paragraph by paragraph, without what pages put around it.

Two captures of one story are compared by it, so menus, boxes, advertisements, counters and "updated"
lines must not count, and a single changed word of the story must. ``docs/versions.md`` has the rules.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.links.body import body_range
from crawler.links.outline import Box, Line

_LONGEST = 30_000
"""Characters of a paragraph that are read."""
_ASIDE = frozenset({"nav", "aside", "footer", "form", "button", "figcaption", "noscript", "iframe"})
_LABEL = re.compile(
    r"(?i)(?:^|[\s_-])(?:ads?|advert\w*|breadcrumbs?|byline|captions?|comments?|consent|cookies?|credits?"
    r"|disqus\w*|footer|masthead|menu|more-on|most-(?:popular|read)|nav\w*|newsletter|popular|promo\w*"
    r"|recommend\w*|related\w*|share|sharing|side-?bar|social|sponsor\w*|subscri\w*|tags|teasers?|toolbar"
    r"|trending|widget)(?:$|[\s_-])"
)
_MOVING = re.compile(
    r"(?i)(?:page )?(?:last |first )?(?:updated|modified|published|posted|printed)\b.{0,60}$"
    r"|[\d.,]+\s?[km]?\s+(?:comments?|shares?|views?|likes?|readers?|votes?|replies|retweets)\b.{0,40}$"
    r"|(?:comments?|share|print|e-?mail|save|views?)\b[\s:|(]*[\d.,]*\)?$"
)
_ENDED = re.compile(r"[.!?…:;。！？][\"')\]»]*\Z")
_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")
_FEWEST_WORDS = 3
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛`´′", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", None),
    }
)


def article_text(lines: Sequence[Line]) -> tuple[str, ...]:
    """The paragraphs of the story among the lines of a page, in their order.

    White space, quotation marks and dashes are written in one way each, as `alike` does. Empty where
    the page has no running text.
    """
    inside = _stretch(lines)
    chars = _chars_of(inside)
    whole = sum(len(line.text) for line in inside)
    return tuple(
        alike(line.text[:_LONGEST])
        for line in inside
        if _is_paragraph(line) and not _stands_aside(line.box, chars, whole)
    )


def alike(text: str) -> str:
    """The text in one spelling: NFKC, single spaces, plain quotes and dashes, nothing invisible."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())


def _stretch(lines: Sequence[Line]) -> Sequence[Line]:
    """The body of the story, and the short paragraphs that it begins and ends with."""
    first, last = body_range(lines)
    if (first, last) == (0, 0):
        return ()
    while first and _is_paragraph(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and _is_paragraph(lines[last + 1]):
        last += 1
    return lines[first : last + 1]


def _is_paragraph(line: Line) -> bool:
    """A sentence that is not most of it links, and not one of those that change by themselves."""
    text = line.text
    if line.level or line.plain * 2 <= len(text) or _MOVING.match(text):
        return False
    if not _ENDED.search(text.translate(_ALIKE)) and line.plain < 50:
        return False
    return bool(_NO_SPACES.search(text)) or len(text.split()) >= _FEWEST_WORDS


def _stands_aside(box: Box, chars: Counter[Box], whole: int) -> bool:
    """Whether a box around it is named for something else, and does not hold most of the text."""
    return any(
        (one.tag in _ASIDE or _LABEL.search(one.label)) and 2 * chars[one] < whole
        for one in _around(box)
    )


def _chars_of(lines: Sequence[Line]) -> Counter[Box]:
    chars: Counter[Box] = Counter()
    for line in lines:
        for box in _around(line.box):
            chars[box] += len(line.text)
    return chars


def _around(box: Box | None) -> Iterator[Box]:
    while box is not None:
        yield box
        box = box.parent
