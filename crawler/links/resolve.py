"""From what a link says to the address that it names, quickly: most links of a page are plain."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.links.normalise import unwrap
from crawler.model.uri import join

# Links on which `join` has nothing to encode, to lower or to resolve: no port, no dot or empty segment.
_PLAIN = re.compile(
    r"(?P<scheme>https?:(?=//))?(?P<host>//[a-z0-9-]+(?:\.[a-z0-9-]+)+)?"
    r"(?P<rest>(?:/[A-Za-z0-9_~%-][A-Za-z0-9_~%.,:+-]*)*/?(?:(?<=.)\?[A-Za-z0-9_~%.,:/=&+-]+)?)(?:#.*)?"
)
_LONGEST = 2000


class Resolver:
    """Resolves the links of one page against its base; each text is worked out once."""

    def __init__(self, base: str, encoding: str) -> None:
        self._base = base
        self._encoding = encoding
        scheme, colon, host = (join(base, "/") or "").rstrip("/").partition(":")
        self._scheme, self._host = scheme + colon, host
        self._known: dict[str, str | None] = {}

    def __call__(self, href: str) -> str | None:
        """The URI-R that `href` names, or None where it names none that can be fetched."""
        if href not in self._known:
            self._known[href] = self._resolve(href)
        return self._known[href]

    def written(self, href: str) -> str:
        """`href` as the page writes it, only made absolute: an IRI (RFC 3987) where it is not ASCII."""
        return (
            self(href) or "" if href.isascii() else unwrap(urljoin(self._base, href).partition("#")[0])
        )

    def _resolve(self, href: str) -> str | None:
        uri = self._plain(href) if len(href) < _LONGEST else None
        if uri is None:
            uri = join(self._base, href, self._encoding)
        return None if uri is None else unwrap(uri)

    def _plain(self, href: str) -> str | None:
        """What `join` would make of a plain link; None where the link is not plain."""
        match = _PLAIN.fullmatch(href)
        if not match or not self._host:
            return None
        scheme, host, rest = match.groups()
        if host:
            return f"{scheme or self._scheme}{host}{rest if rest[:1] == '/' else '/' + rest}"
        return f"{self._scheme}{self._host}{rest}" if rest[:1] == "/" and not scheme else None
