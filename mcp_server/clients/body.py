"""The bytes of an answer as JSON, or a reason why not."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Generic, TypeVar

from pydantic import JsonValue

from mcp_server.errors import ErrorCode
from mcp_server.models.pagination import Pagination

T = TypeVar("T")

MAX_DEPTH = 64
"""Levels of lists and objects; the models and the JSON writer recurse, and Python's stack ends."""

_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class BadAnswerError(ValueError):
    """A success that holds nothing usable; the transport turns it into a catalogue error."""

    def __init__(self, code: ErrorCode = ErrorCode.UPSTREAM_MALFORMED) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Content(Generic[T]):
    """What a body says, without what the headers say."""

    data: T
    pagination: Pagination | None = None
    meta: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


def decode(content: bytes) -> JsonValue:
    """Decode a body.

    NaN and infinities, which are no JSON, become null; lone surrogates, which cannot be encoded
    again, become replacement characters; integers keep all their digits.

    Raises:
        BadAnswerError: The body is empty, cut off, nested too deeply or no JSON at all.
    """
    try:
        text = content.decode("utf-8-sig")
        value: JsonValue = json.loads(text, parse_constant=_nothing, parse_float=_finite)
        if not _is_shallow(value):
            raise BadAnswerError
        # Walking every text is dear, and only an escape brings a surrogate into valid UTF-8.
        return _mend(value) if _SURROGATE_ESCAPE.search(content) else value
    except (ValueError, RecursionError):
        raise BadAnswerError from None


def _is_shallow(value: JsonValue) -> bool:
    """Whether no level lies below `MAX_DEPTH`; level by level, so that nothing recurses."""
    level: list[JsonValue] = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for outer in level
            if isinstance(outer, list | dict)
            for item in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(item, list | dict)
        ]
        if not level:
            return True
    return False


def decode_or_none(content: bytes) -> JsonValue:
    """Decode the body of a failure, where an unreadable one is as good as none."""
    try:
        return decode(content)
    except BadAnswerError:
        return None


def _nothing(_constant: str) -> None:
    return None


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if isfinite(number) else None


def _mend(value: JsonValue) -> JsonValue:
    if isinstance(value, str):
        return _mend_text(value)
    if isinstance(value, list):
        return [_mend(item) for item in value]
    if isinstance(value, dict):
        return {_mend_text(name): _mend(item) for name, item in value.items()}
    return value


def _mend_text(text: str) -> str:
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
