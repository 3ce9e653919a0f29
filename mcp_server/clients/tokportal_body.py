"""Reads TokPortal's envelope: `{data, pagination?}`, always with `data`."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from pydantic import JsonValue

from mcp_server.clients.body import BadAnswerError, Content
from mcp_server.errors import ErrorCode
from mcp_server.models.account import RefreshReceipt
from mcp_server.models.base import Tolerant
from mcp_server.models.pagination import PagePagination

M = TypeVar("M", bound=Tolerant)


def read_object(model: type[M]) -> Callable[[JsonValue], Content[M]]:
    """Return a reader of one object; an empty one counts as no data."""

    def read(body: JsonValue) -> Content[M]:
        data = _data(body)
        if data == {}:
            raise BadAnswerError(ErrorCode.UPSTREAM_NO_DATA)
        return Content(model.model_validate(data), meta=_meta(body))

    return read


def read_rows(model: type[M]) -> Callable[[JsonValue], Content[list[M]]]:
    """Return a reader of a page of rows."""

    def read(body: JsonValue) -> Content[list[M]]:
        data = _data(body)
        if not isinstance(data, list):
            raise BadAnswerError
        rows = [model.model_validate(row) for row in data]
        return Content(rows, _pagination(body), _meta(body))

    return read


def read_receipt(body: JsonValue) -> Content[RefreshReceipt]:
    """Read the answer to a refresh; the marks of a dry run may stand beside the data."""
    beside = body if isinstance(body, Mapping) else {}
    marks = {name: beside[name] for name in ("dry_run", "dry_run_notice") if name in beside}
    if marks.get("dry_run") is True and beside.get("data") is None:
        return Content(RefreshReceipt.model_validate(marks))
    data = _data(body)
    if not isinstance(data, dict):
        raise BadAnswerError
    return Content(RefreshReceipt.model_validate({**marks, **data}))


def _meta(body: JsonValue) -> Mapping[str, JsonValue]:
    """Return what only the local upstream says beside the data."""
    meta = body.get("meta") if isinstance(body, Mapping) else None
    return meta if isinstance(meta, Mapping) else {}


def _data(body: JsonValue) -> JsonValue:
    if not isinstance(body, Mapping):
        raise BadAnswerError
    data = body.get("data")
    if data is None:
        raise BadAnswerError(ErrorCode.UPSTREAM_NO_DATA)
    return data


def _pagination(body: JsonValue) -> PagePagination | None:
    pagination = body.get("pagination") if isinstance(body, Mapping) else None
    return PagePagination.model_validate(pagination) if isinstance(pagination, Mapping) else None
