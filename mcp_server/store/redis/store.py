"""The store on one Redis or Valkey that many replicas share."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from mcp_server.errors import StoreError
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
from mcp_server.store.redis import accounts as account_keys
from mcp_server.store.redis import (
    answers,
    changes,
    durability,
    jobs,
    moving,
    quota,
    secret,
    snapshots,
)
from mcp_server.store.redis import names as name_keys
from mcp_server.store.redis.clock import Clocks
from mcp_server.store.redis.wire import Wire

T = TypeVar("T")


log = logging.getLogger(__name__)


class RedisStore:
    """A `Store` on a server; its methods are explained there."""

    def __init__(
        self,
        wire: Wire,
        clocks: Clocks,
        new_secret: Callable[[], bytes] = random_secret,
    ) -> None:
        self._wire = wire
        self._clocks = clocks
        self._new_secret = new_secret
        self._secret: bytes | None = None
        self._begun: set[Awaitable[object]] = set()

    async def partition(self, upstream: str, address: str, key: str | None) -> str:
        """Name a partition; one of an unusable store keeps nothing, and refuses refreshes."""
        if self._secret is None:
            self._secret = await self._known(self._read_secret(), None)
        return partition_name(self._secret, upstream, address, key)

    async def _read_secret(self) -> bytes:
        found = await secret.read(self._wire, self._new_secret())
        await durability.check(self._wire)
        return found

    async def put_snapshot(self, partition: str, snapshot: StoredSnapshot) -> bool:
        """Keep a snapshot; True if it is news."""
        return await self._kept(
            partition, lambda: snapshots.put(self._wire, partition, snapshot), False
        )

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
            snapshots.at(self._wire, partition, kind, subject, scraped_at), None
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
            snapshots.between(
                self._wire, partition, kind, subject, since=since, until=until, limit=limit
            ),
            [],
        )

    async def put_accounts(self, partition: str, accounts: Sequence[KnownAccount]) -> bool:
        """Remember accounts; True if one is new."""
        given = list(accounts)
        return await self._kept(
            partition, lambda: account_keys.put(self._wire, partition, given), False
        )

    async def accounts(self, partition: str) -> list[KnownAccount]:
        """Return the known accounts."""
        return await self._known(account_keys.known(self._wire, partition), [])

    async def find_video_account(self, partition: str, video_record_id: str) -> str | None:
        """Return the account of a video record."""
        return await self._known(
            snapshots.video_account(self._wire, partition, video_record_id), None
        )

    async def open_job(self, partition: str, job: Job) -> tuple[Job, bool]:
        """Write a job down, unless its account has an active one."""
        return await self._sure(
            partition,
            lambda: jobs.open_one(self._wire, self._clocks, partition, job, self._secret),
        )

    async def active_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's active job."""
        return await self._sure(
            partition, lambda: jobs.active_of(self._wire, self._clocks, partition, account_id)
        )

    async def job(self, partition: str, job_id: str) -> Job | None:
        """Return a job in any state."""
        return await self._sure(
            partition, lambda: jobs.one(self._wire, self._clocks, partition, job_id)
        )

    async def last_job(self, partition: str, account_id: str) -> Job | None:
        """Return the account's job that finished last."""
        return await self._known(
            jobs.last_of(self._wire, self._clocks, partition, account_id), None
        )

    async def active_jobs(self, partition: str) -> list[Job]:
        """Return every active job."""
        return await self._known(jobs.active(self._wire, self._clocks, partition), [])

    async def finished_durations(self, partition: str, limit: int = 50) -> list[float]:
        """Return how long the latest jobs took, in seconds."""
        return await self._known(jobs.durations(self._wire, partition, limit), [])

    async def save_job(self, partition: str, job: Job) -> Job | None:
        """Write a changed job if nobody changed it since."""
        return await self._sure(
            partition, lambda: jobs.save(self._wire, self._clocks, partition, job)
        )

    async def claim_job(
        self, partition: str, job_id: str, owner: str, now: datetime, lease: timedelta
    ) -> Job | None:
        """Take a job, or renew the lease, by the server's clock."""
        return await self._sure(
            partition,
            lambda: jobs.claim(
                self._wire, self._clocks, partition, job_id, owner=owner, now=now, lease=lease
            ),
        )

    async def release_job(self, partition: str, job_id: str, owner: str) -> None:
        """Free a job of this owner."""
        await self._sure(partition, lambda: jobs.release(self._wire, partition, job_id, owner))

    async def note_quota(
        self, partition: str, limit: int | None, used: int | None, seen_at: datetime
    ) -> None:
        """Remember another look at the quota."""
        await self._kept(
            partition, lambda: quota.note(self._wire, partition, limit, used, seen_at), None
        )

    async def quota(self, partition: str, now: datetime) -> QuotaView:
        """Return the quota as it is worth now."""
        return await self._known(quota.view(self._wire, self._clocks, partition, now), NO_QUOTA)

    async def cache_get(self, partition: str, name: str) -> CacheEntry | None:
        """Return a kept answer, unless its time is over."""
        return await self._known(answers.get(self._wire, partition, name), None)

    async def cache_put(
        self, partition: str, name: str, entry: CacheEntry, *, keep_until: datetime
    ) -> None:
        """Keep an answer."""
        now = self._clocks.ours()
        await self._kept(
            partition,
            lambda: answers.put(self._wire, partition, name, entry, keep_until=keep_until, now=now),
            None,
        )

    async def cache_prune(self, now: datetime) -> int:
        """Drop the answers that are kept long enough."""
        return await self._known(answers.prune(self._wire, now), 0)

    async def put_names(
        self, partition: str, names: Mapping[NameKind, Sequence[str]], seen_at: datetime
    ) -> None:
        """Remember public names."""
        await self._kept(
            partition, lambda: name_keys.put(self._wire, partition, names, seen_at), None
        )

    async def names(self, partition: str, kind: NameKind) -> list[str]:
        """Return the known names of a kind."""
        return await self._known(name_keys.known(self._wire, partition, kind), [])

    async def changes_since(self, seq: int) -> list[Change]:
        """Return the changes after `seq`."""
        nothing: tuple[list[Change], bytes | None] = ([], self._secret)
        found, current = await self._known(changes.since(self._wire, seq), nothing)
        if current != self._secret:
            # The store was emptied: whoever asks next finds or makes its new secret.
            self._secret = None
        return found

    async def last_change(self) -> int:
        """Return the newest `seq`."""
        return await self._known(changes.last(self._wire), 0)

    async def prune_history(self, partition: str, before: datetime) -> int:
        """Drop old snapshots."""
        return await self._sure(partition, lambda: snapshots.prune(self._wire, partition, before))

    async def move_partition(self, old: str, new: str) -> int:
        """Give everything of `old` to `new`."""
        return await self._sure(new, lambda: moving.move(self._wire, old, new))

    async def aclose(self) -> None:
        """Close every connection, when what has begun is done."""
        await asyncio.gather(*self._begun, return_exceptions=True)
        await self._wire.aclose()

    async def _sure(self, partition: str, work: Callable[[], Awaitable[T]]) -> T:
        """Do what must not be guessed; once begun, it ends even if the caller is cancelled."""
        if keeps_nothing(partition):
            raise StoreError("The store's Redis could not be reached.", retryable=True)
        task = asyncio.ensure_future(work())
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        task.add_done_callback(_heard)
        return await asyncio.shield(task)

    async def _known(self, work: Awaitable[T], nothing: T) -> T:
        """Look something up; without a store, nothing is known."""
        try:
            return await work
        except StoreError as error:
            log.debug("Going on without the store: %s", error)
            return nothing

    async def _kept(self, partition: str, work: Callable[[], Awaitable[T]], nothing: T) -> T:
        """Keep something, if there is a place for it."""
        if keeps_nothing(partition):
            return nothing
        return await self._known(self._sure(partition, work), nothing)


def _heard(task: asyncio.Future[T]) -> None:
    """Take note of a failure that nobody waits for any more; it is in the log."""
    if not task.cancelled():
        task.exception()


def open_redis(
    url: str,
    now: Callable[[], datetime],
    *,
    servers_clock: Callable[[datetime], datetime] | None = None,
    seconds: Callable[[], float] = time.monotonic,
) -> RedisStore:
    """Open the store of an address; it connects when it is first used, and after every outage.

    Args:
        url: Where the server is.
        now: The clock of this process.
        servers_clock: Makes the server's time of what it answered, in tests.
        seconds: A clock that is never set, to measure outages.
    """
    clocks = Clocks(now) if servers_clock is None else Clocks(now, servers_clock)
    return RedisStore(Wire(url, seconds), clocks)
