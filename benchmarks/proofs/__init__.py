"""The proofs of the frontier: real workers on a made-up web, and what a crawl must survive.

``python -m benchmarks.proofs`` plays them at length; ``tests/proofs`` plays short ones.
"""
