"""Decodes JSON piece by piece: a window on a text that may be larger than memory."""

import json
from collections.abc import Iterator
from typing import Final, TextIO, TypeGuard

from mcp_server.local.importers.items import Item, JsonValue

SPACE: Final = " \t\r\n"
_CHUNK: Final = 1 << 16
_LARGEST_VALUE: Final = 64 * 1024 * 1024


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
        value: JsonValue = DECODER.decode(text.strip(SPACE))
    except (ValueError, RecursionError) as error:
        raise DamagedJsonError(_reason(error)) from error
    return value


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg}"
    return "not valid JSON: nested or long beyond reason"


class Cursor:
    """A window on the text that grows until the value at its start is complete."""

    def __init__(self, text: TextIO) -> None:
        """Begin where the text stands."""
        self._text = text
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
                if (here := self._window[self._position]) not in SPACE:
                    return here
                self._position += 1
            if not self._grow():
                return ""

    def take(self, expected: str) -> None:
        """Step over one character.

        Raises:
            DamagedJsonError: There is another one, or none.
        """
        if (found := self.peek()) != expected:
            what = "ends early" if not found else f"has {found!r} where {expected!r} belongs"
            raise DamagedJsonError(f"the JSON document {what}")
        self._position += 1

    def value(self) -> JsonValue:
        """Decode the value that starts here.

        Raises:
            DamagedJsonError: It is none, or larger than any row can be.
        """
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

    def _separator(self, closing: str) -> bool:
        """Step over a comma and say `True`, or over the closing bracket and say `False`."""
        if self.peek() == closing:
            self._position += 1
            return False
        self.take(",")
        return True

    def elements(self) -> Iterator[None]:
        """Stand before each element of the list that starts here; the caller steps over it."""
        self.take("[")
        more = self.peek() != "]"
        if not more:
            self.take("]")
        while more:
            yield
            more = self._separator("]")

    def members(self) -> Iterator[str]:
        """Give each key of the object that starts here; the caller steps over its value."""
        self.take("{")
        more = self.peek() != "}"
        if not more:
            self.take("}")
        while more:
            key = self.value()
            self.take(":")
            yield str(key)
            more = self._separator("}")

    def skip(self) -> None:
        """Step over a value without keeping it, however long it is."""
        opening = self.peek()
        if opening == "{":
            for _ in self.members():
                self.skip()
        elif opening == "[":
            for _ in self.elements():
                self.value()
        else:
            self.value()
