"""What goes to the server and comes back, in the older of its two protocols."""

from datetime import datetime
from typing import TypeAlias, cast

from mcp_server.errors import StoreError
from mcp_server.store.tables.columns import moment

Argument: TypeAlias = str | bytes | int
Command: TypeAlias = tuple[Argument, ...]
"""The command's name, the one key that it is about, if any, and the rest."""
Reply: TypeAlias = "int | bytes | list[Reply] | None"

_HOW = "surrogatepass"  # upstream texts may hold what UTF-8 proper cannot


def encoded(argument: Argument) -> bytes:
    """Return an argument as it is sent."""
    if isinstance(argument, bytes):
        return argument
    return str(argument).encode("utf-8", _HOW)


def text(reply: Reply) -> str:
    """Return a value that is there.

    Raises:
        StoreError: It is something else.
    """
    if isinstance(reply, bytes):
        return reply.decode("utf-8", _HOW)
    raise foreign()


def value(reply: Reply) -> bytes | None:
    """Return a value, if there is one.

    Raises:
        StoreError: It is something else.
    """
    if reply is None or isinstance(reply, bytes):
        return reply
    raise foreign()


def values(reply: Reply) -> list[bytes | None]:
    """Return a list of values, each of which may be missing.

    Raises:
        StoreError: It is something else.
    """
    if isinstance(reply, list):
        return [value(one) for one in reply]
    raise foreign()


def texts(reply: Reply) -> list[str]:
    """Return a list of values that are there.

    Raises:
        StoreError: It is something else.
    """
    return [text(one) for one in values(reply)]


def pairs(reply: Reply) -> list[tuple[str, str]]:
    """Return what comes as a flat list of names and values.

    Raises:
        StoreError: It is something else.
    """
    found = texts(reply)
    return list(zip(found[::2], found[1::2], strict=True))


def lists(reply: Reply) -> list[list[Reply]]:
    """Return a list of lists.

    Raises:
        StoreError: It is something else.
    """
    if isinstance(reply, list) and all(isinstance(one, list) for one in reply):
        return cast("list[list[Reply]]", reply)
    raise foreign()


def time(reply: Reply) -> datetime:
    """Return what the server's clock shows, from its answer to TIME.

    Raises:
        StoreError: It is something else.
    """
    seconds, micros = texts(reply)
    return moment(int(seconds) * 1_000_000 + int(micros))


def foreign() -> StoreError:
    """Return the error of a key that does not hold what it should."""
    return StoreError(
        "The store's Redis holds something else under its keys: the operator should give it a "
        "database of its own.",
        retryable=False,
    )
