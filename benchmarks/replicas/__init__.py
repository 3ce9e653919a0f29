"""Proves that several servers behind a proxy on one Redis answer as one, while they are killed."""
