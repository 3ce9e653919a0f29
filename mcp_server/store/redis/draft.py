"""Changes that are made only if what they build on is still so.

Decisions are made here, in Python, by the rules of every store. The server compares and writes
in one step, so that of two who decide on the same things only one gets through.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from mcp_server.errors import StoreError
from mcp_server.store.redis.replies import Argument, Command
from mcp_server.store.redis.wire import Wire

T = TypeVar("T")

_TRIES: Final = 100

# Each command comes as the number of its words, without the key, and the words. What is
# expected comes as a digest, which is shorter than a body.
_SCRIPT: Final = """
local at, key = 2, 0
local function take()
    local words, count = {}, tonumber(ARGV[at])
    for i = 1, count do words[i] = ARGV[at + i] end
    at, key = at + count + 1, key + 1
    table.insert(words, 2, KEYS[key])
    return words
end
for _ = 1, tonumber(ARGV[1]) do
    local found = redis.call(unpack(take()))
    if type(found) == 'table' then found = found[1] end
    if (found and redis.sha1hex(found) or '') ~= ARGV[at] then return 0 end
    at = at + 1
end
while key < #KEYS do redis.call(unpack(take())) end
return 1
"""
_DIGEST: Final = hashlib.sha1(_SCRIPT.encode(), usedforsecurity=False).hexdigest()


class Draft:
    """Checks and writes of one attempt; every command is about one key, its second word."""

    def __init__(self) -> None:
        self._checks: list[tuple[Command, str]] = []
        self._writes: list[Command] = []
        self._is_stale = False

    def expect(self, command: Command, found: bytes | None) -> None:
        """Write nothing unless `command` still finds this; of a list, the first counts."""
        digest = "" if found is None else hashlib.sha1(found, usedforsecurity=False).hexdigest()
        self._checks.append((command, digest))

    def write(self, *command: Argument) -> None:
        """Do this if all is as expected."""
        self._writes.append(command)

    def stale(self) -> None:
        """Say that what was read does not fit together: it has changed in between."""
        self._is_stale = True

    async def commit(self, wire: Wire) -> bool:
        """Write all or nothing; False if something is not as expected.

        Raises:
            StoreError: There was no answer, so that nobody knows; or a refusal.
        """
        if self._is_stale:
            return False
        if not self._writes:
            return True
        keys = [str(command[1]) for command, _ in self._checks]
        keys += [str(command[1]) for command in self._writes]
        words: list[Argument] = [len(self._checks)]
        for command, digest in self._checks:
            words += [*_without_key(command), digest]
        for command in self._writes:
            words += _without_key(command)
        is_done = await wire.run(_SCRIPT, _DIGEST, keys, tuple(words)) == 1
        wire.outage.wrote()
        return is_done


def _without_key(command: Command) -> Command:
    return (len(command) - 1, command[0], *command[2:])


async def settled(wire: Wire, attempt: Callable[[Draft], Awaitable[T]]) -> T:
    """Make attempts until one is written; whoever got in between has written, so it ends.

    Raises:
        StoreError: The store cannot be used.
    """
    for _ in range(_TRIES):
        draft = Draft()
        result = await attempt(draft)
        if await draft.commit(wire):
            return result
    raise StoreError("The store is too busy.", retryable=True)
