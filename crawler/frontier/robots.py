"""robots.txt as RFC 9309 has it, as pure rules: what a status means, what a file allows."""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from protego import Protego

from crawler.frontier import politeness

MAX_SIZE = 500 * 1024
"""Bytes that are read: RFC 9309, 2.5 asks for at least 500 kibibytes."""
KEPT = 86400.0
"""Seconds that rules are kept at most, and where the answer says nothing: a day (RFC 9309, 2.4)."""
KEPT_LEAST = 600.0
"""Seconds that rules are kept at least, whatever the answer says: else each page might ask for them."""
_DIRECTIVE = re.compile(r"""\s*([^\s=,;]+)\s*(?:=\s*("[^"]*"|[^\s,]*))?\s*(?:,|\Z)""")
_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class RobotsOutcome(enum.Enum):
    """What the status of a robots.txt request means."""

    PARSE = "parse"
    """The rules are there (2.3.1.1)."""
    ALLOW_ALL = "allow-all"
    """Unavailable: no rules (2.3.1.3)."""
    RETRY = "retry"
    """Unreachable: nothing may be fetched; ask again later (2.3.1.4)."""


def outcome_of(status: int) -> RobotsOutcome:
    """The meaning of a final status. 429 is read as a 5xx: the server asks for patience, not for all.
    So is 304, which no request asked for: there are rules, and they were not sent.

    A redirect that was not followed to its end counts as unavailable (2.3.1.2), as a 4xx does.
    """
    if 200 <= status < 300:
        return RobotsOutcome.PARSE
    if status in (304, 429) or not 300 <= status < 500:
        return RobotsOutcome.RETRY
    return RobotsOutcome.ALLOW_ALL


def kept_for(cache_control: str | None, age: str | None) -> float:
    """Seconds that a robots.txt is kept: what its answer allows, within `KEPT_LEAST` and `KEPT`.

    ``max-age`` counts from when the origin made the answer, ``Age`` ago (RFC 9111, 4.2).
    """
    told = {name.lower(): value for name, value in _DIRECTIVE.findall(cache_control or "")}
    if "no-cache" in told or "no-store" in told:
        return KEPT_LEAST
    lifetime = _delta_seconds(told.get("max-age", ""))
    if lifetime is None:
        return KEPT
    return min(KEPT, max(KEPT_LEAST, lifetime - (_delta_seconds(age or "") or 0.0)))


def _delta_seconds(text: str) -> float | None:
    digits = text.strip().strip('"')
    return float(digits) if digits.isascii() and digits.isdigit() else None


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin."""

    _rules: Protego

    @classmethod
    def parse(cls, text: bytes | str) -> Rules:
        """Read a robots.txt of any bytes: its first 500 KiB as UTF-8, a byte order mark left out."""
        raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
        return cls(Protego.parse(raw[:MAX_SIZE].decode("utf-8", "replace").removeprefix(_BOM)))

    def allows(self, uri: str, user_agent: str) -> bool:
        """Whether `uri` may be fetched; ``/robots.txt`` itself always (2.2.2)."""
        return bool(self._rules.can_fetch(uri, _product(user_agent)))

    def crawl_delay(self, user_agent: str) -> float | None:
        """Seconds that the rules ask for between two fetches, at most 300; None where they do not."""
        return politeness.crawl_delay(self._rules.crawl_delay(_product(user_agent)))


def _product(user_agent: str) -> str:
    """The product token of a User-Agent (2.2.1).

    What an operator writes behind it must not match the groups of other crawlers. One that begins as a
    browser's does has its token somewhere inside, so all of it counts.
    """
    token = user_agent.strip().partition("/")[0].partition(" ")[0]
    return user_agent if token.lower() == "mozilla" else token
