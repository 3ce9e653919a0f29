"""What a store keeps. Every time is an aware UTC instant, every body the JSON of an upstream."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from pydantic import JsonValue

from mcp_server.models.basis import NOT_TOLD, Basis

Body: TypeAlias = dict[str, JsonValue]
Kind: TypeAlias = Literal["account", "videos", "video"]
"""The analytics of an account, the latest page set of its videos, or one video record."""
Mode: TypeAlias = Literal["live", "local"]
NameKind: TypeAlias = Literal["creator", "hashtag", "niche"]
"""What a public name names."""


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """One answer about an own account, as it was at `scraped_at`.

    Attributes:
        kind: What `subject` names.
        subject: An account id, or the id of a video record.
        scraped_at: When the upstream collected it, where it said so.
        stored_at: When we got it.
        body: The answer; in one of kind `videos`, the rows are a list of objects with an `id`.
        account_id: The account it belongs to, where known.
        synthetic: Whether the figures are generated.
        mode: Which upstream it came from.
        basis: What that said of the figures.
    """

    kind: Kind
    subject: str
    scraped_at: datetime | None
    stored_at: datetime
    body: Body
    account_id: str | None
    synthetic: bool
    mode: Mode
    basis: Basis = NOT_TOLD


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """An account that an upstream has named; an empty body means "seen, not read"."""

    account_id: str
    username: str | None
    platform: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    body: Body = field(default_factory=dict[str, JsonValue])


class JobState(StrEnum):
    """How far a refresh has come."""

    PLANNED = "planned"
    POSTING = "posting"
    POSTED = "posted"
    UNCERTAIN = "uncertain"
    DONE = "done"
    FAILED = "failed"


ACTIVE_STATES: Final = frozenset(
    {JobState.PLANNED, JobState.POSTING, JobState.POSTED, JobState.UNCERTAIN}
)


@dataclass(frozen=True, slots=True)
class Job:
    """One decision to refresh one account; at most one per account is active.

    Attributes:
        job_id: Names the job to agents.
        account_id: The account.
        idempotency_key: Goes with every POST of this job, and with no other job's.
        state: How far it has come.
        baseline: `scraped_at` of the data before; None if there was none.
        created_at: When it was decided.
        posted_at: When the upstream accepted it.
        finished_at: When it ended.
        outcome: How it ended, in the engine's words.
        error_code: The catalogue code of a failure.
        detail: Anything else the engine must remember.
        polls: How often the outcome was asked for.
        next_step_at: When there is something to do again.
        owner: The process that works on it.
        lease_until: When others may take it over.
        version: Counts the changes; see `Store.save_job`.
    """

    job_id: str
    account_id: str
    idempotency_key: str
    state: JobState
    baseline: datetime | None
    created_at: datetime
    posted_at: datetime | None = None
    finished_at: datetime | None = None
    outcome: str | None = None
    error_code: str | None = None
    detail: Body = field(default_factory=dict[str, JsonValue])
    polls: int = 0
    next_step_at: datetime | None = None
    owner: str | None = None
    lease_until: datetime | None = None
    version: int = 0

    @property
    def is_active(self) -> bool:
        """Whether it has not ended."""
        return self.state in ACTIVE_STATES


@dataclass(frozen=True, slots=True)
class QuotaView:
    """The organization's refreshes of this month, as last seen.

    Attributes:
        limit: Refreshes per month.
        used: Refreshes used when it was seen; None if not seen in this month.
        seen_at: When it was seen.
        reserved: Refreshes of ours that `used` does not count yet.
    """

    limit: int | None
    used: int | None
    seen_at: datetime | None
    reserved: int


NO_QUOTA: Final = QuotaView(limit=None, used=None, seen_at=None, reserved=0)
"""What is known of a quota that was never seen."""


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A kept answer of a market API."""

    body: Body
    stored_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """Something new in the store, by whichever process; `seq` grows."""

    seq: int
    partition: str
    kind: Literal["snapshot", "accounts"]
    account_id: str | None
    snapshot_kind: Kind | None
