"""Times as exports write them, and the time of a post against the one inside its id."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from mcp_server.local.importers.ids import created_at
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.values import text

_EARLIEST: Final = 1_262_304_000  # 2010
_LATEST: Final = 4_102_444_800  # 2100
_NUMBER = re.compile(r"\d{9,19}(?:\.\d+)?")
_DATE = re.compile(r"\d{4}-?\d{2}-?\d{2}")
_UTC_NAME = re.compile(r"\s*(?:UTC|GMT)$", re.IGNORECASE)
_DAY: Final = 86_400
_HALF_HOUR: Final = 1800
_LARGEST_SHIFT: Final = 14 * 3600
_TOLERANCE: Final = 120


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as it was written: some say no zone, some only the day."""

    at: int
    """Unix seconds, read as UTC where no zone is given."""
    zoned: bool = True
    dated_only: bool = False


@dataclass(frozen=True, slots=True)
class PostTime:
    """When a post was made, and where that comes from."""

    at: int | None
    from_id: bool = False
    shifted: bool = False
    """Whether the file's time was of another zone and the id told which."""


def moment(value: JsonValue) -> Moment | None:
    """Read Unix seconds or milliseconds, ISO 8601, or `YYYY-MM-DD HH:MM:SS`."""
    if isinstance(value, float):
        value = str(value)
    written = text(value)
    if written is None:
        return None
    if _NUMBER.fullmatch(written):
        return _unix(int(written.partition(".")[0]))
    zoned = _UTC_NAME.search(written) is not None
    written = _UTC_NAME.sub("", written).replace("/", "-")
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    zoned = zoned or read.tzinfo is not None
    at = int((read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp())
    if not _EARLIEST <= at <= _LATEST:
        return None
    return Moment(at, zoned=zoned, dated_only=_DATE.fullmatch(written) is not None)


def _unix(number: int) -> Moment | None:
    while number > _LATEST:  # milliseconds, microseconds, nanoseconds
        number //= 1000
    return Moment(number) if number >= _EARLIEST else None


def posted_at(video: str, given: JsonValue) -> PostTime:
    """Return when a post was made: as given, corrected or supplied by the time inside its id.

    A time without a zone that is a whole number of half hours from the id's is one of another
    time zone; a bare date is replaced by the id's time where that is near.
    """
    inside = created_at(video)
    read = moment(given)
    if read is None:
        return PostTime(inside, from_id=inside is not None)
    if inside is None or read.zoned:
        return PostTime(read.at)
    if read.dated_only:
        near = -_DAY <= inside - read.at < 2 * _DAY
        return PostTime(inside if near else read.at, from_id=near)
    shift = round((read.at - inside) / _HALF_HOUR) * _HALF_HOUR
    if shift and abs(shift) <= _LARGEST_SHIFT and abs(read.at - shift - inside) <= _TOLERANCE:
        return PostTime(read.at - shift, shifted=True)
    return PostTime(read.at)
