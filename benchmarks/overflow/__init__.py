"""A queue of many millions of URLs: what stays in Redis, what lies on disk, what it costs.

``python -m benchmarks.overflow --urls 5000000`` adds that many URLs of many hosts through the real
frontier, as one worker does, to a server of its own, and takes a part of them out again.
"""
