"""The story graph as GraphML, for Gephi, yEd, NetworkX and the like, written as a stream.

Nodes are stories, and the addresses of links that lead to no story yet; edges are the related links.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, BinaryIO
from xml.sax.saxutils import escape, quoteattr

# What XML 1.0 (2.2) does not allow, not even as a character reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NODE = ("title", "published", "site", "lang", "uri")
_EDGE = ("class", "text", "heading", "position", "score", "from_datetime", "to_datetime", "status")
_TYPES = {"position": "int", "score": "double"}


class GraphMl:
    """Writes one document into `file`: nodes and edges as they come, then `end`."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._nodes: set[str] = set()
        self._line('<?xml version="1.0" encoding="UTF-8"?>')
        self._line('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
        for domain, names in (("node", _NODE), ("edge", _EDGE)):
            for name in names:
                kind = _TYPES.get(name, "string")
                self._line(
                    f'<key id="{domain}-{name}" for="{domain}" attr.name="{name}" attr.type="{kind}"/>'
                )
        self._line('<graph edgedefault="directed">')

    def story(self, story: Mapping[str, Any]) -> None:
        """A line of ``stories.jsonl`` as a node."""
        self._node(story["id"], {**story, "uri": story["uris"][0]})

    def edge(self, edge: Mapping[str, Any]) -> None:
        """A line of ``edges.jsonl`` as an edge; a target that is no story becomes a node of its own."""
        target = edge.get("to_story") or edge["to"]
        if target not in self._nodes:
            self._node(target, {"uri": edge["to"], "title": edge.get("text")})
        ends = f"source={quoteattr(edge['from_story'])} target={quoteattr(_clean(target))}"
        self._line(f"<edge {ends}>{_data('edge', _EDGE, edge)}</edge>")

    def end(self) -> None:
        """Close the document."""
        self._line("</graph></graphml>")

    def _node(self, name: str, values: Mapping[str, Any]) -> None:
        self._nodes.add(name)
        self._line(f"<node id={quoteattr(_clean(name))}>{_data('node', _NODE, values)}</node>")

    def _line(self, text: str) -> None:
        self._file.write(text.encode() + b"\n")


def _data(domain: str, names: tuple[str, ...], values: Mapping[str, Any]) -> str:
    return "".join(
        f'<data key="{domain}-{name}">{escape(_clean(str(values[name])))}</data>'
        for name in names
        if values.get(name) not in (None, "")
    )


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
