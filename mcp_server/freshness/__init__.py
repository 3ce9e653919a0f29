"""How old an answer may be, and how a newer one is got exactly once."""
