"""Dates as teasers show them: '04 Apr 08', '12 April 2015', '27.04.2023', '3 hours ago'."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc|"
    r"ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|maj|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\w{0,7}\.?"
)
# Each begins with one digit or with a month, so that nothing is tried where neither stands.
_DIGIT_FIRST = re.compile(
    r"\d(?:\d{3}[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일]|(?<!\w\d)(?:"
    rf"\d?\.?(?:\s+de)?\s+{_MONTH}(?:\s+de)?[\s,']+(?:\d{{4}}|\d{{2}})\b|"
    r"\d?[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|(?:(?<=1)9|(?<=2)0)\d{2}[./-]\d{1,2}[./-]\d{1,2}\b|"
    r"\d?\s+(?:min(?:ute)?s?|m|hours?|hrs?|h|days?|weeks?|months?)\s+ago\b))",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_DAY_AND_YEAR = re.compile(r"\d\w*,?\s+\d{4}\b")


def shown_date(text: str) -> str:
    """The first date that `text` shows, as it is written; empty where it shows none."""
    if not _DIGIT.search(text):
        return ""
    found = _DIGIT_FIRST.search(text)
    other = _MONTH_FIRST.search(text) if _DAY_AND_YEAR.search(text) else None
    first = other if found is None or (other and other.start() < found.start()) else found
    return first[0] if first else ""
