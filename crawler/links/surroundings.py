"""What the boxes around a link say by their names: related, promo, navigation, advertising."""

from __future__ import annotations

from crawler.links.labels import NAVIGATION, label_cue
from crawler.links.outline import Box

_NEAR = 7
_LANDMARKS = frozenset({"nav", "footer"})


class Surroundings:
    """Answers about boxes, each worked out once for a page."""

    def __init__(self, first: int, last: int) -> None:
        """`first` and `last` are the lines of the story's text: what is around it all names the page."""
        self._first = first
        self._last = last
        self._landmark: dict[Box | None, bool] = {}

    def label(self, box: Box | None) -> str:
        """The polarity of the nearest telling class or id, at most seven boxes up; empty if none."""
        for _ in range(_NEAR):
            if box is None or (box.start <= self._first and box.end > self._last):
                return ""
            cue = label_cue(box.label)
            if cue:
                return cue
            box = box.parent
        return ""

    def in_navigation(self, box: Box | None) -> bool:
        """Whether a ``<nav>``, a ``<footer>`` or a page header is around the box (HTML, 4.3)."""
        if box in self._landmark:
            return self._landmark[box]
        path = []
        while box is not None and box not in self._landmark:
            path.append(box)
            box = box.parent
        inside = box is not None and self._landmark[box]
        for box in reversed(path):
            inside = inside or box.tag in _LANDMARKS or self._is_page_header(box)
            self._landmark[box] = inside
        return inside

    @staticmethod
    def _is_page_header(box: Box) -> bool:
        if box.tag != "header" or box.parent is None:
            return False
        return box.parent.tag == "body" or (
            box.parent.tag == "div" and label_cue(box.label) == NAVIGATION
        )
