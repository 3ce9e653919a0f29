"""Finds facts in what a host shows, with nothing but that text."""

import json
from collections.abc import Callable

from pydantic import JsonValue

Reader = Callable[[JsonValue], JsonValue]


def documents(shown: str) -> list[JsonValue]:
    """The JSON documents that a text is made of, one after the other.

    Raises:
        ValueError: Something in it is not JSON; half a document is enough.
    """
    found: list[JsonValue] = []
    decoder = json.JSONDecoder()
    rest = shown.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append(value)
        rest = rest[end:].strip()
    return found


def at(*path: str | int) -> Reader:
    """Reads the value at a path; what is not there is `None`."""

    def read(value: JsonValue) -> JsonValue:
        for step in path:
            if isinstance(step, str) and isinstance(value, dict):
                value = value.get(step)
            elif isinstance(step, int) and isinstance(value, list) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    return read


def each(*readers: Reader) -> Reader:
    """Reads several things."""
    return lambda value: [read(value) for read in readers]


def row(listed: Reader, name: str, wanted: JsonValue, then: Reader) -> Reader:
    """Reads of the one row of a list whose field `name` is `wanted`."""

    def read(value: JsonValue) -> JsonValue:
        rows = listed(value)
        assert isinstance(rows, list)
        (found,) = [item for item in rows if isinstance(item, dict) and item.get(name) == wanted]
        return then(found)

    return read


def largest(listed: Reader, name: str, then: Reader) -> Reader:
    """Reads of the row with the largest figure."""

    def read(value: JsonValue) -> JsonValue:
        rows = listed(value)
        assert isinstance(rows, list)
        return then(max(rows, key=lambda item: number(at(name)(item))))

    return read


def difference(more: Reader, less: Reader) -> Reader:
    """Reads how much more the one figure is than the other."""
    return lambda value: number(more(value)) - number(less(value))


def says(reader: Reader, *words: str) -> Reader:
    """Reads whether a text, or one text of a list, has all the words."""

    def read(value: JsonValue) -> JsonValue:
        found = reader(value)
        texts = found if isinstance(found, list) else [found]
        return any(isinstance(text, str) and all(word in text for word in words) for text in texts)

    return read


def is_true(reader: Reader) -> Reader:
    """Reads whether something is said to be so."""
    return lambda value: reader(value) is True


def number(value: JsonValue) -> float:
    """A figure that has to be there."""
    assert isinstance(value, int | float)
    return value
