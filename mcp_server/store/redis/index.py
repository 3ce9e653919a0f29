"""By which jobs are found: the active one, those posted, the last to end, how long they took."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from mcp_server.store.records import Job, JobState
from mcp_server.store.redis import codec, keys
from mcp_server.store.redis.draft import Draft
from mcp_server.store.redis.replies import Command, text, texts, value
from mcp_server.store.redis.wire import Wire
from mcp_server.store.tables.columns import micros
from mcp_server.store.tables.jobs import DURATIONS_KEPT

_PRUNED_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, order=True)
class _Mark:
    """When a job ended, to find the last one."""

    finished: int
    created: int
    job_id: str

    def __str__(self) -> str:
        return f"{self.finished} {self.created} {self.job_id}"


def _mark(found: bytes) -> _Mark:
    finished, created, job_id = text(found).split(" ", 2)
    return _Mark(int(finished), int(created), job_id)


def marked(found: bytes) -> str:
    """Return the job of a mark."""
    return _mark(found).job_id


async def write(wire: Wire, draft: Draft, partition: str, job: Job) -> None:
    """Write a job, and everything by which it is found."""
    draft.write("SET", keys.job(partition, job.job_id), codec.job_text(job))
    if job.is_active:
        draft.write("HSET", keys.active(partition), job.account_id, job.job_id)
    if job.posted_at is not None:
        draft.write("ZADD", keys.posted(partition), micros(job.posted_at), job.job_id)
    if job.is_active or job.finished_at is None:
        return
    end = micros(job.finished_at)
    mark = _Mark(end, micros(job.created_at), job.job_id)
    await _write_end(wire, draft, partition, job.account_id, mark)
    if job.state is JobState.DONE and job.posted_at is not None:
        took = end - micros(job.posted_at)
        draft.write("ZADD", keys.durations(partition), end, f"{took} {job.job_id}")
        draft.write(*newest_durations(partition))


def newest_durations(partition: str) -> Command:
    """Return the command that drops all but the newest."""
    return ("ZREMRANGEBYRANK", keys.durations(partition), 0, -DURATIONS_KEPT - 1)


async def _write_end(wire: Wire, draft: Draft, partition: str, account_id: str, new: _Mark) -> None:
    """Note that a job ended: as its account's last, unless another ended later."""
    get = ("HGET", keys.last(partition), account_id)
    found = value(await wire.one(*get))
    draft.expect(get, found)
    known = None if found is None else _mark(found)
    if known is None or known < new:
        draft.write("HSET", keys.last(partition), account_id, str(new))
    if known is not None and known.job_id != new.job_id:
        first = min(known, new)
        draft.write("ZADD", keys.superseded(partition), first.finished, first.job_id)


async def prune(wire: Wire, draft: Draft, partition: str, before: datetime) -> None:
    """Drop some of the jobs that ended before, except the last of each account."""
    name = keys.superseded(partition)
    old = await wire.one(
        *("ZRANGEBYSCORE", name, "-inf", f"({micros(before)}"), "LIMIT", 0, _PRUNED_AT_ONCE
    )
    for job_id in texts(old):
        draft.write("DEL", keys.job(partition, job_id))
        draft.write("ZREM", name, job_id)
        draft.write("ZREM", keys.posted(partition), job_id)
