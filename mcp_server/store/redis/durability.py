"""Whether the server keeps what it was given: without that, a refresh could be sent twice."""

import logging
from typing import Final

from mcp_server.errors import StoreError
from mcp_server.store.redis.replies import text
from mcp_server.store.redis.wire import Wire

# Only kept answers have an end, so these may make room by dropping them.
_HARMLESS: Final = ("noeviction", "volatile-")

log = logging.getLogger(__name__)


async def check(wire: Wire) -> None:
    """Say in the log what an operator should change; a server that tells nothing is used too."""
    try:
        told = text(await wire.one("INFO", "everything"))
    except StoreError:
        log.warning(
            "Whether the store's Redis keeps what it is given could not be checked: see that it "
            "runs with appendonly yes and maxmemory-policy noeviction."
        )
        return
    facts = dict(line.split(":", 1) for line in told.splitlines() if ":" in line)
    for fault in faults(facts):
        log.warning("The store's Redis %s", fault)


def faults(facts: dict[str, str]) -> list[str]:
    """Return what is wrong with a server of these facts, from its answer to INFO."""
    found: list[str] = []
    if facts.get("aof_enabled") == "0":
        found.append(
            "runs without appendonly yes: after a crash of it, a running refresh may be forgotten "
            "and sent again."
        )
    policy = facts.get("maxmemory_policy", "")
    if facts.get("maxmemory", "0") != "0" and not policy.startswith(_HARMLESS):
        found.append(
            f"drops any key when its memory is full (maxmemory-policy {policy}): running "
            "refreshes could be forgotten. Set noeviction or one of volatile-*."
        )
    return found
