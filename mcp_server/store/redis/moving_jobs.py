"""Moving the jobs of one key to another."""

from mcp_server.store.records import Job
from mcp_server.store.redis import codec, index, keys
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import pairs, texts, value, values
from mcp_server.store.redis.wire import Wire


async def move_jobs(wire: Wire, old: str, new: str) -> int:
    """Move every job that does not stand in the way of another; return how many."""
    lasting, others = await _all(wire, old)
    moved = sum([await _move(wire, old, new, job_id, is_last=True) for job_id in lasting])
    moved += sum([await _move(wire, old, new, job_id, is_last=False) for job_id in others])
    took = pairs(await wire.one("ZRANGE", keys.durations(old), 0, -1, "WITHSCORES"))
    if took:
        words = [word for one in took for word in reversed(one)]
        await wire.ask(
            ("ZADD", keys.durations(new), *words),
            index.newest_durations(new),
            ("DEL", keys.durations(old)),
        )
    return moved


async def _all(wire: Wire, partition: str) -> tuple[list[str], list[str]]:
    """Return the jobs that finished last of their account, and all others."""
    active, last, superseded, posted = await wire.ask(
        ("HVALS", keys.active(partition)),
        ("HVALS", keys.last(partition)),
        ("ZRANGE", keys.superseded(partition), 0, -1),
        ("ZRANGE", keys.posted(partition), 0, -1),
    )
    lasting = {index.marked(mark) for mark in values(last) if mark is not None}
    found = {*texts(active), *texts(superseded), *texts(posted)}
    return sorted(lasting), sorted(found - lasting)


async def _move(wire: Wire, old: str, new: str, job_id: str, *, is_last: bool) -> bool:
    async def attempt(draft: Draft) -> bool:
        mine = ("GET", keys.job(old, job_id))
        stored = value(await wire.one(*mine))
        if stored is None:
            return False
        job = codec.job_of(stored)
        if not await _has_room(wire, draft, new, job):
            return False
        draft.expect(mine, stored)
        await index.write(wire, draft, new, job)
        _forget(draft, old, job, is_last=is_last)
        return True

    return await settled(wire, attempt)


async def _has_room(wire: Wire, draft: Draft, new: str, job: Job) -> bool:
    same = ("GET", keys.job(new, job.job_id))
    active = ("HGET", keys.active(new), job.account_id)
    for get in (same, active) if job.is_active else (same,):
        if value(await wire.one(*get)) is not None:
            return False
        draft.expect(get, None)
    return True


def _forget(draft: Draft, partition: str, job: Job, *, is_last: bool) -> None:
    draft.write("DEL", keys.job(partition, job.job_id))
    if job.is_active:
        draft.write("HDEL", keys.active(partition), job.account_id)
    if is_last:
        draft.write("HDEL", keys.last(partition), job.account_id)
    draft.write("ZREM", keys.superseded(partition), job.job_id)
    draft.write("ZREM", keys.posted(partition), job.job_id)
