"""Single values as real exports write them. What cannot be understood is `None`, never zero."""

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from mcp_server.local.importers.items import JsonValue

_LARGEST_COUNT: Final = 10**15
_LARGEST_DIGITS: Final = 16
_UNITS: Final = {
    "k": 10**3,
    "m": 10**6,
    "b": 10**9,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "tsd": 10**3,
    "mil": 10**3,
    "тыс": 10**3,
    "mio": 10**6,
    "mln": 10**6,
    "млн": 10**6,
    "mrd": 10**9,
    "млрд": 10**9,
}
"""What TikTok's own pages write behind a number, in the languages that separate it by spaces."""
_JOINED_UNITS: Final = {
    "千": 10**3,
    "천": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "만": 10**4,
    "亿": 10**8,
    "億": 10**8,
    "억": 10**8,
}
"""The same where a word may follow at once, as in `1.2万回`."""
_COUNT = re.compile(
    r"(?P<number>[+-]?\d[\d.,'\u00a0\u202f ]*?(?:[eE][+-]?\d+)?)"
    rf"\s*(?P<unit>(?:{'|'.join(_UNITS)})(?![^\W\d_])\.?|[{''.join(_JOINED_UNITS)}])?"
    r"\s*(?P<word>[^\W\d_]+)?",
    re.IGNORECASE,
)
_WHOLE: Final = r"\d+|\d{1,3}(?P<mark>[,.'\u00a0\u202f ])\d{3}(?:(?P=mark)\d{3})*"
_GROUPED = re.compile(rf"[+-]?(?:{_WHOLE})")
_FRACTION = re.compile(
    rf"(?P<whole>[+-]?(?:{_WHOLE}))(?P<point>[.,])(?P<rest>\d+(?:[eE][+-]?\d+)?)"
)
_POWER = re.compile(r"[+-]?\d+[eE][+-]?\d+")
_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,3}):(\d{2})(?:\.\d+)?")
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s|sec|seconds)?")
_YES: Final = frozenset({"true", "1", "yes", "y", "t"})
_NO: Final = frozenset({"false", "0", "no", "n", "f"})
ABSENT: Final = frozenset({"", "null", "none", "nan", "n/a", "undefined", "-"})
"""What files write where there is nothing, in lower case."""


def text(value: JsonValue) -> str | None:
    """Return a trimmed text that SQLite can store, or `None` for nothing.

    JSON may hold half of a surrogate pair, which no UTF-8 file can; it becomes a `?`.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    clean = str(value).replace("\x00", "").strip()
    if not clean.isascii():
        clean = clean.encode("utf-8", "replace").decode("utf-8")
    return clean or None


def word(value: JsonValue) -> str | None:
    """Return a text, or `None` where it only says that there is none (`null`, `NaN`, `n/a`)."""
    found = text(value)
    return None if found is None or found.lower() in ABSENT else found


def count(value: JsonValue) -> int | None:
    """Read a count: `541200`, `"541200"`, `541.2K`, `1,4M`, `1.2万`, `1,234`, `3 videos`.

    Nothing, a negative number or something unreadable is `None`, and so is a fraction of what is
    no known unit: `1.2 xy` is not 1.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return _whole(Decimal(str(value)))
    if isinstance(value, str) and value.isdecimal() and len(value) < _LARGEST_DIGITS:
        return int(value)
    found = _COUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    unit = (found["unit"] or "").lower().rstrip(".")
    number = _number(found["number"].strip(), scaled=bool(unit))
    if number is None or (found["word"] and not unit and number % 1):
        return None
    return _whole(number * (_UNITS.get(unit) or _JOINED_UNITS.get(unit, 1)))


def _number(digits: str, *, scaled: bool) -> Decimal | None:
    # "1,234" is a whole number with a separator; "1,234K" can only have a decimal comma.
    fraction = _FRACTION.fullmatch(digits)
    if fraction and fraction["mark"] == fraction["point"]:
        fraction = None  # one of three groups, as in 1.234.567
    if _GROUPED.fullmatch(digits) and not (scaled and fraction):
        written = _digits_of(digits)
    elif fraction:
        written = f"{_digits_of(fraction['whole'])}.{fraction['rest']}"
    else:
        written = digits if _POWER.fullmatch(digits) else ""
    try:
        return Decimal(written)
    except InvalidOperation:
        return None


def _digits_of(grouped: str) -> str:
    return re.sub(r"[^\d+-]", "", grouped)


def _whole(number: Decimal) -> int | None:
    if not number.is_finite() or not 0 <= number <= _LARGEST_COUNT:
        return None
    return round(number)


def duration(value: JsonValue) -> int | None:
    """Read a length in seconds: `15`, `"15.4"`, `"00:15"`, `"1:02:03"`. Zero means unknown."""
    if isinstance(value, (int, float)):
        return count(value) or None
    if not isinstance(value, str):
        return None
    if clock := _CLOCK.fullmatch(value.strip()):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return (hours * 3600 + minutes * 60 + seconds) or None
    plain = _SECONDS.fullmatch(value.strip())
    return (_whole(Decimal(plain[1])) or None) if plain else None


def boolean(value: JsonValue) -> bool | None:
    """Read a yes or no, in JSON or in words."""
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower() if isinstance(value, (int, str)) else ""
    if said in _YES:
        return True
    return False if said in _NO else None
