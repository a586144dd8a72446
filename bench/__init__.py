"""Benchmarks: the real chain on a real PostgreSQL, each figure as a ratio to a yardstick of the same run."""
