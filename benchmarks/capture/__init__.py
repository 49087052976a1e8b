"""What capturing costs, beside its peers: ``python -m benchmarks.capture`` (docs/benchmarks.md)."""
