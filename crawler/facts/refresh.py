"""Where a page sends its reader on by itself: ``<meta http-equiv=refresh>`` and the ``Refresh`` field.

Both are read as the HTML Standard's shared declarative refresh steps have it (4.2.4.3).
"""

from __future__ import annotations

import re

from lxml import etree

from crawler.model.uri import join

LONGEST = 60.0
"""Seconds after which a refresh still counts as a redirect; one that waits longer is a page to read."""
_VALUE = re.compile(
    r"\s* (?P<seconds> \d+ | (?=\.)) [\d.]*"
    r"(?: [;,\s] \s* [;,]? \s* (?:url\s*=\s*)?"
    r"    (?: (?P<quote>[\"']) (?P<quoted>.*?) (?:(?P=quote).*)? | (?P<bare>.*) ) )?",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def refresh_target(value: str, uri: str, base: str = "", encoding: str = "utf-8") -> str | None:
    """The absolute URI that the page at `uri` leads to by a refresh of that value, without a fragment.

    None where it leads nowhere else: no target, the page itself, no http(s) address, or too late.
    """
    match = _VALUE.fullmatch(value)
    written = match and (match["quoted"] or match["bare"])
    if not match or not written or float(match["seconds"] or 0) > LONGEST:
        return None
    target = join(base or uri, written, encoding)
    return target if target != uri.partition("#")[0] else None


def meta_refresh(root: etree._Element, uri: str, base: str, encoding: str) -> str | None:
    """The target of the page's first ``<meta http-equiv=refresh>`` that leads anywhere."""
    for element in root.iter("meta"):
        if (element.get("http-equiv") or "").strip().lower() == "refresh":
            target = refresh_target(element.get("content") or "", uri, base, encoding)
            if target:
                return target
    return None
