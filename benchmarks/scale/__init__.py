"""Builds a world of a size and measures everything that has to hold at that size."""
