"""Reads JSON of any size in constant memory: one row at a time, never the whole document."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_server.local.importers.items import Item, JsonValue, KeyPath, Malformed, Row
from mcp_server.local.importers.json_cursor import (
    SPACE,
    Cursor,
    DamagedJsonError,
    decoded,
    is_item,
)
from mcp_server.local.importers.layout import LIST_KEYS, USUAL, Layout
from mcp_server.local.importers.source import Source

_LINES_LOOKED_AT: Final = 5
_NOTHING: Final[Item] = {}


@dataclass(frozen=True, slots=True)
class _Found:
    value: JsonValue
    path: KeyPath
    document: Item
    about: bool = False


def documents(
    source: Source, layout: Layout = USUAL, beside: Iterator[Item] | None = None
) -> Iterator[Row | Malformed]:
    """Yield the rows of a JSON array, of an object that holds lists of them, or of an object.

    Several documents may follow one another.

    Args:
        source: The text.
        layout: Where the rows are.
        beside: What stands beside the rows of each document, as `surroundings` reads it from the
            same text. A document that has something there comes first as a row about itself.
    """
    cursor = Cursor(source.text)
    at = 0
    try:
        for found in _documents(cursor, layout, beside):
            at += not found.about
            if is_item(found.value):
                path, document = found.path, found.document
                yield Row(at, found.value, source.offset, path, document, about=found.about)
            else:
                yield Malformed(at, json.dumps(found.value), "not an object", source.offset)
    except DamagedJsonError as error:
        yield Malformed(at + 1, "", f"{error}; nothing after this was read", source.offset)


def _documents(cursor: Cursor, layout: Layout, beside: Iterator[Item] | None) -> Iterator[_Found]:
    for opening in _openings(cursor, layout):
        if opening == "{":
            document = next(beside, _NOTHING) if beside else _NOTHING
            if document:
                yield _Found(dict(document), (), document, about=True)
            yield from _object(cursor, layout, (), document)
        elif layout.lists:
            cursor.skip()
        elif opening == "[":
            for _ in cursor.elements():
                yield _Found(cursor.value(), (), _NOTHING)
        else:
            yield _Found(cursor.value(), (), _NOTHING)


def _openings(cursor: Cursor, layout: Layout) -> Iterator[str]:
    """Stand before each document and give its first character; the caller steps over it.

    Where a layout names the places of rows, a list is one of documents.
    """
    while opening := cursor.peek():
        if opening == "[" and layout.lists:
            for _ in cursor.elements():
                yield cursor.peek()
        else:
            yield opening


def _object(cursor: Cursor, layout: Layout, path: KeyPath, document: Item) -> Iterator[_Found]:
    rest: dict[str, JsonValue] = {}
    lists = 0
    for key in cursor.members():
        here, opening = (*path, key), cursor.peek()
        if opening == "[" and layout.holds_rows(here):
            lists += 1
            for _ in cursor.elements():
                yield _Found(cursor.value(), here, document)
        elif opening == "{" and layout.leads(here):
            lists += 1
            yield from _object(cursor, layout, here, document)
        elif layout.lists and path not in layout.lists:
            cursor.skip()
        else:
            rest[key] = cursor.value()
    if path in layout.lists or not (lists or layout.lists):
        yield _Found(rest, path, document)


def surroundings(source: Source, layout: Layout) -> Iterator[Item]:
    """Yield what stands beside the rows of each document: the values of `layout.beside`.

    A document that ends early gives what it has. Without a list of rows it gives nothing: it is a
    row itself.
    """
    cursor = Cursor(source.text)
    kept: dict[str, JsonValue] = {}
    try:
        for opening in _openings(cursor, layout):
            if opening != "{":
                cursor.skip()
                continue
            kept = {}
            lists = _survey(cursor, layout, (), kept)
            yield kept if lists or layout.lists else _NOTHING
            kept = {}
    except DamagedJsonError:
        yield kept


def _survey(cursor: Cursor, layout: Layout, path: KeyPath, kept: dict[str, JsonValue]) -> int:
    lists = 0
    for key in cursor.members():
        here, opening = (*path, key), cursor.peek()
        if layout.keeps(here):
            kept[key] = cursor.value()
        elif opening == "[" and here in layout.folds:
            kept[key] = layout.folds[here](cursor.value() for _ in cursor.elements())
        elif opening == "{" and (layout.leads(here) or layout.leads_beside(here)):
            below: dict[str, JsonValue] = {}
            lists += _survey(cursor, layout, here, below) or layout.leads(here)
            if below:
                kept[key] = below
        else:
            lists += opening == "[" and layout.holds_rows(here)
            cursor.skip()
    return lists


def key_paths(sample: str, depth: int = 3) -> set[KeyPath]:
    """Return the paths of keys in the first object of a text, as far as it goes.

    That is the first document, or the first element of one that is a list.
    """
    found: set[KeyPath] = set()
    cursor = Cursor(io.StringIO(sample))
    try:
        if cursor.peek() == "[":
            cursor.take("[")
        if cursor.peek() == "{":
            _collect(cursor, (), depth, found)
    except DamagedJsonError:
        pass  # a sample may end anywhere
    return found


def _collect(cursor: Cursor, path: KeyPath, depth: int, found: set[KeyPath]) -> None:
    for key in cursor.members():
        here = (*path, key)
        found.add(here)
        if cursor.peek() == "{" and len(here) < depth:
            _collect(cursor, here, depth, found)
        else:
            cursor.skip()


def lines(source: Source) -> Iterator[Row | Malformed]:
    """Yield the rows of JSON Lines; a broken line costs only itself."""
    for at, line in enumerate(source.text, 1):
        if not line.strip(SPACE):
            continue
        try:
            value = decoded(line)
        except DamagedJsonError as error:
            yield Malformed(at, line.strip(SPACE), str(error), source.offset)
            continue
        if is_item(value):
            yield Row(at, value, source.offset)
        else:
            yield Malformed(at, line.strip(SPACE), "not an object", source.offset)


def is_lines(sample: str) -> bool:
    """Say whether the beginning of a file is JSON Lines rather than one JSON document."""
    head = sample.lstrip(SPACE)
    if not head.startswith("{"):
        return False
    first, *more = [line for line in head.splitlines()[:_LINES_LOOKED_AT] if line.strip(SPACE)]
    if any(_is_row(line) for line in more):
        return True
    return not more and _is_row(first)


def _is_row(line: str) -> bool:
    try:
        value = decoded(line)
    except DamagedJsonError:
        return False
    return is_item(value) and not any(isinstance(value.get(k), (list, dict)) for k in LIST_KEYS)
