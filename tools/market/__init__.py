"""Benchmarks, plans and coverage of the public market."""
