"""The one interface of every store.

A partition is what one key may see at one address. Methods that decide about a refresh raise
`StoreError` when the store cannot be used, since a refresh that is not written down could be
sent twice. All others then know nothing and keep nothing, so that reading goes on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from mcp_server.store.records import (
    CacheEntry,
    Change,
    Job,
    Kind,
    KnownAccount,
    NameKind,
    QuotaView,
    StoredSnapshot,
)


class Store(Protocol):
    """Snapshots, refresh jobs, the quota seen, known accounts, cached answers, public names."""

    async def partition(self, upstream: str, address: str, key: str | None) -> str:
        """Name a partition: the same for the same three, and nothing can be read from it.

        Args:
            upstream: Such as `tokportal`.
            address: The base URL, or the name of a local world.
            key: The API key, if there is one.
        """
        ...

    async def put_snapshot(self, partition: str, snapshot: StoredSnapshot) -> bool:
        """Keep a snapshot; True if it is news, which also makes a `Change`.

        There is one per subject and `scraped_at`: the same body again is no news. Of two bodies
        the newer answer's figures count, and what only the other one holds stays.
        """
        ...

    async def latest_snapshot(
        self, partition: str, kind: Kind, subject: str
    ) -> StoredSnapshot | None:
        """Return the newest; one without `scraped_at` only if there is no other."""
        ...

    async def snapshot_at(
        self, partition: str, kind: Kind, subject: str, scraped_at: datetime
    ) -> StoredSnapshot | None:
        """Return the one of this time; of this second, if none is exactly of this time."""
        ...

    async def snapshots(
        self,
        partition: str,
        kind: Kind,
        subject: str,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int | None = None,
    ) -> list[StoredSnapshot]:
        """Return snapshots by rising `scraped_at`, both ends included; the newest `limit`.

        Those without `scraped_at` come first, and only if `since` is not given.
        """
        ...

    async def put_accounts(self, partition: str, accounts: Sequence[KnownAccount]) -> bool:
        """Remember accounts; True if one is new, which also makes a `Change`.

        What an account does not say (None, an empty body) does not wipe what is known.
        """
        ...

    async def accounts(self, partition: str) -> list[KnownAccount]:
        """Return the known accounts by username, then id."""
        ...

    async def find_video_account(self, partition: str, video_record_id: str) -> str | None:
        """Return the account whose stored videos hold this record."""
        ...

    async def open_job(self, partition: str, job: Job) -> tuple[Job, bool]:
        """Write a job down durably, unless its account has an active one.

        Returns:
            The account's active job, and whether it is the given one.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def active_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's active job.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def job(self, partition: str, job_id: str) -> Job | None:
        """Return a job in any state.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def last_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's job that finished last."""
        ...

    async def active_jobs(self, partition: str) -> list[Job]:
        """Return every active job, oldest first."""
        ...

    async def finished_durations(self, partition: str, limit: int = 50) -> list[float]:
        """Return the seconds from POSTED to DONE of the latest jobs, latest first."""
        ...

    async def save_job(self, partition: str, job: Job) -> Job | None:
        """Write a changed job durably if nobody changed it since; None if somebody did.

        `owner` and `lease_until` are left as they are, as `claim_job` and `release_job` change
        them, and cleared when the job has ended.

        Returns:
            The job as stored, with its new version.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def claim_job(
        self, partition: str, job_id: str, owner: str, now: datetime, lease: timedelta
    ) -> Job | None:
        """Take an active job whose lease is free, expired or ours; None if it is not to be had.

        Taking it from another owner raises the version, so that the other can save nothing;
        renewing does not.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def release_job(self, partition: str, job_id: str, owner: str) -> None:
        """Free a job at once, if `owner` has it.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def note_quota(
        self, partition: str, limit: int | None, used: int | None, seen_at: datetime
    ) -> None:
        """Remember the quota; within a calendar month (UTC), `used` never falls."""
        ...

    async def quota(self, partition: str, now: datetime) -> QuotaView:
        """Return the quota as last seen and what of ours it does not count."""
        ...

    async def cache_get(self, partition: str, name: str) -> CacheEntry | None:
        """Return a kept answer, however old."""
        ...

    async def cache_put(
        self, partition: str, name: str, entry: CacheEntry, *, keep_until: datetime
    ) -> None:
        """Keep an answer, in place of an older one of the same name."""
        ...

    async def cache_prune(self, now: datetime) -> int:
        """Drop the answers that are kept long enough, of every partition."""
        ...

    async def put_names(
        self, partition: str, names: Mapping[NameKind, Sequence[str]], seen_at: datetime
    ) -> None:
        """Remember public names; of each kind, only the newest 10,000 are kept."""
        ...

    async def names(self, partition: str, kind: NameKind) -> list[str]:
        """Return the known names of a kind, those seen last first."""
        ...

    async def changes_since(self, seq: int) -> list[Change]:
        """Return the changes after `seq`, in order; very old ones are forgotten."""
        ...

    async def last_change(self) -> int:
        """Return the newest `seq`, 0 if there is none."""
        ...

    async def prune_history(self, partition: str, before: datetime) -> int:
        """Drop snapshots from before, but never the newest of a subject; return how many.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def move_partition(self, old: str, new: str) -> int:
        """Give everything of `old` to `new`, as after a change of key; return how many entries.

        Where both have the same thing, the newer one stays. An active job stays behind while
        `new` has one for the same account.

        Raises:
            StoreError: The store cannot be used.
        """
        ...

    async def aclose(self) -> None:
        """Close it; nothing may be asked afterwards."""
        ...
