"""The quota as last seen."""

from datetime import datetime

from mcp_server.store.records import NO_QUOTA, QuotaView
from mcp_server.store.redis import codec, jobs, keys
from mcp_server.store.redis.clock import Clocks
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import value
from mcp_server.store.redis.wire import Wire
from mcp_server.store.rules import counted, month_of, viewed


async def note(
    wire: Wire, partition: str, limit: int | None, used: int | None, seen_at: datetime
) -> None:
    """Remember another look at the quota."""

    async def attempt(draft: Draft) -> None:
        get = ("GET", keys.quota(partition))
        found = value(await wire.one(*get))
        kept = counted(NO_QUOTA if found is None else codec.quota_of(found), limit, used, seen_at)
        if kept is not None:
            draft.expect(get, found)
            draft.write("SET", keys.quota(partition), codec.quota_text(kept))

    await settled(wire, attempt)


async def view(wire: Wire, clocks: Clocks, partition: str, now: datetime) -> QuotaView:
    """Return the quota as it is worth now."""
    # In this order: what happens in between then shows in the jobs.
    last = await seen(wire, partition)
    recent = await jobs.active_or_posted_since(wire, clocks, partition, month_of(now))
    return viewed(last, recent, now)


async def seen(wire: Wire, partition: str) -> QuotaView:
    """Return what was seen last, in whichever month."""
    found = value(await wire.one("GET", keys.quota(partition)))
    return NO_QUOTA if found is None else codec.quota_of(found)
