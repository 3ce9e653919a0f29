"""Nested items in tables: as paths for column names, or as texts of objects in the cells.

Apify and `pandas.json_normalize` write paths; `DataFrame.to_csv` writes what Python prints.
"""

from typing import Final

from mcp_server.local.importers.items import Item, JsonValue
from mcp_server.local.importers.literals import literal

_CAPTIONS: Final = frozenset({"text", "desc", "title", "description"})


def roots(item: Item) -> set[str]:
    """Return the first key of every path."""
    return {key.replace("/", ".").partition(".")[0] for key in item}


def nested(item: Item) -> Item:
    """Return an item with column names such as `authorMeta.name` or `hashtags/0/name` unfolded.

    A cell that holds the text of an object becomes that object.
    """
    whole = {key: _opened(key, value) for key, value in item.items()}
    if not any("." in key or "/" in key for key in item):
        return whole
    tree: dict[str, JsonValue] = {}
    for key, value in whole.items():
        here = tree
        *parents, last = key.replace("/", ".").split(".")
        for parent in parents:
            below = here.setdefault(parent, {})
            if not isinstance(below, dict):  # `hashtags` beside `hashtags/0/name`
                here[parent] = below = {}
            here = below
        if not isinstance(here.get(last), dict):
            here[last] = value
    return {key: _lists(value) for key, value in tree.items()}


def _opened(key: str, value: JsonValue) -> JsonValue:
    if not isinstance(value, str) or value[:1] != "{" or key in _CAPTIONS:
        return value
    found = literal(value)
    return found if isinstance(found, dict) else value


def _lists(value: JsonValue) -> JsonValue:
    if not isinstance(value, dict):
        return value
    below = {key: _lists(inner) for key, inner in value.items()}
    if below and all(key.isdecimal() for key in below):
        return [inner for _, inner in sorted(below.items(), key=lambda pair: int(pair[0]))]
    return below
