"""Dates and times as pages write them, for machines and for people, as ISO 8601.

A time keeps the zone that stands beside it and gets none that does not. Nothing is guessed from a clock:
'2 hours ago' is no date.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime

from crawler.facts.months import month_number

_YEAR = r"(?:19|20)\d\d"
_DAY = re.compile(
    # 2008-04-04, 2008/11/24, 20080404T..., 2008年4月4日, 2008. 4. 4.
    rf"(?<!\d)(?P<y>{_YEAR})(?:\s?[-/.年년]\s?(?P<m>\d{{1,2}})\s?[-/.月월]\s?(?P<d>\d{{1,2}})(?!\d)"
    r"|(?P<m0>\d\d)(?P<d0>\d\d)(?=T|\b))"
    # 4 April 2008, 4. April 2008, 28 de octubre de 2012, 21.dez.2018, 1er mai 2015
    r"|(?<!\d)(?P<d1>\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s,.|/-]{0,3}(?:de |d'|of )?"
    r"(?P<m1>[^\W\d_][^\s\d,;:()-]{1,16})[\s,./-]{0,3}(?:de |del )?'?"
    rf"(?P<y1>{_YEAR}|\d\d(?![\d:.h]))(?!\d)"
    # April 4, 2008; Fri Oct 31 10:49:51 EDT 2014
    r"|(?P<m2>[^\W\d_][^\s\d,;:()-]{2,14})\s?(?P<d2>\d{1,2})(?:st|nd|rd|th)?"
    rf"(?:,?\s+(?P<t2>\d\d:\d\d:\d\d)\s+(?P<z2>[A-Z]{{2,4}}))?[\s,]{{1,3}}(?P<y2>{_YEAR})"
    # 04/05/2008, 28.01.2020, 06.11.23
    r"|(?<![\d.])(?P<a>\d{1,2})\s?(?P<gap>[./-])\s?(?P<b>\d{1,2})\s?(?P=gap)\s?"
    rf"(?P<y3>{_YEAR}|\d\d(?!\d|:))"
    # 3 tháng 4, 2008
    rf"|(?P<d4>\d{{1,2}})\s(?:tháng|thg)\s(?P<m4>\d{{1,2}}),?\s(?P<y4>{_YEAR})",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\d:./-])(?P<h>[01]?\d|2[0-4])(?:\s?[:.hH時时시点]\s?(?P<min>[0-5]\d))"
    r"(?:[:.分분]\s?(?P<s>[0-5]\d)(?:[.,]\d+)?)?(?![\d/])\s?[分분]?\s*(?P<half>[ap]\.?\s?m\b\.?)?\s*"
    r"\(?(?P<zone>Z\b|(?:GMT|UTC)?\s?[+-]\d\d:?\d\d|[A-Z]{2,5}\b)?",
    re.IGNORECASE,
)
_ZONES = {
    **dict.fromkeys(("Z", "GMT", "UTC", "UT", "WET"), "Z"),
    **dict.fromkeys(("BST", "CET", "MEZ", "WEST"), "+01:00"),
    **dict.fromkeys(("CEST", "MESZ", "EET"), "+02:00"),
    **dict.fromkeys(("EEST", "MSK"), "+03:00"),
    **{
        "WIB": "+07:00",
        "MYT": "+08:00",
        "HKT": "+08:00",
        "SGT": "+08:00",
        "JST": "+09:00",
        "KST": "+09:00",
    },
    **{"AEST": "+10:00", "AEDT": "+11:00", "NZST": "+12:00", "NZDT": "+13:00", "SAST": "+02:00"},
    **{"EDT": "-04:00", "EST": "-05:00", "CDT": "-05:00", "MDT": "-06:00", "MST": "-07:00"},
    **{
        "PDT": "-07:00",
        "PST": "-08:00",
        "AKST": "-09:00",
        "HST": "-10:00",
        "BRT": "-03:00",
        "ART": "-03:00",
    },
}
_EPOCH = re.compile(r"\s*(1\d{9}|[5-9]\d{8})(?:\d{3})?(?:\.\d+)?\s*")
_EARLIEST = date(1990, 1, 1)
_LONGEST = 500
"""Characters in which a date is looked for."""
_FAR = 30
"""Characters between a day and the time beside it."""


def read_date(text: str, lang: str = "", *, month_first: bool = False) -> str:
    """The first date in `text` as ISO 8601, with the time and zone beside it; empty where there is none.

    Month names are looked for in `lang` first. ``04/05/2008`` is the fourth of May unless `month_first`.
    """
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = _western(text[:_LONGEST])
    for match in _DAY.finditer(text):
        day = _day(match, lang, month_first)
        if day is not None and day >= _EARLIEST:
            return day.isoformat() + _time(text, match)
    return ""


def _western(text: str) -> str:
    """Digits of other scripts are digits; marks of direction are no text."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(c)) if c.isdecimal() else c
        for c in text
        if unicodedata.category(c) != "Cf"
    )


def _day(match: re.Match[str], lang: str, month_first: bool) -> date | None:
    if match["y"]:
        return _date(match["y"], match["m"] or match["m0"], match["d"] or match["d0"])
    if match["m1"]:
        return _date(match["y1"], month_number(match["m1"], lang), match["d1"])
    if match["m2"]:
        return _date(match["y2"], month_number(match["m2"], lang), match["d2"])
    if match["d4"]:
        return _date(match["y4"], match["m4"], match["d4"])
    first, second = int(match["a"]), int(match["b"])
    american = second > 12 or (month_first and match["gap"] != "." and first <= 12)
    return _date(match["y3"], *((first, second) if american else (second, first)))


def _date(year: str, month: int | str, day: int | str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 1900 if number >= 90 else 2000
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _time(text: str, day: re.Match[str]) -> str:
    """The time after the day, else the one before it: '21:11 GMT, Friday, 4 July 2008'."""
    if day["t2"]:
        return f"T{day['t2']}{_ZONES.get(day['z2'], '')}"
    after = _TIME.search(text, day.end(), day.end() + _FAR + 15)
    if after and after.start() - day.end() <= _FAR and not _DAY.search(text, day.end(), after.start()):
        return _clock(after)
    before = list(_TIME.finditer(text, max(0, day.start() - _FAR - 15), day.start()))
    if before and day.start() - before[-1].end() <= _FAR:
        return _clock(before[-1])
    return ""


def _clock(match: re.Match[str]) -> str:
    hour, half = int(match["h"]), (match["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    if hour > 23:
        return ""
    seconds = f":{match['s']}" if match["s"] else ""
    return f"T{hour:02}:{match['min']}{seconds}{_zone(match['zone'] or '')}"


def _zone(text: str) -> str:
    zone = re.sub(r"^(?:GMT|UTC)\s?(?=[+-])", "", text.strip().upper())
    if zone[:1] in "+-" and zone:
        return f"{zone[:3]}:{zone[-2:]}"
    return _ZONES.get(zone, "")
