"""The one parse of a page, bounded."""

from __future__ import annotations

import re

from lxml import etree

BANNER_IDS = frozenset({"wm-ipp-base", "wm-ipp", "wm-ipp-print", "_wb_frame_top_banner", "wb_div"})
"""Ids of the elements that the Wayback Machine and pywb put into the pages they replay."""

MAX_BYTES = 8 * 1024 * 1024
"""Bytes of a page that are parsed; what follows is not read."""


_REPLACEMENT = "\ufffd".encode()
_ENDS = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)


def parse(text: str) -> etree._Element | None:
    """The root element, or None where the text holds none; a replay banner is taken out. Never raises.

    `huge_tree` lifts libxml2's depth from 256 to 2048 elements: old pages that never close a ``<font>``
    need it. Deeper nesting ends the parse there.
    """
    # Browsers read on behind these ends (HTML Standard, 13.2.6.4.19), where libxml2 stops.
    octets = _ENDS.sub(b"", text.encode("utf-8", "replace").replace(b"\x00", _REPLACEMENT))
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(octets, parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if root is not None:
        _drop_banners(root)
    return root


def _drop_banners(root: etree._Element) -> None:
    """Empty the banners; the elements stay, so that the text after them does."""
    for banner in root.iter("div"):
        if banner.get("id") in BANNER_IDS:
            del banner[:]
            banner.text = None
