"""Says in `_meta` which parts of an answer hold text that other people wrote."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final, cast

from pydantic import BaseModel, JsonValue

from mcp_server.models.time import parse_time

UNTRUSTED: Final = "tokmetrics/untrusted"
"""The key in `_meta`; its value is a list of the parts' names."""


def untrusted(
    document: Mapping[str, JsonValue], *, own: AbstractSet[str], names: AbstractSet[str]
) -> dict[str, JsonValue]:
    """Return the mark of an answer as it is sent; empty where nobody else wrote in it.

    Args:
        document: The answer.
        own: Texts in it that are the server's or the caller's.
        names: Names of fields that the answer's schema declares; another name is a stranger's.
    """
    parts: list[JsonValue] = []
    if any(text not in own for text in _texts(document.get("data"), names)):
        parts.append("data")
    if any(_texts(document.get("extra"), frozenset())):
        parts.append("extra")
    provenance = document.get("provenance")
    if isinstance(provenance, dict) and "source" in provenance:
        parts.append("provenance.source")
    return {UNTRUSTED: parts} if parts else {}


def _texts(value: JsonValue, names: AbstractSet[str]) -> Iterator[str]:
    """Yield every text that is no time, and every name of a field that is not among `names`."""
    if isinstance(value, str):
        if parse_time(value) is None:
            yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, names)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in names:
                yield key
            yield from _texts(item, names)


def own_texts(answer: object) -> Iterator[str]:
    """Yield the texts of an answer's models that the server wrote.

    A model that the server writes says so by a class variable `quoted`: the names of those of its
    fields that repeat an upstream's text.
    """
    if isinstance(answer, list):
        for item in cast("list[object]", answer):
            yield from own_texts(item)
    elif isinstance(answer, BaseModel):
        quoted: AbstractSet[str] | None = getattr(type(answer), "quoted", None)
        for name in type(answer).model_fields:
            value: object = getattr(answer, name)
            if isinstance(value, str) and quoted is not None and name not in quoted:
                yield value
            yield from own_texts(value)


def texts_in(values: Iterable[JsonValue]) -> Iterator[str]:
    """Yield the texts among arguments, and those in lists."""
    for value in values:
        if isinstance(value, str):
            yield value
        elif isinstance(value, list):
            yield from texts_in(value)
