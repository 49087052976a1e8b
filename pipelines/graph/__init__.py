"""The story graph: segments as pages are read, merged into stories and edges.

Each process appends the pages it reads, with their edges, to a segment of its own. `merge` reads all
segments and the index and writes ``stories.jsonl``, ``edges.jsonl`` and ``graph.graphml`` anew. The
segments are the source and stay; the merged files are derived from them and may be made again at any
time, with the same result where nothing has come since.
"""

from pipelines.graph.merge import GraphSummary, merge
from pipelines.graph.segment import GraphSegment, segments

__all__ = ["GraphSegment", "GraphSummary", "merge", "segments"]
