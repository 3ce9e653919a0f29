"""Refresh jobs: each change is on the disk before it is answered."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from mcp_server.store.records import Job, JobState
from mcp_server.store.rules import JOBS_KEPT, claimed, saved
from mcp_server.store.tables.columns import (
    Value,
    dumped,
    loaded,
    micros,
    moment,
    optional_micros,
    optional_moment,
)
from mcp_server.store.transaction import immediate

_SELECT: Final = (
    "SELECT job_id, account_id, idempotency_key, state, baseline, created_at, posted_at,"
    " finished_at, outcome, error_code, detail, polls, next_step_at, owner, lease_until, version"
    " FROM jobs WHERE partition = ? AND "
)
_ACTIVE: Final = "state IN ('planned', 'posting', 'posted', 'uncertain')"
DURATIONS_KEPT: Final = 200
"""So many jobs are kept in any case, to tell how long one takes."""
_Row = tuple[
    str,
    str,
    str,
    str,
    int | None,
    int,
    int | None,
    int | None,
    str | None,
    str | None,
    str,
    int,
    int | None,
    str | None,
    int | None,
    int,
]


def open_one(connection: sqlite3.Connection, partition: str, job: Job) -> tuple[Job, bool]:
    """Write a job down unless its account has an active one; return the active one."""
    with immediate(connection, durable=True):
        if (other := active_of(connection, partition, job.account_id)) is not None:
            return other, False
        _write(connection, partition, job)
        _prune(connection, partition, job.created_at - JOBS_KEPT)
    return job, True


def save(connection: sqlite3.Connection, partition: str, job: Job) -> Job | None:
    """Write a changed job if nobody changed it since."""
    with immediate(connection, durable=True):
        stored = one(connection, partition, job.job_id)
        changed = None if stored is None else saved(stored, job)
        if changed is not None:
            _write(connection, partition, changed)
    return changed


def claim(
    connection: sqlite3.Connection,
    partition: str,
    job_id: str,
    *,
    owner: str,
    now: datetime,
    lease: timedelta,
) -> Job | None:
    """Take a job, or renew the lease."""
    with immediate(connection, durable=True):
        stored = one(connection, partition, job_id)
        taken = None if stored is None else claimed(stored, owner, now, lease)
        if taken is not None:
            _write(connection, partition, taken)
    return taken if taken is not None and taken.owner == owner else None


def release(connection: sqlite3.Connection, partition: str, job_id: str, owner: str) -> None:
    """Free a job of this owner."""
    with immediate(connection, durable=True):
        connection.execute(
            "UPDATE jobs SET owner = NULL, lease_until = NULL"
            " WHERE partition = ? AND job_id = ? AND owner = ?",
            (partition, job_id, owner),
        )


def one(connection: sqlite3.Connection, partition: str, job_id: str) -> Job | None:
    """Return a job in any state."""
    return _first(connection, "job_id = ?", partition, job_id)


def active_of(connection: sqlite3.Connection, partition: str, account_id: str) -> Job | None:
    """Return the account's active job."""
    return _first(connection, f"account_id = ? AND {_ACTIVE}", partition, account_id)


def last_of(connection: sqlite3.Connection, partition: str, account_id: str) -> Job | None:
    """Return the account's job that finished last."""
    rest = "account_id = ? AND finished_at IS NOT NULL ORDER BY finished_at DESC, created_at DESC"
    return _first(connection, rest, partition, account_id)


def active(connection: sqlite3.Connection, partition: str) -> list[Job]:
    """Return every active job, oldest first."""
    return _selected(connection, f"{_ACTIVE} ORDER BY created_at, job_id", partition)


def active_or_posted_since(
    connection: sqlite3.Connection, partition: str, since: datetime
) -> list[Job]:
    """Return every active job and every one posted since."""
    return _selected(connection, f"({_ACTIVE} OR posted_at >= ?)", partition, micros(since))


def durations(connection: sqlite3.Connection, partition: str, limit: int) -> list[float]:
    """Return the seconds that the latest jobs took from POSTED to DONE."""
    rows: Iterable[tuple[int]] = connection.execute(
        "SELECT finished_at - posted_at FROM jobs WHERE partition = ? AND state = ?"
        " AND posted_at IS NOT NULL AND finished_at IS NOT NULL"
        " ORDER BY finished_at DESC LIMIT ?",
        (partition, JobState.DONE, limit),
    )
    return [duration / 1_000_000 for (duration,) in rows]


def _prune(connection: sqlite3.Connection, partition: str, before: datetime) -> None:
    """Drop what ended before, except the last of each account and those that tell durations."""
    connection.execute(
        f"DELETE FROM jobs WHERE partition = ? AND finished_at < ? AND NOT {_ACTIVE}"  # noqa: S608 - ours
        " AND EXISTS (SELECT 1 FROM jobs newer WHERE newer.partition = jobs.partition"
        " AND newer.account_id = jobs.account_id"
        " AND (newer.finished_at, newer.created_at) > (jobs.finished_at, jobs.created_at))"
        " AND job_id NOT IN (SELECT job_id FROM jobs WHERE partition = ? AND state = ?"
        " AND posted_at IS NOT NULL AND finished_at IS NOT NULL"
        " ORDER BY finished_at DESC LIMIT ?)",
        (partition, micros(before), partition, JobState.DONE, DURATIONS_KEPT),
    )


def _write(connection: sqlite3.Connection, partition: str, job: Job) -> None:
    connection.execute(
        "INSERT INTO jobs (partition, job_id, account_id, idempotency_key, state, baseline,"
        " created_at, posted_at, finished_at, outcome, error_code, detail, polls, next_step_at,"
        " owner, lease_until, version)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (partition, job_id) DO UPDATE SET state = excluded.state,"
        " baseline = excluded.baseline, posted_at = excluded.posted_at,"
        " finished_at = excluded.finished_at, outcome = excluded.outcome,"
        " error_code = excluded.error_code, detail = excluded.detail, polls = excluded.polls,"
        " next_step_at = excluded.next_step_at, owner = excluded.owner,"
        " lease_until = excluded.lease_until, version = excluded.version",
        (partition, *_row(job)),
    )


def _row(job: Job) -> _Row:
    return (
        job.job_id,
        job.account_id,
        job.idempotency_key,
        job.state.value,
        optional_micros(job.baseline),
        micros(job.created_at),
        optional_micros(job.posted_at),
        optional_micros(job.finished_at),
        job.outcome,
        job.error_code,
        dumped(job.detail),
        job.polls,
        optional_micros(job.next_step_at),
        job.owner,
        optional_micros(job.lease_until),
        job.version,
    )


def _first(
    connection: sqlite3.Connection, rest: str, partition: str, /, *values: Value
) -> Job | None:
    found = _selected(connection, f"{rest} LIMIT 1", partition, *values)
    return found[0] if found else None


def _selected(
    connection: sqlite3.Connection, rest: str, partition: str, /, *values: Value
) -> list[Job]:
    rows: Iterable[_Row] = connection.execute(_SELECT + rest, (partition, *values))
    return [_job(row) for row in rows]


def _job(row: _Row) -> Job:
    return Job(
        job_id=row[0],
        account_id=row[1],
        idempotency_key=row[2],
        state=JobState(row[3]),
        baseline=optional_moment(row[4]),
        created_at=moment(row[5]),
        posted_at=optional_moment(row[6]),
        finished_at=optional_moment(row[7]),
        outcome=row[8],
        error_code=row[9],
        detail=loaded(row[10]),
        polls=row[11],
        next_step_at=optional_moment(row[12]),
        owner=row[13],
        lease_until=optional_moment(row[14]),
        version=row[15],
    )
