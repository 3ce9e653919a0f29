"""How values stand in columns: times as whole microseconds, bodies as JSON."""

import json
from datetime import UTC, datetime, timedelta
from typing import Final, TypeAlias, cast

from mcp_server.store.records import Body

Value: TypeAlias = str | int | bytes | None

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """Return an aware time as microseconds since 1970, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


def optional_micros(moment: datetime | None) -> int | None:
    """Return a time for its column, or None."""
    return None if moment is None else micros(moment)


def moment(value: int) -> datetime:
    """Return the time of a column, in UTC."""
    return _EPOCH + timedelta(microseconds=value)


def optional_moment(value: int | None) -> datetime | None:
    """Return the time of a column that may be empty."""
    return None if value is None else moment(value)


def dumped(body: Body) -> str:
    """Return a body for its column; equal bodies give equal text, and any text can be kept."""
    return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False)


def loaded(text: str) -> Body:
    """Return the body of a column."""
    return cast("Body", json.loads(text))
