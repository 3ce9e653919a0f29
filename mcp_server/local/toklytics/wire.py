"""How Toklytics writes things: the envelopes of answers and errors, times, pages of a list."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from starlette.responses import JSONResponse, Response

from mcp_server.local.config import LocalConfig

DOCS: Final = "https://toklytics.app/docs/api"
MAX_LIMIT: Final = 50
COUNTED: Final = 10_000
"""Totals are counted so far; beyond, the answer says that there are more."""

INCOMPLETE: Final = "incomplete: an import is running or was cut short, and its figures are missing"
_SOURCES: Final = {
    "sample": "Tokmetrics local (sample, synthetic)",
    "own": "Tokmetrics local (own data)",
}

Object = Mapping[str, object]


class ApiError(Exception):
    """An answer that is an error: its status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


def invalid(name: str, allowed: str) -> ApiError:
    """Return the error for a parameter that has no such value; the value is not repeated."""
    return ApiError(400, "INVALID_PARAMETER", f"{name} must be {allowed}.")


def missing(name: str) -> ApiError:
    """Return the error for a parameter that has to be sent."""
    return ApiError(400, "MISSING_PARAMETER", f"{name} is required.")


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list was asked for."""

    number: int
    limit: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.limit


@dataclass(frozen=True, slots=True)
class Found:
    """The ids of one page, and what is known of the whole list."""

    ids: Sequence[int]
    total: int
    capped: bool
    """Whether the total is only a lower bound."""
    has_more: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation found."""

    data: object
    pagination: Object | None = None
    meta: Mapping[str, object] = field(default_factory=dict[str, object])


def listed(rows: Sequence[object], found: Found, page: Page, meta: Object | None = None) -> Answer:
    """Return one page of rows; a total that was not counted to the end says so in `meta`."""
    total = found.total
    if found.ids:
        total = max(total, page.offset + len(found.ids) + found.has_more)
    pagination = {
        "page": page.number,
        "limit": page.limit,
        "total": total,
        "total_pages": -(-total // page.limit),
        "has_more": found.has_more,
    }
    return Answer(rows, pagination, {**(meta or {}), "total_is_capped": found.capped})


@dataclass(frozen=True, slots=True)
class Figures:
    """What holds for all stored figures while an answer is made."""

    version: int
    """Of the formulas by which they were computed."""
    incomplete: bool = False
    """Whether some are not computed yet, since an import is running or was interrupted."""


def success(config: LocalConfig, request_id: str, answer: Answer, figures: Figures) -> Response:
    """Return an answer under the envelope of the API.

    Where figures are incomplete, their basis says so too: it is what reaches the reader.
    """
    body: dict[str, object] = {"data": answer.data}
    if answer.pagination is not None:
        body["pagination"] = answer.pagination
    meta = {**_meta(config, request_id), "metrics_version": figures.version, **answer.meta}
    body["meta"] = {**meta, **_incomplete(meta)} if figures.incomplete else meta
    return JSONResponse(body)


def _incomplete(meta: Object) -> Object:
    basis = meta.get("basis")
    said = f"{basis}; {INCOMPLETE}" if isinstance(basis, str) else INCOMPLETE
    return {"incomplete": True, "basis": said}


def failure(config: LocalConfig, request_id: str, error: ApiError) -> Response:
    """Return an error under the envelope of the API."""
    body = {
        "error": {"code": error.code, "message": str(error), "docs": DOCS},
        "meta": _meta(config, request_id),
    }
    return JSONResponse(body, error.status)


def _meta(config: LocalConfig, request_id: str) -> dict[str, object]:
    return {
        "source": _SOURCES[config.world],
        "api_version": "v1",
        "request_id": request_id,
    }


def iso(seconds: int | None) -> str | None:
    """Return a time as `2026-02-10T09:15:00Z`."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
