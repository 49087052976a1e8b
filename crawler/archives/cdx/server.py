"""What to ask a CDX server: the Wayback Machine's, pywb's, or another that speaks like either.

Nothing depends on the words a server knows, since every choice is made here again
(`crawler.model.cdx`): they only spare lines. So what may mean something else there is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote_plus, urlsplit

from crawler.model.cdx import CdxQuery

_WAYBACK_PATH = "/cdx/search/cdx"
_WAYBACK_FIELDS = "urlkey,timestamp,original,mimetype,statuscode,digest,length"
_PYWB_FIELDS = "urlkey,timestamp,url,mime,status,digest,length"
_PYWB_NAMES = {"original": "url", "mimetype": "mime", "statuscode": "status"}


@dataclass(frozen=True, slots=True)
class CdxServer:
    """A server by the address that queries go to."""

    endpoint: str

    @property
    def wayback(self) -> bool:
        """Whether it has the Wayback Machine's words; pywb's otherwise."""
        return urlsplit(self.endpoint).path.rstrip("/").endswith(_WAYBACK_PATH)

    def uri(self, query: CdxQuery, most: int, resume: str = "") -> str:
        """The address that asks for up to `most` lines, behind those that `resume` stands for."""
        pairs = [
            ("url", query.url),
            ("matchType", str(query.match)),
            ("output", "json"),
            ("fl", _WAYBACK_FIELDS) if self.wayback else ("fields", _PYWB_FIELDS),
            ("limit", str(most)),
            ("showResumeKey", "true"),
            ("from", query.since),
            ("to", query.until),
            *self._choices(query),
            ("resumeKey", _bare(resume)),
        ]
        words = "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs if value)
        return f"{self.endpoint}{'&' if '?' in self.endpoint else '?'}{words}"

    def _choices(self, query: CdxQuery) -> list[tuple[str, str]]:
        """Filters, and collapse where it cannot mean more than ours: servers differ over several."""
        if not self.wayback:
            return [("filter", _pywb_filter(one.text, one.field, one.regex)) for one in query.filters]
        filters = [
            ("filter", f"{'!' if one.negated else ''}{one.field}:{one.regex}") for one in query.filters
        ]
        return filters + [("collapse", one.text) for one in query.collapse if len(query.collapse) == 1]


def _pywb_filter(text: str, field: str, regex: str) -> str:
    return f"{'!' if text.startswith('!') else ''}~{_PYWB_NAMES.get(field, field)}:(?:{regex})$"


def _bare(key: str) -> str:
    """A resume key without the percent signs in which the Wayback Machine writes it."""
    return key if ")" in key or " " in key else unquote_plus(key)
