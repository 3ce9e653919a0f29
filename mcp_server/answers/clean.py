"""Cleans a whole answer: captions, names and keys are written by strangers, numbers may be NaN."""

import math
from typing import Final

from pydantic import JsonValue

from mcp_server.untrusted import one_line

MAX_TEXT: Final = 4_000
"""Characters of one text; TikTok's own captions end there."""
MAX_KEY: Final = 64
MAX_DEPTH: Final = 16


def shorten(text: str, limit: int) -> str:
    """Return at most `limit` characters, the last one an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def is_address(text: str) -> bool:
    """Whether `text` is a link, which is useless when shortened."""
    return text.startswith(("https://", "http://"))


def clean(value: JsonValue, depth: int = 0) -> JsonValue:
    """Clean every text and key of a JSON value.

    Null fields, NaN, infinities and what lies too deep are dropped; a null that is a list's item
    stays, because the places of the others count.
    """
    if isinstance(value, str):
        plain = value.isascii() and value.isprintable() and len(value) <= MAX_TEXT
        return value if plain else one_line(value, limit=MAX_TEXT)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, list | dict) and depth >= MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        cleaned = {one_line(key, limit=MAX_KEY): clean(value[key], depth + 1) for key in value}
        return {key: item for key, item in cleaned.items() if item is not None}
    return value
