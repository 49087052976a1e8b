"""The story graph as one page of HTML: a timeline, a network and a table, for people.

`write` reads ``stories.jsonl`` and ``edges.jsonl`` and writes ``graph.html`` beside them. The page holds
its data, its code and D3 (``assets/vendor``), and asks nobody for anything: its Content-Security-Policy
forbids every request, and runs these very scripts only.
"""

from pipelines.graph_page.write import MANY, PAGE, PageSummary, write

__all__ = ["MANY", "PAGE", "PageSummary", "write"]
