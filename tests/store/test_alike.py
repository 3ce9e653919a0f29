"""Whatever is done in whichever order, a Redis and a file answer alike."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mcp_server.models.basis import NOT_TOLD, Basis
from mcp_server.store.interface import Store
from mcp_server.store.records import ACTIVE_STATES, Body, CacheEntry, Change, Job, JobState, Kind
from mcp_server.store.sqlite import open_store
from tests.store.made import HOUR, LEASE, NOW, account, job, snapshot
from tests.store.places import FollowingStore
from tests.store.redis_server import RedisServer, need_redis

need_redis()

T = TypeVar("T")

P, Q = "first", "second"
partitions = st.sampled_from([P, P, Q])
accounts = st.sampled_from(["a", "b"])
moments = st.sampled_from([NOW - 700 * HOUR, NOW - HOUR, NOW, NOW + timedelta(microseconds=5)])
maybe_moments = st.one_of(st.none(), moments)
kinds = st.sampled_from(["account", "videos"])
states = st.sampled_from(JobState)
bases = st.sampled_from([NOT_TOLD, Basis(1, "one video", low_sample=True), Basis(2)])
numbers = st.one_of(st.none(), st.integers(0, 3))
owners = st.sampled_from(["me", "you"])
which = st.integers(0, 9)


class Alike(RuleBasedStateMachine):
    """The same done to both."""

    server: ClassVar[RedisServer]

    def __init__(self) -> None:
        super().__init__()
        self.server.empty()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.file = open_store(Path(self.folder.name) / "store.db")
        self.redis = FollowingStore(self.server.url)
        self.jobs: list[tuple[str, str]] = []
        self.ends = count(1)

    def both(self, ask: Callable[[Store], Awaitable[T]]) -> T:
        """Ask both, and insist on one answer."""

        async def asked() -> tuple[T, T]:
            return await ask(self.file), await ask(self.redis)

        from_file, from_redis = self.runner.run(asked())
        assert from_redis == from_file
        return from_file

    @rule(
        p=partitions,
        kind=kinds,
        subject=accounts,
        at=maybe_moments,
        late=moments,
        n=numbers,
        basis=bases,
    )
    def put_snapshot(
        self,
        *,
        p: str,
        kind: Kind,
        subject: str,
        at: datetime | None,
        late: datetime,
        n: int | None,
        basis: Basis,
    ) -> None:
        n = len(self.jobs) % 3
        body: Body = {"n": n, f"x{n}": 1}
        if kind == "videos":
            body = {"n": n, "rows": [{"id": f"v{n}", "views": n}]}
        given = snapshot(body, kind=kind, subject=subject, scraped_at=at, stored_at=late)
        given = replace(given, basis=basis)
        self.both(lambda store: store.put_snapshot(p, given))

    @rule(p=partitions, kind=kinds, subject=accounts, since=maybe_moments, until=maybe_moments)
    def read(
        self, p: str, kind: Kind, subject: str, since: datetime | None, until: datetime | None
    ) -> None:
        self.both(lambda store: store.snapshots(p, kind, subject, since=since, until=until))
        self.both(lambda store: store.snapshots(p, kind, subject, until=until, limit=1))
        self.both(lambda store: store.snapshots(p, kind, subject, since=since, limit=0))
        self.both(lambda store: store.snapshot_at(p, kind, subject, since or NOW))

    @rule(p=partitions, before=moments)
    def prune(self, p: str, before: datetime) -> None:
        self.both(lambda store: store.prune_history(p, before))

    @rule(p=partitions, ids=st.lists(accounts, max_size=3), seen_at=moments, n=numbers)
    def put_accounts(self, p: str, ids: list[str], seen_at: datetime, n: int | None) -> None:
        given = [
            account(one, username=None if n is None else f"u{n}", seen_at=seen_at, body={"n": n})
            for one in ids
        ]
        self.both(lambda store: store.put_accounts(p, given))

    @rule(p=partitions, subject=accounts, state=states, posted=maybe_moments)
    def open_job(self, p: str, subject: str, state: JobState, posted: datetime | None) -> None:
        job_id = f"j{len(self.jobs)}"
        self.jobs.append((p, job_id))
        ended = state not in ACTIVE_STATES
        given = job(
            job_id,
            account_id=subject,
            state=state,
            posted_at=posted,
            finished_at=NOW + next(self.ends) * LEASE if ended else None,
        )
        self.both(lambda store: store.open_job(p, given))

    @rule(number=which, state=states, stale=st.booleans(), posted=maybe_moments)
    def save_job(
        self, number: int, state: JobState, *, stale: bool, posted: datetime | None
    ) -> None:
        found = self.job(number)
        if found is None or not found[1].is_active:
            return
        p, current = found
        changed = replace(
            current,
            state=state,
            posted_at=posted,
            version=current.version - stale,
            finished_at=None if state in ACTIVE_STATES else NOW + next(self.ends) * LEASE,
        )
        self.both(lambda store: store.save_job(p, changed))

    @rule(number=which, owner=owners, now=st.sampled_from([NOW, NOW + LEASE, NOW - HOUR]))
    def claim_job(self, number: int, owner: str, now: datetime) -> None:
        if (found := self.job(number)) is not None:
            p, one = found
            self.both(lambda store: store.claim_job(p, one.job_id, owner, now, LEASE))

    @rule(number=which, owner=owners)
    def release_job(self, number: int, owner: str) -> None:
        if (found := self.job(number)) is not None:
            p, one = found
            self.both(lambda store: store.release_job(p, one.job_id, owner))

    @rule(p=partitions, limit=numbers, used=numbers, seen_at=moments)
    def note_quota(self, p: str, limit: int | None, used: int | None, seen_at: datetime) -> None:
        self.both(lambda store: store.note_quota(p, limit, used, seen_at))

    @rule(p=partitions, name=accounts, stored_at=moments, n=numbers)
    def keep_answer(self, p: str, name: str, stored_at: datetime, n: int | None) -> None:
        entry = CacheEntry({"n": n}, stored_at)
        self.both(lambda store: store.cache_put(p, name, entry, keep_until=NOW + HOUR))

    @rule(p=partitions, names=st.lists(accounts, max_size=2), seen_at=moments)
    def put_names(self, p: str, names: list[str], seen_at: datetime) -> None:
        self.both(lambda store: store.put_names(p, {"creator": names, "niche": names}, seen_at))

    @rule(data=st.booleans())
    def move(self, *, data: bool) -> None:
        old, new = (P, Q) if data else (Q, P)
        self.both(lambda store: store.move_partition(old, new))
        # Jobs may be elsewhere now; those that are not found are left alone.
        self.jobs = [(new if p == old else p, job_id) for p, job_id in self.jobs]

    @invariant()
    def all_else_is_alike(self) -> None:
        for p in (P, Q):
            self.compare(p)
            for one in ("a", "b"):
                self.compare_one(p, one)

    def compare(self, p: str) -> None:
        self.both(lambda store: store.accounts(p))
        self.both(lambda store: store.active_jobs(p))
        self.both(lambda store: store.finished_durations(p))
        self.both(lambda store: store.quota(p, NOW))
        self.both(lambda store: store.names(p, "creator"))
        self.both(lambda store: store.find_video_account(p, "v0"))
        self.both(lambda store: store.find_video_account(p, "v1"))

    def compare_one(self, p: str, name: str) -> None:
        self.both(lambda store: store.last_job(p, name))
        self.both(lambda store: store.active_job(p, name))
        self.both(lambda store: store.cache_get(p, name))
        self.both(lambda store: store.latest_snapshot(p, "account", name))

    def job(self, number: int) -> tuple[str, Job] | None:
        """Return one of the jobs that are there."""
        return next(filter(None, (self.found(*one) for one in self.jobs[number:])), None)

    def found(self, p: str, job_id: str) -> tuple[str, Job] | None:
        found = self.both(lambda store: store.job(p, job_id))
        return None if found is None else (p, found)

    def changes(self) -> None:
        async def told(store: Store) -> list[Change]:
            return [replace(one, seq=0) for one in await store.changes_since(0)]

        self.both(told)

    def teardown(self) -> None:
        try:
            self.changes()
        finally:
            self.runner.run(self.file.aclose())
            self.runner.run(self.redis.aclose())
            self.runner.close()
            self.folder.cleanup()


def test_a_redis_and_a_file_answer_alike(redis_server: RedisServer) -> None:
    Alike.server = redis_server
    run_state_machine_as_test(
        Alike,
        settings=settings(
            max_examples=int(os.environ.get("TOKMETRICS_INTERLEAVINGS", "8")),
            stateful_step_count=25,
            derandomize="TOKMETRICS_INTERLEAVINGS" not in os.environ,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
