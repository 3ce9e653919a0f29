"""Checks of arguments before anything is sent; each refusal names the parameter."""

from collections.abc import Sequence
from math import isfinite
from typing import Final

from mcp_server.clients.paths import segment
from mcp_server.errors import InvalidArgumentError

RESERVED_WORDS: Final = frozenset({"search", "trending"})
FEWEST_COMPARED: Final = 2
MOST_COMPARED: Final = 10


def whole_number(value: int, parameter: str, *, least: int, most: int | None = None) -> int:
    """Return `value` if it lies within the bounds."""
    if value < least or (most is not None and value > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        raise InvalidArgumentError(
            "The number is out of range.", parameter=parameter, allowed=allowed
        )
    return value


def optional_count(value: int | None, parameter: str) -> int | None:
    """Return `value` if it is None or not negative."""
    return None if value is None else whole_number(value, parameter, least=0)


def amount(value: float, parameter: str, *, above: float | None = None) -> float:
    """Return `value` if it is finite and greater than `above`; without that, 0 or more."""
    if not isfinite(value) or value < 0 or (above is not None and value <= above):
        allowed = "a number of 0 or more" if above is None else f"a number greater than {above:g}"
        raise InvalidArgumentError(
            "The number cannot be used.", parameter=parameter, allowed=allowed
        )
    return value


def one_of(value: str | None, parameter: str, allowed: Sequence[str]) -> str | None:
    """Return `value` if it is None or one of the allowed words."""
    if value is not None and value not in allowed:
        raise InvalidArgumentError("The word is unknown.", parameter=parameter, allowed=allowed)
    return value


def ordered(low: int | None, high: int | None, low_name: str, high_name: str) -> None:
    """Refuse a range that is empty."""
    if low is not None and high is not None and low > high:
        raise InvalidArgumentError(
            f"{low_name} is greater than {high_name}.",
            parameter=low_name,
            allowed=f"at most {high_name}",
        )


def text_or_none(value: str | None, strip: str = "") -> str | None:
    """Return trimmed text without the given leading marks; None if nothing is left."""
    return (value or "").strip().lstrip(strip).strip() or None


def required_text(value: str, parameter: str) -> str:
    """Return trimmed text."""
    text = value.strip()
    if not text:
        raise InvalidArgumentError("The value is empty.", parameter=parameter, allowed="any text")
    return text


def public_name(value: str, parameter: str, *, marks: str) -> str:
    """Return a name as one path segment, without leading marks such as `@`.

    `search` and `trending` are refused: the API has routes of these names in the same place,
    so a request for a creator called like that would be answered with something else.
    """
    name = text_or_none(value, marks) or ""
    if name.casefold() in RESERVED_WORDS:
        raise InvalidArgumentError(
            "The API has a route of this name, so nothing called like it can be asked for.",
            parameter=parameter,
            allowed="any name but search and trending",
        )
    return segment(name, parameter)


def compared_usernames(usernames: Sequence[str]) -> list[str]:
    """Return 2 to 10 distinct names in the given order, without `@`."""
    distinct: dict[str, str] = {}
    for username in usernames:
        name = text_or_none(username, "@")
        if name is None or "," in name:
            raise InvalidArgumentError(
                "A username is empty or holds a comma.",
                parameter="usernames",
                allowed="usernames without commas",
            )
        distinct.setdefault(name.casefold(), name)
    if not FEWEST_COMPARED <= len(distinct) <= MOST_COMPARED:
        raise InvalidArgumentError(
            "The number of different usernames is out of range; case and @ make no difference.",
            parameter="usernames",
            allowed=f"{FEWEST_COMPARED} to {MOST_COMPARED} different usernames",
        )
    return list(distinct.values())
