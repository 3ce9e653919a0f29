"""Synthetic entries."""

from datetime import UTC, datetime, timedelta

from mcp_server.models.basis import NOT_TOLD, Basis
from mcp_server.store.records import Body, Job, JobState, Kind, KnownAccount, StoredSnapshot

NOW = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEASE = timedelta(seconds=30)


def snapshot(
    body: Body | None = None,
    *,
    kind: Kind = "account",
    subject: str = "a",
    account_id: str | None = "a",
    scraped_at: datetime | None = NOW,
    stored_at: datetime = NOW,
    basis: Basis = NOT_TOLD,
) -> StoredSnapshot:
    return StoredSnapshot(
        kind=kind,
        subject=subject,
        scraped_at=scraped_at,
        stored_at=stored_at,
        body={"followers_count": 7} if body is None else body,
        account_id=account_id,
        synthetic=True,
        mode="local",
        basis=basis,
    )


def job(
    job_id: str = "j1",
    *,
    account_id: str = "a",
    state: JobState = JobState.PLANNED,
    posted_at: datetime | None = None,
    finished_at: datetime | None = None,
    created_at: datetime = NOW,
) -> Job:
    return Job(
        job_id=job_id,
        account_id=account_id,
        idempotency_key=f"key-of-{job_id}",
        state=state,
        baseline=None,
        created_at=created_at,
        posted_at=posted_at,
        finished_at=finished_at,
    )


def account(
    account_id: str = "a",
    *,
    username: str | None = "coolcreator",
    platform: str | None = "tiktok",
    seen_at: datetime = NOW,
    body: Body | None = None,
) -> KnownAccount:
    return KnownAccount(account_id, username, platform, seen_at, seen_at, body or {})
