"""The store in one SQLite file that several processes share."""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from mcp_server.errors import StoreError
from mcp_server.store.connections import BUSY_SECONDS, Connect, Connections, Pool, Unusable
from mcp_server.store.interface import Store
from mcp_server.store.naming import keeps_nothing, partition_name, random_secret
from mcp_server.store.records import (
    NO_QUOTA,
    CacheEntry,
    Change,
    Job,
    Kind,
    KnownAccount,
    NameKind,
    QuotaView,
    StoredSnapshot,
)
from mcp_server.store.tables import accounts as account_table
from mcp_server.store.tables import cache, changes, jobs, partitions, quota, snapshots
from mcp_server.store.tables import names as name_table
from mcp_server.store.transaction import immediate

T = TypeVar("T")

FILE_NAME: Final = "store.db"

log = logging.getLogger(__name__)


class SqliteStore:
    """A `Store` on a file; its methods are explained there."""

    def __init__(
        self, connections: Connections, new_secret: Callable[[], bytes] = random_secret
    ) -> None:
        self._connections = connections
        self._new_secret = new_secret
        self._secret: bytes | None = None
        self._replaced = connections.replaced

    async def partition(self, upstream: str, address: str, key: str | None) -> str:
        """Name a partition; one of an unusable store keeps nothing, and refuses refreshes."""
        if self._replaced != self._connections.replaced:  # another file has another secret
            self._replaced, self._secret = self._connections.replaced, None
        if self._secret is None:
            self._secret = await self._known(
                lambda connection: partitions.secret(connection, self._new_secret), None
            )
        return partition_name(self._secret, upstream, address, key)

    async def put_snapshot(self, partition: str, snapshot: StoredSnapshot) -> bool:
        """Keep a snapshot; True if it is news."""
        return await self._kept(partition, lambda c: snapshots.put(c, partition, snapshot), False)

    async def latest_snapshot(
        self, partition: str, kind: Kind, subject: str
    ) -> StoredSnapshot | None:
        """Return the newest."""
        found = await self.snapshots(partition, kind, subject, limit=1)
        return found[0] if found else None

    async def snapshot_at(
        self, partition: str, kind: Kind, subject: str, scraped_at: datetime
    ) -> StoredSnapshot | None:
        """Return the one of this time, else of this second."""
        return await self._known(
            lambda c: snapshots.at(c, partition, kind, subject, scraped_at), None
        )

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
        """Return snapshots by rising `scraped_at`."""
        return await self._known(
            lambda c: snapshots.between(
                c, partition, kind, subject, since=since, until=until, limit=limit
            ),
            [],
        )

    async def put_accounts(self, partition: str, accounts: Sequence[KnownAccount]) -> bool:
        """Remember accounts; True if one is new."""
        given = list(accounts)
        return await self._kept(partition, lambda c: account_table.put(c, partition, given), False)

    async def accounts(self, partition: str) -> list[KnownAccount]:
        """Return the known accounts."""
        return await self._known(lambda c: account_table.known(c, partition), [])

    async def find_video_account(self, partition: str, video_record_id: str) -> str | None:
        """Return the account of a video record."""
        return await self._known(
            lambda c: snapshots.video_account(c, partition, video_record_id), None
        )

    async def open_job(self, partition: str, job: Job) -> tuple[Job, bool]:
        """Write a job down, unless its account has an active one."""
        return await self._sure(partition, lambda c: jobs.open_one(c, partition, job))

    async def active_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's active job."""
        return await self._sure(partition, lambda c: jobs.active_of(c, partition, account_id))

    async def job(self, partition: str, job_id: str) -> Job | None:
        """Return a job in any state."""
        return await self._sure(partition, lambda c: jobs.one(c, partition, job_id))

    async def last_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's job that finished last."""
        return await self._known(lambda c: jobs.last_of(c, partition, account_id), None)

    async def active_jobs(self, partition: str) -> list[Job]:
        """Return every active job."""
        return await self._known(lambda c: jobs.active(c, partition), [])

    async def finished_durations(self, partition: str, limit: int = 50) -> list[float]:
        """Return how long the latest jobs took, in seconds."""
        return await self._known(lambda c: jobs.durations(c, partition, limit), [])

    async def save_job(self, partition: str, job: Job) -> Job | None:
        """Write a changed job if nobody changed it since."""
        return await self._sure(partition, lambda c: jobs.save(c, partition, job))

    async def claim_job(
        self, partition: str, job_id: str, owner: str, now: datetime, lease: timedelta
    ) -> Job | None:
        """Take a job, or renew the lease."""
        return await self._sure(
            partition, lambda c: jobs.claim(c, partition, job_id, owner=owner, now=now, lease=lease)
        )

    async def release_job(self, partition: str, job_id: str, owner: str) -> None:
        """Free a job of this owner."""
        await self._sure(partition, lambda c: jobs.release(c, partition, job_id, owner))

    async def note_quota(
        self, partition: str, limit: int | None, used: int | None, seen_at: datetime
    ) -> None:
        """Remember another look at the quota."""
        await self._kept(partition, lambda c: quota.note(c, partition, limit, used, seen_at), None)

    async def quota(self, partition: str, now: datetime) -> QuotaView:
        """Return the quota as it is worth now."""
        return await self._known(lambda c: quota.view(c, partition, now), NO_QUOTA)

    async def cache_get(self, partition: str, name: str) -> CacheEntry | None:
        """Return a kept answer."""
        return await self._known(lambda c: cache.get(c, partition, name), None)

    async def cache_put(
        self, partition: str, name: str, entry: CacheEntry, *, keep_until: datetime
    ) -> None:
        """Keep an answer."""
        await self._kept(
            partition, lambda c: cache.put(c, partition, name, entry, keep_until), None
        )

    async def cache_prune(self, now: datetime) -> int:
        """Drop the answers that are kept long enough."""
        return await self._known(lambda c: cache.prune(c, now), 0)

    async def put_names(
        self, partition: str, names: Mapping[NameKind, Sequence[str]], seen_at: datetime
    ) -> None:
        """Remember public names."""
        await self._kept(partition, lambda c: name_table.put(c, partition, names, seen_at), None)

    async def names(self, partition: str, kind: NameKind) -> list[str]:
        """Return the known names of a kind."""
        return await self._known(lambda c: name_table.known(c, partition, kind), [])

    async def changes_since(self, seq: int) -> list[Change]:
        """Return the changes after `seq`."""
        return await self._known(lambda c: changes.since(c, seq), [])

    async def last_change(self) -> int:
        """Return the newest `seq`."""
        return await self._known(changes.last, 0)

    async def prune_history(self, partition: str, before: datetime) -> int:
        """Drop old snapshots."""
        return await self._sure(partition, lambda c: snapshots.prune(c, partition, before))

    async def move_partition(self, old: str, new: str) -> int:
        """Give everything of `old` to `new`."""
        return await self._sure(new, lambda c: partitions.move(c, old, new))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._connections.aclose()

    async def _sure(self, partition: str, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do what must not be guessed."""
        if keeps_nothing(partition):
            raise StoreError
        return await self._connections.run(work)

    async def _known(self, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """Look something up; without a store, nothing is known."""
        try:
            return await self._connections.run(work)
        except StoreError as error:
            log.debug("Going on without the store: %s", error)
            return nothing

    async def _kept(self, partition: str, work: Callable[[sqlite3.Connection], T], nothing: T) -> T:
        """Keep something, if there is a place for it."""
        return nothing if keeps_nothing(partition) else await self._known(work, nothing)


class UnavailableStore(SqliteStore):
    """A store that knows nothing, keeps nothing, and refuses to decide about refreshes.

    Attributes:
        reason: Why, for the operator.
    """

    def __init__(self, reason: StoreError) -> None:
        super().__init__(Unusable(reason))
        self.reason = reason.message


def open_store(
    path: Path, connect: Connect | None = None, *, busy_seconds: float = BUSY_SECONDS
) -> Store:
    """Open the store, making or migrating the file; one that cannot be used is unavailable.

    A file that is only locked is tried again at every call.

    Args:
        path: The file, usually `store.db` in the data folder.
        connect: Opens a connection in autocommit mode that any thread may use, in tests.
        busy_seconds: How long to wait for a lock.
    """
    pool = Pool(path, connect, busy_seconds)
    try:
        pool.run_here(_try_to_write)
    except StoreError as error:
        if not error.retryable:
            pool.close()
            log.warning("%s: %s Refreshes are refused; reading goes on.", path, error)
            return UnavailableStore(error)
    return SqliteStore(pool)


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Fail if the file is read-only; a transaction that writes nothing would not tell."""
    with immediate(connection):
        connection.execute("UPDATE secrets SET value = value WHERE FALSE")
