"""Rows that are pages: an element of a list, or a line, that holds rows and is none itself.

Collecting an API's answers in one list gives such files.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from mcp_server.local.importers.items import Item, JsonValue, KeyPath, Malformed, Row
from mcp_server.local.importers.json_cursor import is_item
from mcp_server.local.importers.layout import LIST_KEYS, Layout

Read = Row | Malformed


def unfolded(
    rows: Iterator[Read], layout: Layout, is_row: Callable[[Item], bool], *, by_lines: bool
) -> Iterator[Read]:
    """Yield the rows, those of a page in its place.

    Args:
        rows: What a reader of JSON yields.
        layout: What stands beside the rows of a page and belongs to them.
        is_row: Says whether an item is a row of a known format.
        by_lines: Whether rows are named by their lines, as they are in a page; else they are
            counted.
    """
    more = 0
    for row in rows:
        at = row.at if by_lines else row.at + more
        if not isinstance(row, Row) or row.about or not _is_page(row.item, is_row):
            yield row if at == row.at else replace(row, at=at)
            continue
        document = _beside(row.item, layout)
        if document:
            yield replace(row, at=at, item=document, document=document, about=True)
        document = {**row.document, **document}
        found = 0
        for path, value in _rows(row.item):
            here = at if by_lines else at + found
            found += 1
            if isinstance(value, dict):
                yield replace(row, at=here, item=value, path=path, document=document)
            else:
                yield Malformed(here, json.dumps(value), "not an object", row.offset)
        more += found - 1


def _is_page(item: Item, is_row: Callable[[Item], bool]) -> bool:
    """Say whether an item holds rows, and nothing of its own that could be one."""
    if LIST_KEYS.isdisjoint(item) or not _holds_rows(item, is_row):
        return False
    return not is_row({key: value for key, value in item.items() if key not in LIST_KEYS})


def _holds_rows(item: Item, is_row: Callable[[Item], bool]) -> bool:
    for key in LIST_KEYS & item.keys():
        value = item[key]
        if isinstance(value, dict):
            if is_row(value) or _holds_rows(value, is_row):
                return True
        elif isinstance(value, list) and (not value or any(map(is_item, value))):
            return True
    return False


def _rows(item: Item, path: KeyPath = ()) -> Iterator[tuple[KeyPath, JsonValue]]:
    """Yield what stands in the lists of a page; an object without a list is itself a row."""
    below = [key for key in item if key in LIST_KEYS and isinstance(item[key], (list, dict))]
    if not below:
        yield path, dict(item)
    for key in below:
        here, value = (*path, key), item[key]
        if isinstance(value, list):
            yield from ((here, inner) for inner in value)
        elif isinstance(value, dict):
            yield from _rows(value, here)


def _beside(item: Item, layout: Layout, path: KeyPath = ()) -> dict[str, JsonValue]:
    kept: dict[str, JsonValue] = {}
    for key, value in item.items():
        here = (*path, key)
        if layout.keeps(here):
            kept[key] = value
        elif isinstance(value, dict) and layout.leads_beside(here):
            kept[key] = _beside(value, layout, here)
    return {key: value for key, value in kept.items() if value != {}}
