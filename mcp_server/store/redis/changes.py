"""What is new, in a stream that every replica reads."""

from typing import Final

from mcp_server.store.records import Change, Kind
from mcp_server.store.redis import codec, keys
from mcp_server.store.redis.draft import Draft
from mcp_server.store.redis.replies import Reply, lists, text, values
from mcp_server.store.redis.wire import Wire

KEPT: Final = 10_000
"""Changes further back are forgotten: a process that far behind reads everything anyway."""
_BITS: Final = 20
_FIELD: Final = "change"


def write(
    draft: Draft, partition: str, account_id: str | None = None, snapshot_kind: Kind | None = None
) -> None:
    """Note a new snapshot of a kind, or, without a kind, new accounts."""
    said = codec.change_text(partition, account_id, snapshot_kind)
    draft.write("XADD", keys.CHANGES, "MAXLEN", "=", KEPT, "*", _FIELD, said)


async def since(wire: Wire, seq: int) -> tuple[list[Change], bytes | None]:
    """Return what came after `seq`, and the store's secret, which changes when it was emptied."""
    mark = f"({seq >> _BITS}-{seq & (1 << _BITS) - 1}"
    found, secret = await wire.ask(("XRANGE", keys.CHANGES, mark, "+"), ("GET", keys.SECRET))
    secret_now = values([secret])[0]
    return [_change(entry) for entry in lists(found)], secret_now


async def last(wire: Wire) -> int:
    """Return the newest number."""
    found = lists(await wire.one("XREVRANGE", keys.CHANGES, "+", "-", "COUNT", 1))
    return _seq(found[0][0]) if found else 0


def _change(entry: list[Reply]) -> Change:
    fields = values(entry[1])
    return codec.change_of(_seq(entry[0]), fields[1] or b"")


def _seq(entry_id: Reply) -> int:
    """Return an id as one number that grows with it: milliseconds, and a count within one.

    By time, so that the numbers go on growing when the store has been emptied.
    """
    milliseconds, _, number = text(entry_id).partition("-")
    return (int(milliseconds) << _BITS) + int(number)
