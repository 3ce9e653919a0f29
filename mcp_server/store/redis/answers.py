"""Kept answers of a market API; the server forgets them by itself when their time is over."""

from datetime import datetime, timedelta
from typing import Final

from mcp_server.store.records import CacheEntry
from mcp_server.store.redis import keys
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import text, texts, value, values
from mcp_server.store.redis.wire import Wire
from mcp_server.store.tables.columns import dumped, loaded, micros, moment

_STORED_AT: Final = "stored_at"
_BODY: Final = "body"
_LEAST: Final = timedelta(milliseconds=1)


async def get(wire: Wire, partition: str, name: str) -> CacheEntry | None:
    """Return an answer, however old."""
    found = await wire.one("HMGET", keys.answer(partition, name), _STORED_AT, _BODY)
    stored_at, body = values(found)
    if stored_at is None or body is None:
        return None
    return CacheEntry(loaded(text(body)), moment(int(stored_at)))


async def put(
    wire: Wire, partition: str, name: str, entry: CacheEntry, *, keep_until: datetime, now: datetime
) -> None:
    """Keep an answer unless a newer one is there."""

    async def attempt(draft: Draft) -> None:
        place = keys.answer(partition, name)
        get_time = ("HGET", place, _STORED_AT)
        known = value(await wire.one(*get_time))
        if known is not None and int(known) > micros(entry.stored_at):
            return
        draft.expect(get_time, known)
        draft.write("HSET", place, _STORED_AT, micros(entry.stored_at), _BODY, dumped(entry.body))
        # By how long, not until when: the server's clock may not be ours.
        kept_for = max(keep_until - now, _LEAST)
        draft.write("PEXPIRE", place, int(kept_for / _LEAST))
        draft.write("ZADD", keys.CACHED, micros(keep_until), place)

    await settled(wire, attempt)


async def prune(wire: Wire, now: datetime) -> int:
    """Drop the answers that are kept long enough, and their places."""
    end = micros(now)
    ended = texts(await wire.one("ZRANGEBYSCORE", keys.CACHED, "-inf", end))
    for first in range(0, len(ended), 500):
        await wire.ask(("DEL", *ended[first : first + 500]))
    await wire.ask(("ZREMRANGEBYSCORE", keys.CACHED, "-inf", end))
    return len(ended)
