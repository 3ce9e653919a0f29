"""Usual niches."""

from typing import Final

NICHES: Final = (
    "art",
    "beauty",
    "books",
    "business",
    "cars",
    "comedy",
    "cooking",
    "crafts",
    "dance",
    "education",
    "family",
    "fashion",
    "finance",
    "fitness",
    "food",
    "gaming",
    "gardening",
    "health",
    "home",
    "lifestyle",
    "music",
    "outdoors",
    "pets",
    "photography",
    "science",
    "skincare",
    "sports",
    "technology",
    "travel",
    "wellness",
)
"""Usual words; any other is allowed."""
