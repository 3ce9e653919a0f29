"""Refresh jobs, and what is needed to find them again."""

from dataclasses import replace
from datetime import datetime, timedelta

from mcp_server.errors import StoreError
from mcp_server.store.records import Job
from mcp_server.store.redis import codec, index, keys
from mcp_server.store.redis.clock import Clocks, shifted
from mcp_server.store.redis.draft import Draft, settled
from mcp_server.store.redis.replies import Command, text, texts, time, value, values
from mcp_server.store.redis.wire import Wire
from mcp_server.store.rules import JOBS_KEPT, claimed, saved
from mcp_server.store.tables.columns import micros


async def open_one(
    wire: Wire, clocks: Clocks, partition: str, job: Job, secret: bytes | None
) -> tuple[Job, bool]:
    """Write a job down unless its account has an active one; return the active one.

    Args:
        wire: The server.
        clocks: Ours and its.
        partition: Where it belongs.
        job: With a lease in our time.
        secret: Write nothing if this is no longer the store's secret, as `partition` is made by it.
    """

    async def attempt(draft: Draft) -> tuple[Job, bool]:
        place = _place(partition, job.account_id)
        now, current = await wire.ask(("TIME",), place)
        ahead = clocks.apart(time(now))
        pointer = value(current)
        other = None if pointer is None else await one(wire, clocks, partition, text(pointer))
        if other is not None:
            if not other.is_active:
                draft.stale()
            return other, other.job_id == job.job_id
        if secret is not None:
            draft.expect(("GET", keys.SECRET), secret)
        # It may point to a job that the server has dropped for want of memory.
        draft.expect(place, pointer)
        await index.write(wire, draft, partition, shifted(job, ahead))
        await index.prune(wire, draft, partition, job.created_at - JOBS_KEPT)
        return job, True

    return await settled(wire, attempt)


async def save(wire: Wire, clocks: Clocks, partition: str, job: Job) -> Job | None:
    """Write a changed job if nobody changed it since."""

    async def attempt(draft: Draft) -> Job | None:
        get, place = ("GET", keys.job(partition, job.job_id)), _place(partition, job.account_id)
        now, *found = await wire.ask(("TIME",), get, place)
        stored, current = values(found)
        changed = None if stored is None else saved(codec.job_of(stored), job)
        if changed is None:
            return None
        draft.expect(get, stored)
        draft.expect(place, current)
        is_current = current is not None and text(current) == job.job_id
        if changed.is_active and not is_current:
            raise StoreError("An ended refresh cannot go on.", retryable=False)
        await index.write(wire, draft, partition, changed)
        if is_current and not changed.is_active:
            draft.write("HDEL", keys.active(partition), job.account_id)
        return shifted(changed, -clocks.apart(time(now)))

    return await settled(wire, attempt)


async def claim(
    wire: Wire,
    clocks: Clocks,
    partition: str,
    job_id: str,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
) -> Job | None:
    """Take a job, or renew the lease; `now` is only what our clock shows."""

    async def attempt(draft: Draft) -> Job | None:
        get = ("GET", keys.job(partition, job_id))
        answered, found = await wire.ask(("TIME",), get)
        stored = value(found)
        servers_now = clocks.servers(time(answered))
        taken = None if stored is None else claimed(codec.job_of(stored), owner, servers_now, lease)
        if taken is None:
            return None
        draft.expect(get, stored)
        draft.write("SET", keys.job(partition, job_id), codec.job_text(taken))
        if taken.owner != owner:
            return None
        return replace(taken, lease_until=now + lease)

    return await settled(wire, attempt)


async def release(wire: Wire, partition: str, job_id: str, owner: str) -> None:
    """Free a job of this owner."""

    async def attempt(draft: Draft) -> None:
        get = ("GET", keys.job(partition, job_id))
        stored = value(await wire.one(*get))
        job = None if stored is None else codec.job_of(stored)
        if job is not None and job.owner == owner:
            draft.expect(get, stored)
            free = replace(job, owner=None, lease_until=None)
            draft.write("SET", keys.job(partition, job_id), codec.job_text(free))

    await settled(wire, attempt)


async def one(wire: Wire, clocks: Clocks, partition: str, job_id: str) -> Job | None:
    """Return a job in any state."""
    found = await _read(wire, clocks, partition, [job_id])
    return found[0] if found else None


async def active_of(wire: Wire, clocks: Clocks, partition: str, account_id: str) -> Job | None:
    """Return the account's active job."""
    job_id = value(await wire.one(*_place(partition, account_id)))
    job = None if job_id is None else await one(wire, clocks, partition, text(job_id))
    return job if job is not None and job.is_active else None


async def last_of(wire: Wire, clocks: Clocks, partition: str, account_id: str) -> Job | None:
    """Return the account's job that finished last."""
    mark = value(await wire.one("HGET", keys.last(partition), account_id))
    return None if mark is None else await one(wire, clocks, partition, index.marked(mark))


async def active(wire: Wire, clocks: Clocks, partition: str) -> list[Job]:
    """Return every active job, oldest first."""
    found = await _read(
        wire, clocks, partition, texts(await wire.one("HVALS", keys.active(partition)))
    )
    return sorted(
        (job for job in found if job.is_active), key=lambda job: (job.created_at, job.job_id)
    )


async def active_or_posted_since(
    wire: Wire, clocks: Clocks, partition: str, since: datetime
) -> list[Job]:
    """Return every active job and every one posted since."""
    first, second = await wire.ask(
        ("HVALS", keys.active(partition)),
        ("ZRANGEBYSCORE", keys.posted(partition), micros(since), "+inf"),
    )
    return await _read(wire, clocks, partition, [*{*texts(first), *texts(second)}])


async def durations(wire: Wire, partition: str, limit: int) -> list[float]:
    """Return the seconds that the latest jobs took from POSTED to DONE."""
    if limit <= 0:
        return []
    found = await wire.one("ZREVRANGE", keys.durations(partition), 0, limit - 1)
    return [int(one.partition(" ")[0]) / 1_000_000 for one in texts(found)]


def _place(partition: str, account_id: str) -> Command:
    return ("HGET", keys.active(partition), account_id)


async def _read(wire: Wire, clocks: Clocks, partition: str, job_ids: list[str]) -> list[Job]:
    if not job_ids:
        return []
    now, found = await wire.ask(
        ("TIME",), ("MGET", *(keys.job(partition, job_id) for job_id in job_ids))
    )
    ahead = clocks.apart(time(now))
    stored = [job for job in values(found) if job is not None]
    return [shifted(codec.job_of(job), -ahead) for job in stored]
