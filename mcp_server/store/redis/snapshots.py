"""Snapshots: of each subject one sorted set, in which a text stands at its time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from mcp_server.store.records import Kind, StoredSnapshot
from mcp_server.store.redis import changes, codec, keys
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import Argument, text, texts, value, values
from mcp_server.store.redis.wire import Wire
from mcp_server.store.rules import completed, record_ids, told
from mcp_server.store.tables.columns import micros

UNTIMED: Final = "-inf"
"""The score of a snapshot without a time: before all others."""


async def put(wire: Wire, partition: str, snapshot: StoredSnapshot) -> bool:
    """Keep a snapshot; True if it is news."""

    async def attempt(draft: Draft) -> bool:
        name = keys.snapshots(partition, snapshot.kind, snapshot.subject)
        at = score(snapshot)
        get = ("ZRANGEBYSCORE", name, at, at)
        found = values(await wire.one(*get))
        known = found[0] if found else None
        before = None if known is None else codec.snapshot_of(known)
        kept, is_news = _kept(snapshot, before)
        if kept is None:
            return False
        draft.expect(get, known)
        write(draft, partition, kept, known)
        if not is_news:
            return False
        if kept.kind == "videos" and kept.account_id is not None:
            _write_videos(draft, partition, kept.account_id, record_ids(snapshot.body))
        changes.write(draft, partition, kept.account_id, kept.kind)
        return True

    return await settled(wire, attempt)


def _kept(new: StoredSnapshot, known: StoredSnapshot | None) -> tuple[StoredSnapshot | None, bool]:
    """Return what to write, None if what is stored is the same or later, and whether it is news."""
    if known is None:
        return new, True
    if known.stored_at > new.stored_at:
        return None, False
    body = completed(new.kind, new.body, known.body)
    basis = told(new.basis, known.basis)
    if codec.dumped(body) != codec.dumped(known.body):
        return replace(new, body=body, basis=basis), True
    # The same figures are no news; on what they rest may have become known.
    return (None if basis == known.basis else replace(known, basis=basis)), False


def score(snapshot: StoredSnapshot) -> str:
    """Return where a snapshot stands in its set."""
    return UNTIMED if snapshot.scraped_at is None else str(micros(snapshot.scraped_at))


def write(draft: Draft, partition: str, snapshot: StoredSnapshot, known: bytes | None) -> None:
    """Write a snapshot in place of the one of its time."""
    name = keys.snapshots(partition, snapshot.kind, snapshot.subject)
    # What needs room comes first: a full server refuses only the first write of a script.
    draft.write("ZADD", name, score(snapshot), codec.snapshot_text(snapshot))
    if known is not None:
        draft.write("ZREM", name, known)
    draft.write("SADD", keys.subjects(partition), codec.id_text(snapshot.kind, snapshot.subject))


def _write_videos(draft: Draft, partition: str, account_id: str, records: Sequence[str]) -> None:
    if records:
        fields = [word for record_id in records for word in (record_id, account_id)]
        draft.write("HSET", keys.videos(partition), *fields)


async def video_account(wire: Wire, partition: str, record_id: str) -> str | None:
    """Return the account whose stored videos hold this record."""
    found = value(await wire.one("HGET", keys.videos(partition), record_id))
    return None if found is None else text(found)


async def at(
    wire: Wire, partition: str, kind: Kind, subject: str, scraped_at: datetime
) -> StoredSnapshot | None:
    """Return the one of this time, else the newest of this second."""
    second = scraped_at.replace(microsecond=0)
    found = await _selected(
        wire,
        *("ZRANGEBYSCORE", keys.snapshots(partition, kind, subject)),
        *(micros(second), f"({micros(second + timedelta(seconds=1))}"),
    )
    exact = [one for one in found if one.scraped_at == scraped_at]
    return next(iter(exact or found[-1:]), None)


async def between(
    wire: Wire,
    partition: str,
    kind: Kind,
    subject: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[StoredSnapshot]:
    """Return the newest `limit` of a span, by rising time."""
    newest_first = await _selected(
        wire,
        *("ZREVRANGEBYSCORE", keys.snapshots(partition, kind, subject)),
        *("+inf" if until is None else micros(until), UNTIMED if since is None else micros(since)),
        *("LIMIT", 0, -1 if limit is None else limit),
    )
    return newest_first[::-1]


async def _selected(wire: Wire, *command: Argument) -> list[StoredSnapshot]:
    found = values(await wire.one(*command))
    return [codec.snapshot_of(one) for one in found if one is not None]


async def prune(wire: Wire, partition: str, before: datetime) -> int:
    """Drop what was collected before, except the newest of each subject."""
    dropped = 0
    for kind, subject in await subjects(wire, partition):
        name = keys.snapshots(partition, kind, subject)
        newest = texts(await wire.one("ZREVRANGE", name, 0, 0, "WITHSCORES"))
        if not newest or newest[1] == UNTIMED:
            continue
        # The newest may be replaced meanwhile, but only by one of its time or a later one.
        end = min(float(micros(before)), float(newest[1]))
        counts = await wire.ask(("ZREMRANGEBYSCORE", name, f"({UNTIMED}", f"({end:.0f}"))
        counts += await _prune_untimed(wire, name, before)
        dropped += sum(count for count in counts if isinstance(count, int))
    return dropped


async def _prune_untimed(wire: Wire, name: str, before: datetime) -> list[int]:
    found = await _selected(wire, "ZRANGEBYSCORE", name, UNTIMED, UNTIMED)
    removed = [
        await wire.one("ZREM", name, codec.snapshot_text(one))
        for one in found
        if one.stored_at < before
    ]
    return [count for count in removed if isinstance(count, int)]


async def subjects(wire: Wire, partition: str) -> list[tuple[Kind, str]]:
    """Return what there are snapshots of."""
    found = values(await wire.one("SMEMBERS", keys.subjects(partition)))
    return sorted(codec.id_of(one) for one in found if one is not None)
