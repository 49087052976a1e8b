"""What becomes of captures: WARC files, their index, the story graph, the log, the package.

One module a product; each may import only those before it: ``dedup``, ``warc``, then ``cdxj``,
``graph``, ``log`` and ``report``, then ``sink``, ``wacz``, ``replay``.
"""
