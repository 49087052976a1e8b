"""From what a link says to the address that it names, quickly: most links of a page are plain."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from crawler.links.normalise import unwrap
from crawler.model.uri import join

# Links on which `join` has nothing to encode, to lower or to resolve: no dot segment, no empty one.
_PLAIN = re.compile(
    r"(?P<origin>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+)?"
    r"(?P<rest>(?:/[A-Za-z0-9_~%-][A-Za-z0-9_~%.,:+-]*)+/?(?:\?[A-Za-z0-9_~%.,:/=&+-]+)?)"
)


class Resolver:
    """Resolves the links of one page against its base; each text is worked out once."""

    def __init__(self, base: str, encoding: str) -> None:
        self._base = base
        self._encoding = encoding
        self._origin = (join(base, "/") or "/")[:-1]
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
        match = _PLAIN.fullmatch(href)
        if match and self._origin and len(href) < 2000:
            return unwrap((match["origin"] or self._origin) + match["rest"])
        uri = join(self._base, href, self._encoding)
        return None if uri is None else unwrap(uri)
