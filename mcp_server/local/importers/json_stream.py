"""Reads JSON of any size in constant memory: one row at a time, never the whole document."""

import json
from collections.abc import Iterator
from typing import Final, TypeGuard

from mcp_server.local.importers.items import Item, JsonValue, Malformed, Row
from mcp_server.local.importers.source import Source

LIST_KEYS: Final = (
    "collector",
    "items",
    "itemList",
    "item_list",
    "aweme_list",
    "data",
    "videos",
    "posts",
    "results",
    "records",
)
"""Where exports put their rows when the document is an object."""

_SPACE: Final = " \t\r\n"
_CHUNK: Final = 1 << 16
_LARGEST_VALUE: Final = 64 * 1024 * 1024
_LINES_LOOKED_AT: Final = 5


def _keep_text(number: str) -> str:
    return number  # an id written as 7.2E+18 must not lose more of itself


def _no_number(_: str) -> None:
    return None


DECODER: Final = json.JSONDecoder(parse_float=_keep_text, parse_constant=_no_number)


class DamagedJsonError(ValueError):
    """The document ends early or is no JSON from some point on; nothing after it can be read."""


def is_item(value: JsonValue) -> TypeGuard[Item]:
    """Say whether a value is an object, the only thing that can be a row."""
    return isinstance(value, dict)


def decoded(text: str) -> JsonValue:
    """Decode one complete JSON text, numbers with a fraction as text.

    Raises:
        DamagedJsonError: It is none.
    """
    try:
        value: JsonValue = DECODER.decode(text.strip(_SPACE))
    except (ValueError, RecursionError) as error:
        raise DamagedJsonError(_reason(error)) from error
    return value


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg}"
    return "not valid JSON: nested or long beyond reason"


class _Cursor:
    """A window on the text that grows until the value at its start is complete."""

    def __init__(self, source: Source) -> None:
        self._text = source.text
        self._window = ""
        self._position = 0
        self._ended = False

    def _grow(self) -> bool:
        # Twice as much each time, so that one very long value costs no quadratic copying.
        chunk = self._text.read(max(_CHUNK, len(self._window) - self._position))
        self._ended = not chunk
        self._window = self._window[self._position :] + chunk
        self._position = 0
        return not self._ended

    def peek(self) -> str:
        """Return the next character that is no space, or nothing at the end."""
        while True:
            while self._position < len(self._window):
                if (here := self._window[self._position]) not in _SPACE:
                    return here
                self._position += 1
            if not self._grow():
                return ""

    def take(self, expected: str) -> None:
        if (found := self.peek()) != expected:
            what = "ends early" if not found else f"has {found!r} where {expected!r} belongs"
            raise DamagedJsonError(f"the JSON document {what}")
        self._position += 1

    def value(self) -> JsonValue:
        """Decode the value that starts here."""
        self.peek()
        while True:
            try:
                found, end = self._decode()
            except (ValueError, RecursionError) as error:
                if self._ended or len(self._window) - self._position > _LARGEST_VALUE:
                    raise DamagedJsonError(_reason(error)) from error
            else:
                # A number at the edge of the window may go on behind it.
                if end < len(self._window) or self._ended:
                    self._position = end
                    return found
            self._grow()

    def _decode(self) -> tuple[JsonValue, int]:
        found: tuple[JsonValue, int] = DECODER.raw_decode(self._window, self._position)
        return found

    def separator(self, closing: str) -> bool:
        """Step over a comma and say `True`, or over the closing bracket and say `False`."""
        if self.peek() == closing:
            self._position += 1
            return False
        self.take(",")
        return True


def documents(source: Source) -> Iterator[Row | Malformed]:
    """Yield the rows of a JSON array, of an object that holds one, or of a single object."""
    cursor = _Cursor(source)
    at = 0
    try:
        for value in _values(cursor):
            at += 1
            if is_item(value):
                yield Row(at, value, source.offset)
            else:
                yield Malformed(at, json.dumps(value), "not an object", source.offset)
    except DamagedJsonError as error:
        yield Malformed(at + 1, "", f"{error}; nothing after this was read", source.offset)


def _values(cursor: _Cursor) -> Iterator[JsonValue]:
    while opening := cursor.peek():
        if opening == "[":
            yield from _elements(cursor)
        elif opening == "{":
            yield from _object(cursor)
        else:
            yield cursor.value()


def _elements(cursor: _Cursor) -> Iterator[JsonValue]:
    cursor.take("[")
    if cursor.peek() == "]":
        cursor.take("]")
        return
    yield cursor.value()
    while cursor.separator("]"):
        yield cursor.value()


def _object(cursor: _Cursor) -> Iterator[JsonValue]:
    rest: dict[str, JsonValue] = {}
    lists = 0
    cursor.take("{")
    more = cursor.peek() != "}"
    if not more:
        cursor.take("}")
    while more:
        key = cursor.value()
        cursor.take(":")
        opening = cursor.peek()
        if key in LIST_KEYS and opening == "[":
            lists += 1
            yield from _elements(cursor)
        elif key in LIST_KEYS and opening == "{":
            lists += 1
            yield from _object(cursor)
        else:
            rest[str(key)] = cursor.value()
        more = cursor.separator("}")
    if not lists:
        yield rest


def lines(source: Source) -> Iterator[Row | Malformed]:
    """Yield the rows of JSON Lines; a broken line costs only itself."""
    for at, line in enumerate(source.text, 1):
        if not line.strip(_SPACE):
            continue
        try:
            value = decoded(line)
        except DamagedJsonError as error:
            yield Malformed(at, line.strip(_SPACE), str(error), source.offset)
            continue
        if is_item(value):
            yield Row(at, value, source.offset)
        else:
            yield Malformed(at, line.strip(_SPACE), "not an object", source.offset)


def is_lines(sample: str) -> bool:
    """Say whether the beginning of a file is JSON Lines rather than one JSON document."""
    head = sample.lstrip(_SPACE)
    if not head.startswith("{"):
        return False
    first, *more = [line for line in head.splitlines()[:_LINES_LOOKED_AT] if line.strip(_SPACE)]
    if any(_is_row(line) for line in more):
        return True
    return not more and _is_row(first)


def _is_row(line: str) -> bool:
    try:
        value = decoded(line)
    except DamagedJsonError:
        return False
    return is_item(value) and not any(isinstance(value.get(k), (list, dict)) for k in LIST_KEYS)
