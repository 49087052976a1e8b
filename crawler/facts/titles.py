"""A headline without the name of its site: 'Title | Site', 'Site | Section | Title'."""

from __future__ import annotations

import re
from collections.abc import Iterable

_GAP = re.compile(r"\s+[|–—\-‐·•»«:›/>]{1,2}\s+|\s*[|｜»›]\s*|\s+::\s+|_|\s+:\s+")
_WORD = re.compile(r"\w+")
_NO_SECTION = frozenset(
    {
        *(
            "news",
            "nachrichten",
            "noticias",
            "notizie",
            "nouvelles",
            "actualités",
            "뉴스",
            "ニュース",
            "新闻",
        ),
        *("ニュース", "新闻", "latest", "home"),
    }
)


def headline(title: str, heading: str, names: Iterable[str]) -> str:
    """`title` without what is not the headline.

    `heading` is what the page shows as its own; `names` are the site's, its host's among them. Where
    the heading is a part of the title, it is the headline; else parts that name the site go at the ends.
    """
    parts = _parts(title)
    if len(parts) < 2:
        return title
    if inside := _found(title, heading):
        return inside
    known = _known(names)
    first, last = 0, len(parts)
    while last - first > 1 and _names_site(parts[last - 1][0], known):
        last -= 1
    if last - first > 1 and _names_site(parts[0][0], known):
        first = last - 1  # 'Site | Section | Headline'
    for n in range(first + 1, last):
        if (
            _names_site(parts[n][0], known)
            and parts[n][1] - parts[first][1] > parts[last - 1][2] - parts[n][2]
        ):
            last = n  # 'Headline - Site - Section'
            break
    return title[parts[first][1] : parts[last - 1][2]].strip()


def site_part(title: str, heading: str, names: Iterable[str]) -> list[str]:
    """The parts of a title that name the site; else the one at the other end from the headline."""
    parts = [part for part, _, _ in _parts(title)]
    if len(parts) < 2:
        return []
    known = _known(names)
    named = [part for part in reversed(parts) if _key(part) and _names_site(part, known)]
    ends = {_key(parts[0]): parts[-1], _key(parts[-1]): parts[0]}
    other = ends.get(_key(heading), "") if heading else ""
    return [*named, *([other] if other and other != heading else [])]


def middle_parts(title: str, heading: str, names: Iterable[str]) -> list[str]:
    """The parts that are neither the headline nor the site, the nearest to the headline first."""
    parts = [part for part, _, _ in _parts(title)]
    own = _key(headline(title, heading, names))
    at = next((n for n, part in enumerate(parts) if _key(part) and _key(part) in own), -1)
    if at < 0 or len(parts) < 3:
        return []
    known = _known(names)
    far = len(parts) - 1 if at == 0 else 0
    others = sorted(
        (abs(n - at), part) for n, part in enumerate(parts) if n != far and _key(part) not in own
    )
    return [part for _, part in others if not _names_site(part, known) and _key(part) not in _NO_SECTION]


def parts(title: str) -> list[str]:
    """The parts of a title between bars, dashes and the like."""
    return [part for part, _, _ in _parts(title)]


def _parts(title: str) -> list[tuple[str, int, int]]:
    """The parts between the gaps, with where each begins and ends."""
    ends = [(match.start(), match.end()) for match in _GAP.finditer(title)]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(title)]
    return [(title[a:b].strip(), a, b) for a, b in zip(starts, stops, strict=True) if title[a:b].strip()]


def _found(title: str, heading: str) -> str:
    """`heading` where it stands in `title` between two gaps, as the title writes it."""
    start = title.casefold().find(heading.casefold()) if len(_key(heading)) > 3 else -1
    if start < 0 or len(title) != len(title.casefold()):
        return ""
    before, after = title[:start], title[start + len(heading) :]
    clear = (not before or _GAP.search(before[-4:])) and (not after or _GAP.match(after))
    return title[start : start + len(heading)] if clear else ""


def _known(names: Iterable[str]) -> set[str]:
    return {_key(name) for name in names} - {""}


def _names_site(part: str, known: set[str]) -> bool:
    """Whether `part` is a name of the site, or holds one and little more ('BBC News', 'FAZ.NET')."""
    key = _key(part)
    return not key or any(
        key == name
        or (name in key and len(key) <= 2.5 * len(name) + 4)
        or (len(key) > 3 and key in name)
        for name in known
        if len(name) > 2
    )


def _key(text: str) -> str:
    return "".join(_WORD.findall(text.casefold())).replace("_", "")
