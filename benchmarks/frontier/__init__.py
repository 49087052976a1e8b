"""What the frontier costs, beside its peers: ``python -m benchmarks.frontier`` (docs/benchmarks.md)."""
