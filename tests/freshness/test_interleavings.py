"""Callers, processes, crashes, faults, cancellations and clock jumps in any order.

Whatever happens, an account is refreshed once per cooldown at most, each decision has one key,
nothing stored is lost, every job ends, and the quota shown is the quota spent.

`TOKMETRICS_INTERLEAVINGS=1000` runs that many; by default there are a few.
"""

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Coroutine
from contextlib import closing, suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from mcp_server.errors import AppError
from mcp_server.freshness.results import RefreshReport
from mcp_server.freshness.rules import EngineRules
from tests.freshness.bench import DAY, HOUR, Bench, Cut, Process, Upstream
from tests.freshness.tally import TALLY
from tests.freshness.timeline import Timeline

T = TypeVar("T")

RULES: Final = EngineRules(reserve=1, store_poll=5, give_up_after=1_800, uncertain_for=600)
COOLDOWN_SECONDS: Final = 48 * HOUR
MOST_PROCESSES: Final = 3
FAULTS: Final = (
    *("lost", "late", "refused", "500", "500-after", "truncated", "html", "empty", "429"),
    *("slow=4", "slow-after=40", "wait=30", "", "", "", ""),
)
_RAM: Final = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it

which = st.integers(min_value=0, max_value=99)
accounts = st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=3)
waits = st.sampled_from([0.0, 4.0, 20.0, 60.0, 60.0])
ages = st.sampled_from([timedelta(0), timedelta(days=1)])
caps = st.sampled_from([None, None, 1])
spans = st.sampled_from([0.01, 1.0, 4.0, 12.0, 30.0, 30.0, 90.0, 90.0, 700.0, 2_000.0, 49.0 * HOUR])
jumps = st.sampled_from([-HOUR, -40, 40, HOUR, DAY])


class Interleaving(RuleBasedStateMachine):
    """One host with several server processes, and one upstream elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = Path(tempfile.mkdtemp(dir=_RAM if _RAM.is_dir() else None))
        shutil.copytree(_world(), self.folder, dirs_exist_ok=True)
        self.bench = Bench(Upstream(self.folder, Timeline()))
        rows = self.bench.upstream.rows("SELECT account_id FROM accounts ORDER BY username")
        self.accounts = [str(row[0]) for row in rows]
        self.alive: list[Process] = []
        self.calls: list[asyncio.Task[RefreshReport]] = []
        self.reports: list[RefreshReport] = []
        self.stored: set[tuple[object, ...]] = set()
        self.offset = timedelta(0)
        self.is_disturbed = False
        self.is_steady = True
        self.quota = 0
        TALLY.counts["interleavings"] += 1
        self.start()

    # What may happen.

    @rule()
    def start(self) -> None:
        """A process starts and takes up what others left, as a server does."""
        if len(self.alive) == MOST_PROCESSES:
            return
        process = self.started()
        self.alive.append(process)
        self.calls_of(process, process.engine.resume())
        self.step()

    @initialize(steady=st.booleans(), quota=st.sampled_from([2, 4, 12]))
    def choose(self, *, steady: bool, quota: int) -> None:
        """On half of the hosts nobody sets the clock; some organizations have little quota."""
        self.is_steady = steady
        self.quota = quota
        world = self.bench.upstream.world
        world.config = replace(world.config, monthly_quota=quota)

    @rule(number=which, chosen=accounts, wait=waits, max_age=ages, cap=caps)
    def call(
        self, number: int, chosen: list[int], wait: float, max_age: timedelta, cap: int | None
    ) -> None:
        """Somebody asks for fresh data."""
        process = self.one(number)
        ids = [self.accounts[index] for index in chosen]
        call = process.engine.refresh(ids, wait_seconds=wait, max_age=max_age, max_refreshes=cap)
        self.begin(process, call)

    @rule(chosen=st.lists(accounts, min_size=2, max_size=6), wait=waits, max_age=ages)
    def call_together(self, chosen: list[list[int]], wait: float, max_age: timedelta) -> None:
        """Several ask at the same moment, all over the host."""
        for number, indices in enumerate(chosen):
            ids = [self.accounts[index] for index in indices]
            process = self.one(number)
            call = process.engine.refresh(ids, wait_seconds=wait, max_age=max_age)
            self.begin(process, call, settle=False)
        self.step()

    @rule(number=which, index=st.sampled_from([0, 1, 2]))
    def call_bare(self, number: int, index: int) -> None:
        """Somebody asks for a refresh without waiting."""
        process = self.one(number)
        self.begin(process, process.engine.start_one(self.accounts[index]))

    @rule(number=which, index=st.sampled_from([0, 1, 2]))
    def read(self, number: int, index: int) -> None:
        """Somebody reads."""
        process = self.one(number)
        self.calls_of(process, process.engine.reader.analytics(self.accounts[index]))
        self.step()

    @rule(number=which)
    def cancel(self, number: int) -> None:
        """A caller gives up."""
        if self.calls:
            TALLY.counts["cancellations"] += 1
            self.calls[number % len(self.calls)].cancel()
            self.step()

    @rule(number=which, fault=st.sampled_from(FAULTS))
    def disturb(self, number: int, fault: str) -> None:
        """One of the next requests of a process goes wrong."""
        TALLY.counts["faults"] += bool(fault)
        self.is_disturbed = self.is_disturbed or fault in {"late", "slow-after=40"}
        self.one(number).faults.append(fault)

    @rule(number=which, steps=st.integers(0, 25), after=st.booleans())
    def doom(self, number: int, steps: int, *, after: bool) -> None:
        """A process will die at one of its next steps."""
        self.one(number).plug.cut = Cut(steps, after=after)

    @rule(number=which)
    def stop(self, number: int) -> None:
        """A process ends in order: first its calls, then its jobs."""
        process = self.one(number)
        self.alive.remove(process)
        for call in [one for one in self.calls if one.get_name() == process.owner]:
            call.cancel()
        self.run(self.bench.timeline.settle())
        self.run(self.bench.timeline.until(process.stop()))
        self.bench.processes.remove(process)
        self.step()

    @rule(seconds=spans)
    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.step(seconds)

    @precondition(lambda self: not self.is_steady)
    @rule(seconds=jumps)
    def set_clock(self, seconds: int) -> None:
        """The clock of the host is set; the upstream's goes on."""
        TALLY.counts["clock jumps"] += 1
        self.is_disturbed = True
        self.offset += timedelta(seconds=seconds)
        for process in self.alive:
            process.clock_is_off = self.offset
        self.step()

    # What always holds.

    @invariant()
    def no_account_is_refreshed_twice_within_a_cooldown(self) -> None:
        for account in self.accounts:
            times = self.bench.upstream.accepted(account)
            gaps = [later - sooner for sooner, later in pairwise(times)]
            assert all(gap >= COOLDOWN_SECONDS for gap in gaps)

    @invariant()
    def every_key_was_written_down_before_it_was_sent(self) -> None:
        assert all(post.state not in {None, "planned"} for post in self.bench.upstream.posts)

    @invariant()
    def no_key_is_sent_again_without_a_check_in_between(self) -> None:
        if not self.is_disturbed:
            checks: dict[str, int] = {}
            for post in self.bench.upstream.posts:
                assert post.checks > checks.get(post.key, -1)
                checks[post.key] = post.checks

    @invariant()
    def every_decision_has_one_key_and_every_key_one_decision(self) -> None:
        jobs = self.jobs("job_id, account_id, idempotency_key")
        of_key = {key: account for _, account, key in jobs}
        assert len(of_key) == len(jobs)
        assert all(of_key[post.key] == post.account_id for post in self.bench.upstream.posts)

    @invariant()
    def an_account_has_one_active_job(self) -> None:
        active = self.jobs("account_id", "state NOT IN ('done', 'failed')")
        assert len(active) == len(set(active))

    @invariant()
    def no_stored_snapshot_is_lost(self) -> None:
        now_stored = set(self.rows("SELECT kind, subject, scraped_at FROM snapshots"))
        assert now_stored >= self.stored
        self.stored = now_stored

    @invariant()
    def the_reserve_is_never_spent(self) -> None:
        rows = self.bench.upstream.rows("SELECT used FROM quota")
        assert all(int(str(used)) <= self.quota - RULES.reserve for (used,) in rows)

    @invariant()
    def nothing_is_sent_in_vain_while_nothing_is_late(self) -> None:
        if not self.is_disturbed:
            first = {post.key: post for post in reversed(self.bench.upstream.posts)}
            assert all(post.answer != "ANALYTICS_COOLDOWN" for post in first.values())

    def teardown(self) -> None:
        """However it was left, all of it ends well."""
        try:
            self.finish()
        finally:
            self.run(self.bench.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    def finish(self) -> None:
        """Let the disturbances end, start a last process, and let three hours pass."""
        for process in self.alive:
            process.faults.clear()
            process.plug.cut = None
        self.step(300)
        assert not self.calls, "a call has not ended"
        self.alive = [process for process in self.alive if not process.plug.is_dead]
        last = self.started()
        self.run(self.bench.timeline.until(last.engine.resume()))
        self.step(3 * HOUR)
        assert self.jobs("job_id", "state NOT IN ('done', 'failed')") == []
        self.check_data(last)
        self.check_quota(last)
        self.tally()

    def check_data(self, last: Process) -> None:
        """Every refresh that is said to have brought data has brought it into the store."""
        name = self.run(last.name())
        for account, baseline in self.jobs("account_id, baseline", "outcome = 'refreshed'"):
            found = self.run(last.raw_store.latest_snapshot(name, "account", str(account)))
            assert found is not None
            assert found.scraped_at is not None
            micros = int(found.scraped_at.timestamp() * 1_000_000)
            assert baseline is None or micros > int(str(baseline))
        for report in self.reports:
            for result in report.results:
                assert result.outcome != "refreshed" or result.data is not None

    def check_quota(self, last: Process) -> None:
        """The quota that is shown is the quota that was spent."""
        upstream = self.bench.upstream
        accepted = sum(len(upstream.accepted(account)) for account in self.accounts)
        assert upstream.used() == accepted
        assert sum(report.spent for report in self.reports) <= accepted
        said = self.run(
            self.bench.timeline.until(last.engine.reader.availability(self.accounts[0]))
        )
        name = self.run(last.name())
        seen = self.run(last.raw_store.quota(name, last.now()))
        # Of another month by its own clock, the host would know nothing yet.
        if self.offset == timedelta(0):
            assert seen.used == said.used
            assert seen.reserved == 0

    # How it is driven.

    def started(self) -> Process:
        process = self.bench.process(RULES)
        process.clock_is_off = self.offset
        return process

    def one(self, number: int) -> Process:
        """Return one of the processes; if none is left, one starts.

        Nothing that is drawn may depend on who is alive: threads make that a matter of chance.
        """
        if not self.alive:
            self.start()
        return self.alive[number % len(self.alive)]

    def run(self, awaited: Coroutine[None, None, T]) -> T:
        return self.runner.run(awaited)

    def begin(
        self,
        process: Process,
        call: Coroutine[None, None, RefreshReport],
        *,
        settle: bool = True,
    ) -> None:
        TALLY.counts["calls"] += 1

        async def begun() -> "asyncio.Task[RefreshReport]":
            return asyncio.create_task(call, name=process.owner)

        self.calls.append(self.run(begun()))
        if settle:
            self.step()

    def calls_of(self, process: Process, call: Coroutine[None, None, object]) -> None:
        """Do something that may fail or be cut off, like anything of a process."""

        async def done() -> None:
            with suppress(AppError, asyncio.CancelledError):
                await call

        async def begun() -> None:
            task = asyncio.create_task(done())
            process.plug.tasks.add(task)
            await self.bench.timeline.settle()

        self.run(begun())

    def step(self, seconds: float = 0.0) -> None:
        """Let things happen, then clear away what has ended."""
        TALLY.counts["steps"] += 1
        self.run(self.bench.timeline.pass_by(seconds))
        for process in [one for one in self.alive if one.plug.is_dead]:
            TALLY.counts["crashes"] += 1
            TALLY.crash_points.add(process.plug.died_at)
            self.alive.remove(process)
            self.run(process.die())
            self.bench.processes.remove(process)
        for call in [one for one in self.calls if one.done()]:
            self.calls.remove(call)
            if not call.cancelled():
                self.reports.append(call.result())

    def rows(self, query: str) -> list[tuple[object, ...]]:
        path = self.bench.upstream.store_path
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(query).fetchall()

    def jobs(self, columns: str, condition: str = "1") -> list[tuple[object, ...]]:
        return self.rows(f"SELECT {columns} FROM jobs WHERE {condition}")  # noqa: S608 - ours

    def tally(self) -> None:
        posts = self.bench.upstream.posts
        TALLY.counts["refreshes accepted"] += self.bench.upstream.used()
        TALLY.counts["refreshes sent"] += len(posts)
        TALLY.counts["keys seen by the upstream"] += len({post.key for post in posts})
        TALLY.counts["decisions"] += len(self.jobs("job_id"))
        for report in self.reports:
            TALLY.outcomes.update(result.outcome for result in report.results)


@cache
def _world() -> Path:
    """Make the world once: two accounts with data of three and five days ago, one without."""
    folder = Path(tempfile.mkdtemp(dir=_RAM if _RAM.is_dir() else None))
    upstream = Upstream(folder, Timeline())
    upstream.account("first.house")
    upstream.account("second.house", seen_ago=5 * DAY)
    upstream.account("third.house", with_data=False)
    upstream.world.close()
    return folder


def go_through(machine: type[RuleBasedStateMachine], number: int) -> None:
    """Run that many, or as many as are asked for."""
    asked = int(os.environ.get("TOKMETRICS_INTERLEAVINGS", "0"))
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=asked or number,
            stateful_step_count=30,
            derandomize=not asked,
            deadline=None,
            database=None,
            # Shrinking takes minutes; the steps of a failure are printed as they were found.
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    shutil.rmtree(_world())
    _world.cache_clear()


def test_any_interleaving_refreshes_once_and_loses_nothing() -> None:
    go_through(Interleaving, 50)
