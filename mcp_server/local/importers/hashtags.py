"""Hashtags of a row: the list that came with it, else those in its caption."""

import re
from typing import Final

from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.literals import literal
from mcp_server.local.text import hashtags_in, normalise_tag

_BETWEEN = re.compile(r"[,;|\s#\uff03]+")
_NAME_KEYS: Final = ("name", "hashtagName", "title")
_LONGEST_LITERAL: Final = 20_000


def hashtags(given: JsonValue, caption: str | None) -> tuple[str, ...]:
    """Return the tags, normalized, each once, in their order.

    A list that came with the row wins over parsing the caption: it knows where one tag ends.
    """
    found = [tag for name in _names(given) for tag in _BETWEEN.split(name)]
    return tuple(dict.fromkeys(tag for raw in found if (tag := normalise_tag(raw)))) or hashtags_in(
        caption
    )


def _names(given: JsonValue) -> list[str]:
    if isinstance(given, list):
        return [name for entry in given for name in _entry_names(entry)]
    if not isinstance(given, str):
        return []
    inner = _literal(given.strip())
    return [given] if inner is None else _names(inner)


def _entry_names(entry: JsonValue) -> list[str]:
    if isinstance(entry, str):
        return [entry]
    if isinstance(entry, dict):
        named = (entry.get(key) for key in _NAME_KEYS)
        return [name for name in named if isinstance(name, str) and name][:1]
    return []


def _literal(written: str) -> list[JsonValue] | None:
    """Read a list as JSON or as Python prints one; `None` where it is neither."""
    if not (written.startswith("[") and written.endswith("]")):
        return None
    if len(written) > _LONGEST_LITERAL:
        return []
    value = literal(written)
    return value if isinstance(value, list) else [re.sub(r"[\[\]'\"]", "", written)]
