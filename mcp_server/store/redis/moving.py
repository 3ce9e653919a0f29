"""Moving what one key could see to another.

Piece by piece, each at once: there may be more than one script should touch. Whoever is
interrupted starts again, and finds what is left.
"""

from typing import Final, get_args

from mcp_server.store.records import Kind, NameKind, StoredSnapshot
from mcp_server.store.redis import accounts, changes, codec, keys, quota, snapshots
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.moving_jobs import move_jobs
from mcp_server.store.redis.names import added
from mcp_server.store.redis.replies import Command, pairs, value, values
from mcp_server.store.redis.wire import Wire
from mcp_server.store.rules import counted

_AT_ONCE: Final = 500


async def move(wire: Wire, old: str, new: str) -> int:
    """Give everything of `old` to `new`; return how many entries moved."""
    if old == new:
        return 0
    moved = 0
    for kind, subject in await snapshots.subjects(wire, old):
        moved += await _move_snapshots(wire, old, new, kind, subject)
    moved += await _move_accounts(wire, old, new)
    moved += await move_jobs(wire, old, new)
    moved += await _move_videos(wire, old, new)
    moved += await _move_answers(wire, old, new)
    moved += await _move_names(wire, old, new)
    await _move_quota(wire, old, new)
    if moved:
        draft = Draft()
        changes.write(draft, new)
        await draft.commit(wire)
    return moved


async def _move_snapshots(wire: Wire, old: str, new: str, kind: Kind, subject: str) -> int:
    """Move snapshots; of two of the same time, the one stored later stays."""
    found = values(await wire.one("ZRANGE", keys.snapshots(old, kind, subject), 0, -1))
    moved = 0
    for text in found:
        if text is not None:
            moved += await _move_snapshot(wire, old, new, text)
    # Empty by now, unless another replica still uses the old key.
    left = await wire.one("EXISTS", keys.snapshots(old, kind, subject))
    if left == 0:
        await wire.ask(("SREM", keys.subjects(old), codec.id_text(kind, subject)))
    return moved


async def _move_snapshot(wire: Wire, old: str, new: str, text: bytes) -> bool:
    mine = codec.snapshot_of(text)

    async def attempt(draft: Draft) -> bool:
        other = await _other(wire, draft, new, mine)
        is_moved = other is None or codec.snapshot_of(other).stored_at < mine.stored_at
        if is_moved:
            snapshots.write(draft, new, mine, other)
        draft.write("ZREM", keys.snapshots(old, mine.kind, mine.subject), text)
        return is_moved

    return await settled(wire, attempt)


async def _other(wire: Wire, draft: Draft, new: str, mine: StoredSnapshot) -> bytes | None:
    """Return the text of the snapshot of the same time."""
    at = snapshots.score(mine)
    get = ("ZRANGEBYSCORE", keys.snapshots(new, mine.kind, mine.subject), at, at)
    found = values(await wire.one(*get))
    other = found[0] if found else None
    draft.expect(get, other)
    return other


async def _move_accounts(wire: Wire, old: str, new: str) -> int:
    moved = await accounts.known(wire, old)
    if not moved:
        return 0

    async def attempt(draft: Draft) -> None:
        await accounts.remember(wire, draft, new, moved)
        for account in moved:
            draft.write("HDEL", keys.accounts(old), account.account_id)

    await settled(wire, attempt)
    return len(moved)


async def _move_videos(wire: Wire, old: str, new: str) -> int:
    moved = 0
    found = pairs(await wire.one("HGETALL", keys.videos(old)))
    for first in range(0, len(found), _AT_ONCE):
        part = found[first : first + _AT_ONCE]
        set_new: list[Command] = [("HSETNX", keys.videos(new), *one) for one in part]
        counts = await wire.ask(*set_new, ("HDEL", keys.videos(old), *(one[0] for one in part)))
        moved += sum(count for count in counts[:-1] if isinstance(count, int))
    return moved


async def _move_answers(wire: Wire, old: str, new: str) -> int:
    moved = 0
    prefix = keys.answer(old, "")
    for place, end in pairs(await wire.one("ZRANGE", keys.CACHED, 0, -1, "WITHSCORES")):
        if not place.startswith(prefix):
            continue
        target = keys.answer(new, "") + place.removeprefix(prefix)
        await wire.ask(("ZREM", keys.CACHED, place))
        if await wire.one("EXISTS", place) and await wire.one("RENAMENX", place, target):
            await wire.ask(("ZADD", keys.CACHED, end, target))
            moved += 1
        else:
            await wire.ask(("DEL", place))
    return moved


async def _move_names(wire: Wire, old: str, new: str) -> int:
    moved = 0
    for kind in get_args(NameKind):
        name = keys.names(old, kind)
        found = pairs(await wire.one("ZRANGE", name, 0, -1, "WITHSCORES"))
        if found:
            seen = [(at, word) for word, at in found]
            await wire.ask(*added(keys.names(new, kind), seen), ("DEL", name))
        moved += len(found)
    return moved


async def _move_quota(wire: Wire, old: str, new: str) -> None:
    async def attempt(draft: Draft) -> None:
        last, current = await quota.seen(wire, old), await quota.seen(wire, new)
        if last.seen_at is None:
            return
        draft.expect(("GET", keys.quota(new)), value(await wire.one("GET", keys.quota(new))))
        kept = counted(current, last.limit, last.used, last.seen_at)
        if kept is not None:
            draft.write("SET", keys.quota(new), codec.quota_text(kept))
        draft.write("DEL", keys.quota(old))

    await settled(wire, attempt)
