"""How TokPortal writes things: the envelopes, the errors, times, and the pages of a list."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.datastructures import QueryParams
from starlette.responses import JSONResponse, Response

Json: TypeAlias = (
    "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"  # a JSON value
)

MAX_PER_PAGE: Final = 100
_WHOLE: Final = re.compile(r"[0-9]{1,9}")


class ApiError(Exception):
    """An answer that is an error: the body's code, message and details, and the status."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Mapping[str, Json] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.headers = headers

    def response(self) -> Response:
        """Return the error as it is sent."""
        error: dict[str, Json] = {"code": self.code, "message": str(self)}
        if self.details is not None:
            error["details"] = self.details
        return JSONResponse({"error": error}, self.status, headers=self.headers)


def invalid(parameter: str, allowed: str) -> ApiError:
    """Return the error for a parameter that has no such value."""
    return ApiError(
        400,
        "INVALID_PARAMETER",
        f"{parameter} must be {allowed}.",
        details={"parameter": parameter, "allowed": allowed},
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list was asked for."""

    number: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before it."""
        return (self.number - 1) * self.size

    def answer(
        self, rows: Sequence[Json], total: int, *, meta: Mapping[str, Json] | None = None
    ) -> Response:
        """Return the rows of this page under the envelope of a list."""
        pagination = {
            "page": self.number,
            "per_page": self.size,
            "total": total,
            "total_pages": -(-total // self.size),
        }
        return JSONResponse({"data": rows, "pagination": pagination, **_beside(meta)})


def page_of(query: QueryParams, *, default: int) -> Page:
    """Read `page` and `per_page`.

    Raises:
        ApiError: One of them is no number in its range.
    """
    return Page(
        _whole(query, "page", default=1, most=None),
        _whole(query, "per_page", default=default, most=MAX_PER_PAGE),
    )


def choice(query: QueryParams, name: str, allowed: Sequence[str]) -> str | None:
    """Read a parameter that has a few allowed values; `None` where it is not sent.

    Raises:
        ApiError: The value is none of them.
    """
    value = query.get(name)
    if value is not None and value not in allowed:
        raise invalid(name, "one of " + ", ".join(allowed))
    return value


def answer(data: Json, *, meta: Mapping[str, Json] | None = None) -> Response:
    """Return one object under its envelope; `meta`, which only a local answer has, beside it."""
    return JSONResponse({"data": data, **_beside(meta)})


def _beside(meta: Mapping[str, Json] | None) -> dict[str, Json]:
    return {} if meta is None else {"meta": meta}


def encoded(value: Json) -> str:
    """Return a body as it is stored to be sent again."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def iso(seconds: int | None) -> str | None:
    """Return a time as `2026-02-10T09:15:00Z`."""
    return None if seconds is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _whole(query: QueryParams, name: str, *, default: int, most: int | None) -> int:
    text = query.get(name)
    if text is None:
        return default
    number = int(text) if _WHOLE.fullmatch(text) else 0
    if number < 1 or (most is not None and number > most):
        raise invalid(name, f"a whole number from 1{f' to {most}' if most else ''}")
    return number
