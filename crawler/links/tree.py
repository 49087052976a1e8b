"""The one parse of a page, bounded."""

from __future__ import annotations

from lxml import etree

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a page that are parsed; what follows is not read."""


def parse(text: str) -> etree._Element | None:
    """The root element, or None where the text holds none. Never raises.

    `huge_tree` lifts libxml2's depth from 256 to 2048 elements: old pages that never close a ``<font>``
    need it. Deeper nesting ends the parse there.
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        return etree.fromstring(text.replace("\x00", "\ufffd").encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
