"""URI-M: the address of a memento as the Wayback Machine and pywb spell it.

``https://web.archive.org/web/20080404135400id_/http://news.example/`` names the archive, a moment of
up to 14 digits, a modifier that says how the memento is to be shown, and the URI-R. Without digits
(``/news/id_/http://...``) it is a TimeGate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from crawler.errors import InvalidUri, MalformedRecord
from crawler.model import uri
from crawler.model.timestamp import from_digits

RAW = "id_"
"""The modifier of both archives for the bytes as they were captured."""

# The first digits after a slash that a URI-R follows: a URI-R may hold another URI-M. Proxies and
# browsers fold "http://" within a path to "http:/", and Wayback takes a URI-R without its scheme.
_URI_M = re.compile(
    r"(?P<archive>https?://[^/?#]+(?:/[^/?#]*)*?)/(?P<digits>\d{1,14})?(?P<modifier>[a-z]{2}_)?/"
    r"(?P<scheme>https?:/{1,2})?(?P<rest>[^/?#][^/]*(?:/.*)?)\Z",
    re.I,
)


@dataclass(frozen=True, slots=True)
class UriM:
    """The parts of a URI-M. `archive` has no slash at its end, `digits` and `modifier` may be empty."""

    archive: str
    digits: str
    modifier: str
    uri_r: str

    @classmethod
    def parse(cls, text: str) -> UriM | None:
        """Take a URI-M apart; None for any other URI."""
        match = _URI_M.match(text)
        if match is None or not _telling(match):
            return None
        try:
            uri_r = uri.normalise(_scheme(match) + match["rest"])
        except InvalidUri:
            return None
        return cls(match["archive"], match["digits"] or "", match["modifier"] or "", uri_r)

    @property
    def moment(self) -> datetime | None:
        """The moment that the digits name; None without digits."""
        try:
            return from_digits(self.digits[: len(self.digits) // 2 * 2])
        except MalformedRecord:
            return None

    def raw(self) -> UriM:
        """The same memento, its bytes as they were captured."""
        return UriM(self.archive, self.digits, RAW, self.uri_r)

    def __str__(self) -> str:
        return f"{self.archive}/{self.digits}{self.modifier}/{self.uri_r}"


def _telling(match: re.Match[str]) -> bool:
    """Digits or a modifier, then a URI-R; without its scheme only where no path looks so."""
    if match["scheme"]:
        return bool(match["digits"] or match["modifier"])
    return len(match["digits"] or "") == 14 and "." in match["rest"].partition("/")[0]


def _scheme(match: re.Match[str]) -> str:
    return (match["scheme"] or "http://").rstrip("/") + "//"
