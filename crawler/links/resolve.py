"""From what a link says to the address that it names, quickly: most links of a page are plain."""

from __future__ import annotations

from urllib.parse import urljoin

from crawler.links.normalise import unwrap
from crawler.model.uri import join, plain


class Joiner:
    """Makes the links of one page absolute against its base; each text is worked out once."""

    def __init__(self, base: str, encoding: str) -> None:
        self._base = base
        self._encoding = encoding
        self._origin = (join(base, "/") or "").rstrip("/")
        self._scheme = self._origin.partition("//")[0]
        self._known: dict[str, str | None] = {}

    def __call__(self, link: str) -> str | None:
        """The URI that `link` names, or None where it names none that can be fetched."""
        known = self._known
        if link not in known:
            known[link] = self._resolve(link)
        return known[link]

    def _resolve(self, link: str) -> str | None:
        if link.startswith("/"):
            uri = plain((self._scheme if link.startswith("//") else self._origin) + link)
            if uri is not None:
                return uri
        return join(self._base, link, self._encoding)


class Resolver(Joiner):
    """The same, with replay seen through: the URI-R where a link names a URI-M."""

    def written(self, href: str) -> str:
        """`href` as the page writes it, only made absolute: an IRI (RFC 3987) where it is not ASCII."""
        return (
            self(href) or "" if href.isascii() else unwrap(urljoin(self._base, href).partition("#")[0])
        )

    def _resolve(self, link: str) -> str | None:
        uri = super()._resolve(link)
        return None if uri is None else unwrap(uri)
