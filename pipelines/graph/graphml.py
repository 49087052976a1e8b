"""The story graph as GraphML, for Gephi, NetworkX, yEd, igraph and the like, written as a stream.

Nodes are stories, and the addresses of links that lead to no story yet (`kind` tells which); edges are
the related links. Edges are taken first, since a story's node says how complete it is, and written last,
as readers expect; until then they lie in unnamed files beside the document, so memory holds names only.

What readers ask for: Gephi's importer takes ``label`` (nodes and edges) and ``weight`` (edges, above 0)
for its own fields by the names of their keys, and needs a type for every key and an id for each edge,
each once. NetworkX and pandas have names of their own for the ends of an edge, so the walk that saw it
is ``walk`` here and not ``source``. GraphML has no type for dates: they are ISO 8601 text.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

from crawler.model import uri
from crawler.model.completeness import Completeness

# What XML 1.0 (2.2) does not allow, not even as a character reference.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MARKUP = re.compile("[&<>\r]")
_LEAST_WEIGHT = 0.0001
NODE = {
    "label": "string", "kind": "string", "uri": "string", "published": "string", "modified": "string",
    "authors": "string", "section": "string", "site": "string", "site_name": "string", "lang": "string",
    "archive": "string", "sources": "string", "status": "string", "captures": "int",
    "first_capture": "string", "last_capture": "string", "links": "int", "captured": "int",
    "share": "double",
}  # fmt: skip
EDGE = {
    "label": "string", "weight": "double", "class": "string", "heading": "string", "position": "int",
    "score": "double", "reasons": "string", "extractor": "string", "walk": "string", "status": "string",
    "reason": "string", "archive": "string", "to_source": "string",
    "from_datetime": "string", "to_datetime": "string",
    "skew_anchor": "long", "skew_parent": "long",
}  # fmt: skip
"""Names of the attributes, in their order, and their types in GraphML."""
_NODE_TAGS = {name: f'<data key="node-{name}">' for name in NODE}
_EDGE_TAGS = {name: f'<data key="edge-{name}">' for name in EDGE}


class GraphMl:
    """Takes edges, then stories, then writes the document with `end`. A context manager.

    `beside` is the folder for what waits.
    """

    def __init__(self, beside: Path) -> None:
        self._open = ExitStack()
        self._stories, self._targets, self._edges = (
            self._open.enter_context(_unnamed(beside)) for _ in range(3)
        )
        self._known: set[str] = set()
        self._count = 0

    def __enter__(self) -> GraphMl:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def edge(self, edge: Mapping[str, Any]) -> None:
        """A line of ``edges.jsonl``; a target that is no story becomes a node of its own."""
        target = edge["to_story"] or self._target(edge)
        ends = f"source={quoteattr(edge['from_story'])} target={quoteattr(target)}"
        data = _data(_EDGE_TAGS, _of_edge(edge))
        _line(self._edges, f'<edge id="e{self._count}" {ends}>{data}</edge>')
        self._count += 1

    def story(self, story: Mapping[str, Any], links: Completeness) -> None:
        """A line of ``stories.jsonl``, and how complete it is."""
        _node(self._stories, story["id"], _of_story(story, links))

    def end(self, file: IO[bytes]) -> None:
        """Write the document."""
        _line(file, '<?xml version="1.0" encoding="UTF-8"?>')
        _line(file, '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">')
        for domain, names in (("node", NODE), ("edge", EDGE)):
            for name, kind in names.items():
                about = f'id="{domain}-{name}" for="{domain}" attr.name="{name}" attr.type="{kind}"'
                _line(file, f"<key {about}/>")
        _line(file, '<graph id="stories" edgedefault="directed">')
        for part in (self._stories, self._targets, self._edges):
            part.seek(0)
            shutil.copyfileobj(part, file)
        _line(file, "</graph>\n</graphml>")

    def _target(self, edge: Mapping[str, Any]) -> str:
        """The node of a link that leads to no story: one for all spellings of its address."""
        name = uri.document_key(edge["to"])
        if name not in self._known:
            self._known.add(name)
            about = {"label": edge["text"] or edge["to"], "kind": "target", "uri": edge["to"]}
            about |= {"site": uri.netloc(edge["to"]), "archive": edge["archive"]}
            _node(self._targets, name, {**about, "status": edge["status"]})
        return name


def _unnamed(folder: Path) -> IO[bytes]:
    return tempfile.TemporaryFile(dir=folder)


def _of_story(story: Mapping[str, Any], links: Completeness) -> dict[str, Any]:
    captures = story["captures"]
    return {
        **story,
        "label": story["title"] or story["uris"][0],
        "kind": "story",
        "uri": story["uris"][0],
        "authors": "; ".join(story["authors"]),
        "archive": "; ".join(dict.fromkeys(map(_archive, captures))),
        "sources": "; ".join(dict.fromkeys(capture.get("source", "live") for capture in captures)),
        "status": "captured",
        "captures": len(captures),
        "first_capture": captures[0]["datetime"],
        "last_capture": captures[-1]["datetime"],
        "links": links.links,
        "captured": links.captured,
        "share": links.share,
    }


def _archive(capture: Mapping[str, str]) -> str:
    return capture.get("archive") or uri.netloc(capture["uri"])


def _of_edge(edge: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **edge,
        "label": edge["text"],
        "weight": max(edge["score"], _LEAST_WEIGHT),
        "walk": edge["source"],
        "reasons": "; ".join(edge.get("reasons", ())),
    }


def _node(file: IO[bytes], name: str, values: Mapping[str, Any]) -> None:
    _line(file, f"<node id={quoteattr(name)}>{_data(_NODE_TAGS, values)}</node>")


def _data(tags: Mapping[str, str], values: Mapping[str, Any]) -> str:
    told = ((tag, values.get(name)) for name, tag in tags.items())
    return "".join(
        [f"{tag}{_text(value)}</data>" for tag, value in told if value is not None and value != ""]
    )


def _text(value: object) -> str:
    """A value as the content of an element; a parser takes a bare CR for a line end."""
    text = str(value)
    return escape(text, {"\r": "&#13;"}) if _MARKUP.search(text) else text


def _line(file: IO[bytes], text: str) -> None:
    file.write(_FORBIDDEN.sub("\ufffd", text).encode() + b"\n")
