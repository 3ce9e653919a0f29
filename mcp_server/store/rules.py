"""What any store decides, as pure functions, so that every store decides alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import JsonValue

from mcp_server.models.basis import NOT_TOLD, Basis
from mcp_server.store.records import Body, Job, JobState, Kind, KnownAccount, QuotaView

JOBS_KEPT: Final = timedelta(days=90)
"""How long ended jobs are kept; the last of each account is kept for good."""

_UNSENT = frozenset({JobState.PLANNED, JobState.POSTING, JobState.UNCERTAIN})


def claimed(job: Job, owner: str, now: datetime, lease: timedelta) -> Job | None:
    """Return the job with the lease of `owner`, or None if nothing is to be written.

    A lease that ends later than any could was given before the clock was set back. It stays with
    its owner but is cut short: who is alive renews it in time, and of who is not, nobody has to
    wait for the old time to come again.
    """
    if not job.is_active:
        return None
    if job.owner == owner:
        return replace(job, lease_until=now + lease)
    if job.owner is not None and job.lease_until is not None and job.lease_until > now:
        return replace(job, lease_until=now + lease) if job.lease_until > now + lease else None
    return replace(job, owner=owner, lease_until=now + lease, version=job.version + 1)


def saved(stored: Job, job: Job) -> Job | None:
    """Return what `job` makes of the stored one, or None if it builds on an older version."""
    if stored.version != job.version:
        return None
    keeps = job.is_active
    return replace(
        job,
        owner=stored.owner if keeps else None,
        lease_until=stored.lease_until if keeps else None,
        version=job.version + 1,
    )


def counted(
    seen: QuotaView, limit: int | None, used: int | None, seen_at: datetime
) -> QuotaView | None:
    """Return the quota after another look at it; None if that was in a month gone by.

    Answers may arrive out of order, so within a month the higher `used` is the later one.
    """
    if seen.seen_at is not None and _month(seen_at) < _month(seen.seen_at):
        return None
    if seen.seen_at is None or _month(seen_at) > _month(seen.seen_at):
        return QuotaView(seen.limit if limit is None else limit, used, seen_at, 0)
    is_newer = seen_at >= seen.seen_at
    figures = [figure for figure in (seen.used, used) if figure is not None]
    return QuotaView(
        limit if limit is not None and (is_newer or seen.limit is None) else seen.limit,
        max(figures, default=None),
        max(seen_at, seen.seen_at),
        0,
    )


def month_of(moment: datetime) -> datetime:
    """Return when the calendar month of a time began, in UTC."""
    utc = moment.astimezone(UTC)
    return utc.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def viewed(seen: QuotaView, jobs: list[Job], now: datetime) -> QuotaView:
    """Return the quota as it is worth at `now`; what was used in another month says nothing."""
    is_current = seen.seen_at is not None and _month(seen.seen_at) == _month(now)
    since = seen.seen_at if is_current else None
    return QuotaView(
        seen.limit,
        seen.used if is_current else None,
        seen.seen_at,
        sum(_is_uncounted(job, since, now) for job in jobs),
    )


def _is_uncounted(job: Job, since: datetime | None, now: datetime) -> bool:
    """Say whether the upstream's figure, seen at `since`, lacks this job's refresh."""
    if job.posted_at is None:
        return job.state in _UNSENT
    if _month(job.posted_at) != _month(now):
        return False
    if since is None or job.posted_at > since:
        return True
    # Of the same moment, by a coarse clock: the look after the POST, unless that is still going on.
    return job.posted_at == since and job.is_active


def merged(old: KnownAccount, new: KnownAccount) -> KnownAccount:
    """Return what is known of an account after seeing it again, in whichever order."""
    if new.last_seen_at < old.last_seen_at:
        old, new = new, old
    return KnownAccount(
        account_id=new.account_id,
        username=old.username if new.username is None else new.username,
        platform=old.platform if new.platform is None else new.platform,
        first_seen_at=min(old.first_seen_at, new.first_seen_at),
        last_seen_at=new.last_seen_at,
        body=new.body or old.body,
    )


def _month(moment: datetime) -> tuple[int, int]:
    utc = moment.astimezone(UTC)
    return (utc.year, utc.month)


def completed(kind: Kind, new: Body, known: Body) -> Body:
    """Return what is kept of two answers about the same collection: nothing known gets lost.

    A figure that the newer answer leaves out or nulls stays; lists of videos are joined by `id`.
    """
    if kind == "videos":
        return {name: _joined(value, known.get(name)) for name, value in {**known, **new}.items()}
    return {**known, **{name: value for name, value in new.items() if value is not None}} | {
        name: None for name, value in new.items() if value is None and known.get(name) is None
    }


def told(new: Basis, known: Basis) -> Basis:
    """Return what is kept of what two answers about the same collection said of its figures."""
    return known if new == NOT_TOLD else new


def _joined(rows: JsonValue, known: JsonValue) -> JsonValue:
    if not isinstance(rows, list) or not isinstance(known, list):
        return rows
    found: dict[str, JsonValue] = {}
    for row in (*known, *rows):
        mark = row.get("id") if isinstance(row, dict) else None
        found[str(row) if mark is None else str(mark)] = row
    return [*found.values()]


def record_ids(body: Body) -> list[str]:
    """Return the ids of the rows of a stored list."""
    rows = [row for rows in body.values() if isinstance(rows, list) for row in rows]
    ids = [row.get("id") for row in rows if isinstance(row, dict)]
    return [record_id for record_id in ids if isinstance(record_id, str)]
