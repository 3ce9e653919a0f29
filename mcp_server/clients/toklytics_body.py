"""Reads Toklytics' answers: `{data, pagination?, meta?}` where specified, anything elsewhere.

Fifteen of the seventeen operations have no schema, so a list, an object, `{data: …}` and a bare
body are all taken there, and keys beside the data are kept under `extra`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import JsonValue

from mcp_server.clients.body import BadAnswerError, Content
from mcp_server.errors import ErrorCode
from mcp_server.models.base import Tolerant
from mcp_server.models.pagination import LimitPagination

M = TypeVar("M", bound=Tolerant)
_Object = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class _Parts:
    data: JsonValue
    pagination: LimitPagination | None
    meta: _Object
    extra: _Object

    def content_meta(self) -> _Object:
        return {**self.meta, "extra": self.extra} if self.extra else self.meta


def read_object(
    model: type[M], *, specified: bool = False, rows_field: str = "items"
) -> Callable[[JsonValue], Content[M]]:
    """Return a reader of one object.

    Args:
        model: What the object is.
        specified: Whether the contract gives a schema, so that a bare body is refused.
        rows_field: The field for the rows, if the answer is a list after all.
    """

    def read(body: JsonValue) -> Content[M]:
        parts = _split(body, specified=specified)
        data = {rows_field: parts.data} if isinstance(parts.data, list) else parts.data
        if specified and isinstance(parts.data, list):
            raise BadAnswerError
        if data == {}:
            raise BadAnswerError(ErrorCode.UPSTREAM_NO_DATA)
        return Content(model.model_validate(data), parts.pagination, parts.content_meta())

    return read


def read_rows(
    model: type[M], *, specified: bool = False
) -> Callable[[JsonValue], Content[list[M]]]:
    """Return a reader of rows: a list, or an object with one list among its values."""

    def read(body: JsonValue) -> Content[list[M]]:
        parts = _split(body, specified=specified)
        if isinstance(parts.data, dict) and not specified:
            parts = _inside(parts.data, parts)
        if not isinstance(parts.data, list):
            raise BadAnswerError
        rows = [model.model_validate(_row(row)) for row in parts.data if row is not None]
        return Content(rows, parts.pagination, parts.content_meta())

    return read


def _split(body: JsonValue, *, specified: bool) -> _Parts:
    """Take the envelope apart."""
    if isinstance(body, list) and not specified:
        return _Parts(body, None, {}, {})
    if not isinstance(body, dict):
        raise BadAnswerError
    rest = dict(body)
    pagination, meta = _take_pagination(rest), rest.pop("meta", None)
    meta = meta if isinstance(meta, dict) else {}
    bare = "data" not in rest and not specified
    data, extra = (rest, {}) if bare else (rest.pop("data", None), rest)
    if data is None or (bare and not rest):
        raise BadAnswerError(ErrorCode.UPSTREAM_NO_DATA)
    return _Parts(data, pagination, meta, extra)


def _inside(data: _Object, parts: _Parts) -> _Parts:
    """Find the rows among an object's values; the other values become extra."""
    rest = dict(data)
    pagination = parts.pagination or _take_pagination(rest)
    lists = [name for name, value in rest.items() if isinstance(value, list)]
    of_objects = [name for name in lists if _holds_objects(rest[name])]
    names = of_objects or lists
    if len(names) != 1:
        raise BadAnswerError
    rows = rest.pop(names[0])
    return _Parts(rows, pagination, parts.meta, {**parts.extra, **rest})


def _holds_objects(value: JsonValue) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _take_pagination(rest: _Object) -> LimitPagination | None:
    if not isinstance(rest.get("pagination"), dict):
        return None
    return LimitPagination.model_validate(rest.pop("pagination"))


def _row(row: JsonValue) -> JsonValue:
    """Give a bare value, such as the name of a hashtag, the form of a row."""
    return row if isinstance(row, dict) else {"value": row}
