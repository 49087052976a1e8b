"""graph.graphml is what NetworkX and Gephi read: all nodes and edges, with types, whatever titles hold."""

import json
from xml.etree import ElementTree

import networkx
import pytest

from pipelines.graph import merge

A, B, C = ("https://news.example/a", "https://news.example/b", "https://news.example/c?x=1&y=2")
HOSTILE = 'Fish & "chips" <b> ]]> \x00\x0b\x85 \ud800 \uffff \U0001f30a &amp; &#0; \t\r\n end'
SHOWN = 'Fish & "chips" <b> ]]> \ufffd\ufffd\x85 ? \ufffd \U0001f30a &amp; &#0; \t\r\n end'


@pytest.fixture
def collection(maker):
    facts = {
        "published": "2008-04-04T13:54:00Z",
        "section": "World",
        "authors": ("A. B.", "C & D"),
        "lang": "en",
    }
    moment = maker.clock
    edges = [
        maker.edge(A, moment, B, 0, text=HOSTILE, heading="See also", reasons=("one", "two")),
        maker.edge(A, moment, C, 1, score=0.0, in_scope=False),
        maker.edge(A, moment, "http://www.news.example/c?x=1&y=2&utm_source=z", 2),
        maker.edge(A, moment, B + "?fbclid=1", 3),
    ]
    maker.page(A, HOSTILE, *edges, facts=facts)
    maker.page(B, "The second", A, archive="archive.example")
    merge(maker.done())
    return maker.collection


def lines(collection, name):
    return [json.loads(line) for line in (collection.graph / name).read_bytes().splitlines()]


def test_networkx_reads_every_node_and_edge_with_its_attributes(collection):
    graph = networkx.read_graphml(collection.graph / "graph.graphml")
    stories, edges = lines(collection, "stories.jsonl"), lines(collection, "edges.jsonl")
    assert graph.is_directed()
    assert graph.is_multigraph()
    assert {name for name, data in graph.nodes(data=True) if data["kind"] == "story"} == {
        story["id"] for story in stories
    }
    assert [data["uri"] for _, data in graph.nodes(data=True) if data["kind"] == "target"] == [C]
    assert graph.number_of_edges() == len(edges) == 5
    first = graph.nodes[edges[0]["from_story"]]
    assert first["label"] == SHOWN
    assert (first["published"], first["authors"]) == ("2008-04-04T13:54:00Z", "A. B.; C & D")
    assert (first["links"], first["captured"], first["share"], first["captures"]) == (2, 1, 0.5, 1)
    assert graph.nodes[edges[0]["to_story"]]["archive"] == "archive.example"
    for number, edge in enumerate(edges):
        ends = edge["from_story"], edge["to_story"] or "news.example/c?x=1&y=2"
        told = graph.edges[(*ends, f"e{number}")]
        wanted = ("class", "heading", "position", "score", "status", "archive", "from_datetime")
        assert {name: told[name] for name in wanted} == {name: edge[name] for name in wanted}
        assert told["weight"] == max(edge["score"], 0.0001)
        assert told["walk"] == edge["source"]
    assert graph.edges[edges[0]["from_story"], edges[0]["to_story"], "e0"]["reasons"] == "one; two"


def test_no_attribute_is_named_as_the_ends_of_an_edge(collection):
    """`to_pandas_edgelist` refuses such a graph, and `node_link_data` writes over it."""
    graph = networkx.read_graphml(collection.graph / "graph.graphml")
    names = {name for *_, data in graph.edges(data=True) for name in data}
    assert not names & {"source", "target", "key", "id"}
    assert len(networkx.node_link_data(graph, edges="links")["links"]) == 5


def test_gephi_finds_what_its_importer_asks_for(collection):
    """As gephi/gephi's ImporterGraphML reads: nodes before edges, ids once, typed keys, its own names."""
    root = ElementTree.parse(collection.graph / "graph.graphml").getroot()
    tags = [element.tag.partition("}")[2] for element in root.iter()]
    assert tags[-1] == "data"
    assert tags.index("edge") > len(tags) - tags[::-1].index("node")
    keys = {key.get("id"): key for key in root.iterfind("{*}key")}
    assert {key.get("attr.type") for key in keys.values()} <= {"string", "int", "long", "double"}
    own = {(key.get("for"), key.get("attr.name")) for key in keys.values()}
    assert {("node", "label"), ("edge", "label"), ("edge", "weight")} <= own
    ids = [element.get("id") for element in root.iterfind(".//{*}edge")]
    assert len(ids) == len(set(ids)) == 5
    nodes = {element.get("id") for element in root.iterfind(".//{*}node")}
    assert len(nodes) == 3
    for edge in root.iterfind(".//{*}edge"):
        assert {edge.get("source"), edge.get("target")} <= nodes
        told = {data.get("key"): data.text for data in edge}
        assert told.keys() <= keys.keys()
        assert float(told["edge-weight"]) > 0
        assert told["edge-label"].strip()


def test_an_empty_graph_is_a_graph(maker):
    merge(maker.done())
    graph = networkx.read_graphml(maker.collection.graph / "graph.graphml")
    assert (graph.number_of_nodes(), graph.number_of_edges()) == (0, 0)
