"""Records as JSON and back: times as whole microseconds, as in the columns of the other store."""

import json
from collections.abc import Callable
from typing import NotRequired, TypedDict, TypeVar, cast

from mcp_server.models.basis import Basis
from mcp_server.store.records import (
    Body,
    Change,
    Job,
    JobState,
    Kind,
    KnownAccount,
    Mode,
    QuotaView,
    StoredSnapshot,
)
from mcp_server.store.redis.replies import foreign
from mcp_server.store.tables.columns import micros, moment, optional_micros, optional_moment

T = TypeVar("T")
Row = TypeVar("Row")


class JobRow(TypedDict):
    """A job."""

    job_id: str
    account_id: str
    idempotency_key: str
    state: str
    baseline: int | None
    created_at: int
    posted_at: int | None
    finished_at: int | None
    outcome: str | None
    error_code: str | None
    detail: Body
    polls: int
    next_step_at: int | None
    owner: str | None
    lease_until: int | None
    version: int


class SnapshotRow(TypedDict):
    """A snapshot."""

    kind: Kind
    subject: str
    scraped_at: int | None
    stored_at: int
    body: Body
    account_id: str | None
    synthetic: bool
    mode: Mode
    metrics_version: NotRequired[int | None]
    """Absent, as the next two, of what was stored before any was kept."""
    basis: NotRequired[str | None]
    low_sample: NotRequired[bool | None]


class AccountRow(TypedDict):
    """A known account."""

    account_id: str
    username: str | None
    platform: str | None
    first_seen_at: int
    last_seen_at: int
    body: Body


class QuotaRow(TypedDict):
    """The quota as last seen."""

    limit: int | None
    used: int | None
    seen_at: int | None


class ChangeRow(TypedDict):
    """A change without its number, which the stream gives."""

    partition: str
    account_id: str | None
    snapshot_kind: Kind | None


def dumped(row: object) -> str:
    """Return a row as text; equal rows give equal text."""
    return json.dumps(row, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _read(text: bytes, row: type[Row], build: Callable[[Row], T]) -> T:
    del row
    try:
        return build(cast("Row", json.loads(text)))
    except (ValueError, LookupError, TypeError, OverflowError) as error:
        raise foreign() from error


def job_text(job: Job) -> str:
    """Return a job as text."""
    row = JobRow(
        job_id=job.job_id,
        account_id=job.account_id,
        idempotency_key=job.idempotency_key,
        state=job.state.value,
        baseline=optional_micros(job.baseline),
        created_at=micros(job.created_at),
        posted_at=optional_micros(job.posted_at),
        finished_at=optional_micros(job.finished_at),
        outcome=job.outcome,
        error_code=job.error_code,
        detail=job.detail,
        polls=job.polls,
        next_step_at=optional_micros(job.next_step_at),
        owner=job.owner,
        lease_until=optional_micros(job.lease_until),
        version=job.version,
    )
    return dumped(row)


def job_of(text: bytes) -> Job:
    """Return the job of a text.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, JobRow, _job)


def _job(row: JobRow) -> Job:
    return Job(
        job_id=row["job_id"],
        account_id=row["account_id"],
        idempotency_key=row["idempotency_key"],
        state=JobState(row["state"]),
        baseline=optional_moment(row["baseline"]),
        created_at=moment(row["created_at"]),
        posted_at=optional_moment(row["posted_at"]),
        finished_at=optional_moment(row["finished_at"]),
        outcome=row["outcome"],
        error_code=row["error_code"],
        detail=row["detail"],
        polls=row["polls"],
        next_step_at=optional_moment(row["next_step_at"]),
        owner=row["owner"],
        lease_until=optional_moment(row["lease_until"]),
        version=row["version"],
    )


def snapshot_text(snapshot: StoredSnapshot) -> str:
    """Return a snapshot as text."""
    row = SnapshotRow(
        kind=snapshot.kind,
        subject=snapshot.subject,
        scraped_at=optional_micros(snapshot.scraped_at),
        stored_at=micros(snapshot.stored_at),
        body=snapshot.body,
        account_id=snapshot.account_id,
        synthetic=snapshot.synthetic,
        mode=snapshot.mode,
        metrics_version=snapshot.basis.metrics_version,
        basis=snapshot.basis.text,
        low_sample=snapshot.basis.low_sample,
    )
    return dumped(row)


def snapshot_of(text: bytes) -> StoredSnapshot:
    """Return the snapshot of a text.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, SnapshotRow, _snapshot)


def _snapshot(row: SnapshotRow) -> StoredSnapshot:
    return StoredSnapshot(
        kind=row["kind"],
        subject=row["subject"],
        scraped_at=optional_moment(row["scraped_at"]),
        stored_at=moment(row["stored_at"]),
        body=row["body"],
        account_id=row["account_id"],
        synthetic=row["synthetic"],
        mode=row["mode"],
        basis=Basis(row.get("metrics_version"), row.get("basis"), row.get("low_sample")),
    )


def account_text(account: KnownAccount) -> str:
    """Return an account as text."""
    row = AccountRow(
        account_id=account.account_id,
        username=account.username,
        platform=account.platform,
        first_seen_at=micros(account.first_seen_at),
        last_seen_at=micros(account.last_seen_at),
        body=account.body,
    )
    return dumped(row)


def account_of(text: bytes) -> KnownAccount:
    """Return the account of a text.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, AccountRow, _account)


def _account(row: AccountRow) -> KnownAccount:
    return KnownAccount(
        account_id=row["account_id"],
        username=row["username"],
        platform=row["platform"],
        first_seen_at=moment(row["first_seen_at"]),
        last_seen_at=moment(row["last_seen_at"]),
        body=row["body"],
    )


def quota_text(quota: QuotaView) -> str:
    """Return the quota as text, without what is counted anew at every look."""
    row = QuotaRow(limit=quota.limit, used=quota.used, seen_at=optional_micros(quota.seen_at))
    return dumped(row)


def quota_of(text: bytes) -> QuotaView:
    """Return the quota of a text.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, QuotaRow, _quota)


def _quota(row: QuotaRow) -> QuotaView:
    return QuotaView(row["limit"], row["used"], optional_moment(row["seen_at"]), 0)


def change_text(partition: str, account_id: str | None, snapshot_kind: Kind | None) -> str:
    """Return a change as text, without its number."""
    row = ChangeRow(partition=partition, account_id=account_id, snapshot_kind=snapshot_kind)
    return dumped(row)


def change_of(seq: int, text: bytes) -> Change:
    """Return the change of a number and a text.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, ChangeRow, lambda row: _change(seq, row))


def _change(seq: int, row: ChangeRow) -> Change:
    kind = row["snapshot_kind"]
    return Change(
        seq,
        row["partition"],
        "accounts" if kind is None else "snapshot",
        row["account_id"],
        kind,
    )


def id_text(kind: Kind, subject: str) -> str:
    """Return what a snapshot is of, as text."""
    return dumped([kind, subject])


def id_of(text: bytes) -> tuple[Kind, str]:
    """Return what a snapshot is of.

    Raises:
        StoreError: It is something else.
    """
    return _read(text, list[str], _id)


def _id(row: list[str]) -> tuple[Kind, str]:
    kind, subject = row
    return cast("Kind", kind), subject
