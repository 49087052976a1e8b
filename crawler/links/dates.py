"""Dates as teasers show them: '04 Apr 08', '12 April 2015', '27.04.2023', '3 hours ago'."""

from __future__ import annotations

import re

_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|janv|févr|avr|juin|juil|août|déc|"
    r"ene|abr|ago|dic|gen|mag|giu|lug|set|ott|fev|out|maj|янв|фев|мар|апр|мая|июн|июл|авг|сен|окт|ноя|дек)\w{0,7}\.?"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}\.?(?:\s+de)?\s+{_MONTH}(?:\s+de)?[\s,']+(?:\d{{4}}|\d{{2}})\b|\b{_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+\d{{4}}\b|"
    r"\b\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})\b|\b(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}\b|"
    r"\d{4}[年년]\s?\d{1,2}[月월]\s?\d{1,2}[日일]|"
    r"\b\d{1,2}\s+(?:min(?:ute)?s?|m|hours?|hrs?|h|days?|weeks?|months?)\s+ago\b",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")


def shown_date(text: str) -> str:
    """The first date that `text` shows, as it is written; empty where it shows none."""
    match = _DATE.search(text) if _DIGIT.search(text) else None
    return match[0] if match else ""
