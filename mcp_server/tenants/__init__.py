"""Whose data a request may see: each tenant has its own upstream keys, clients and stored data."""
