"""Public names that answers brought, the newest of each kind."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from mcp_server.store.records import NameKind
from mcp_server.store.redis import keys
from mcp_server.store.redis.replies import Argument, Command, pairs
from mcp_server.store.redis.wire import Wire
from mcp_server.store.tables.columns import micros
from mcp_server.store.tables.names import KEPT

_AT_ONCE: Final = 1_000


async def put(
    wire: Wire, partition: str, names: Mapping[NameKind, Sequence[str]], seen_at: datetime
) -> None:
    """Remember names of several kinds at once."""
    commands: list[Command] = []
    for kind, given in names.items():
        seen = [(str(micros(seen_at)), name) for name in given]
        commands += added(keys.names(partition, kind), seen)
    if commands:
        await wire.ask(*commands)
        wire.outage.wrote()


def added(name: str, seen: Sequence[tuple[str, str]]) -> list[Command]:
    """Return the commands that add names with their times; a later time is never lost."""
    commands: list[Command] = []
    for first in range(0, len(seen), _AT_ONCE):
        words: list[Argument] = [word for one in seen[first : first + _AT_ONCE] for word in one]
        commands.append(("ZADD", name, "GT", *words))
    if commands:
        commands.append(("ZREMRANGEBYRANK", name, 0, -KEPT - 1))
    return commands


async def known(wire: Wire, partition: str, kind: NameKind) -> list[str]:
    """Return the names of a kind, those seen last first."""
    found = pairs(await wire.one("ZRANGE", keys.names(partition, kind), 0, -1, "WITHSCORES"))
    # From the server they come by time, then name.
    return [name for name, _ in sorted(found, key=lambda one: -float(one[1]))]
