"""How long an upstream asks to wait.

`X-RateLimit-Reset` is never used: it tells when the whole budget is back, not when one request
is possible again.
"""

from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from math import isfinite

from pydantic import JsonValue


def retry_after(header: str | None, body: JsonValue, *, now: float) -> float | None:
    """Return the larger of the header and `error.details.retry_after_seconds`, in seconds.

    TokPortal's documentation shows the two disagreeing; the larger satisfies both.

    Args:
        header: The `Retry-After` header, seconds or an HTTP date.
        body: The decoded body, of any shape.
        now: Unix seconds, to count from a date.
    """
    waits = [wait for wait in (_of_header(header, now), _of_body(body)) if wait is not None]
    return max(waits, default=None)


def _of_header(header: str | None, now: float) -> float | None:
    if header is None:
        return None
    seconds = _seconds(header.strip())
    if seconds is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, moment.timestamp() - now)


def _of_body(body: JsonValue) -> float | None:
    error = body.get("error") if isinstance(body, dict) else None
    details = error.get("details") if isinstance(error, dict) else None
    return _seconds(details.get("retry_after_seconds")) if isinstance(details, Mapping) else None


def _seconds(value: JsonValue) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if isfinite(seconds) and seconds >= 0 else None
