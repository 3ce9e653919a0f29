"""Reads the times of an upstream, however it writes them, and writes them all in one way."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, TypeVar, cast

T = TypeVar("T")

_EPOCH: Final = re.compile(r"(?P<whole>[0-9]{9,10})(?P<milli>[0-9]{3})?(?:\.(?P<part>[0-9]+))?")
"""Unix time in seconds or milliseconds."""
_EARLIEST: Final = 500_000_000  # 1985: nothing here is older, and smaller numbers count something
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}")
_NAMED_A_TIME: Final = re.compile(
    r"\w+_at|\w*[a-z]At|(?:\w+_)?date|create_?[tT]ime|last_updated|last_used|timestamp|as_of"
)


def parse_time(text: str | None) -> datetime | None:
    """Read a time as an aware UTC instant; None if there is none or it is unreadable.

    ISO 8601, or Unix seconds or milliseconds in digits. A time without a zone is taken as UTC,
    the only zone both APIs use.
    """
    if text is None:
        return None
    text = text.strip()
    if (digits := _EPOCH.fullmatch(text)) is not None:
        return _from_epoch(digits)
    if text.isdigit() and _DATE.fullmatch(text) is None:
        return None  # Python would take the first eight digits for a date
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_time(moment: datetime) -> str:
    """Write an aware instant as ISO 8601 in UTC, with fractions of a second only where it has any.

    Four digits of year always, which `strftime` does not promise.
    """
    utc = moment.astimezone(UTC).replace(tzinfo=None)
    unit = "milliseconds" if utc.microsecond % 1000 == 0 else "microseconds"
    return f"{utc.isoformat(timespec=unit if utc.microsecond else 'seconds')}Z"


def in_utc(name: str, value: T) -> T | str:
    """Return the value of a field in the one form of time, if the field is one and can be read.

    Anything else stays what it is: other fields, what cannot be read, and a bare date, which does
    not tell the hour.
    """
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return value
    if _NAMED_A_TIME.fullmatch(name) is None:
        return value
    text = str(value)
    if _DATE.fullmatch(text.strip()) is not None:
        return value
    moment = parse_time(text)
    return value if moment is None else write_time(moment)


def times_in_utc(value: T) -> T:
    """Return a JSON value whose objects have their times in the one form, at any depth."""
    if isinstance(value, list):
        return cast("T", [times_in_utc(item) for item in cast("list[object]", value)])
    if isinstance(value, Mapping):
        fields = cast("Mapping[str, object]", value)
        return cast("T", {name: times_in_utc(in_utc(name, item)) for name, item in fields.items()})
    return value


def _from_epoch(digits: re.Match[str]) -> datetime | None:
    """Read Unix time without floats, which would lose the last digits."""
    seconds = int(digits["whole"])
    if seconds < _EARLIEST:
        return None
    fraction = (digits["milli"] or "") + (digits["part"] or "")
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=int(f"{fraction:0<6}"[:6]))
