"""What a page says of its article: the facts, and where each of them was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of an article; what is not known is empty.

    `published` and `modified` are ISO 8601 dates or date-times, with the zone where the page tells one;
    `lang` is a BCP 47 tag, `image` an absolute URI. `sources` says for each fact that is known where it
    was found: ``json-ld datePublished``, ``meta og:title``, ``byline`` (docs/facts.md).
    """

    title: str = ""
    published: str = ""
    modified: str = ""
    section: str = ""
    authors: tuple[str, ...] = ()
    lang: str = ""
    site_name: str = ""
    image: str = ""
    sources: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Every fact by its name, as JSON has it."""
        values = {name: getattr(self, name) for name in NAMES}
        return {**values, "authors": list(self.authors), "sources": dict(self.sources)}

    @classmethod
    def from_dict(cls, line: Mapping[str, Any]) -> Self:
        """The facts among the fields of `line`; those that are missing are empty."""
        told = {name: line[name] for name in NAMES if name in line}
        told["authors"] = tuple(line.get("authors", ()))
        return cls(**told, sources=dict(line.get("sources", {})))


NAMES = tuple(one.name for one in fields(Facts) if one.name != "sources")
"""The facts, in the order in which they are shown."""
