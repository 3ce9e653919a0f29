"""The engine: many callers and processes, one refresh per account and decision."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

import anyio

from mcp_server.clients.reply import Reply
from mcp_server.clients.tokportal import TokPortalClient
from mcp_server.freshness.audit import Audit, NoAudit
from mcp_server.freshness.call import RefreshCall
from mcp_server.freshness.eta import Expectation
from mcp_server.freshness.parts import Parts
from mcp_server.freshness.purse import Purse
from mcp_server.freshness.reading import AccountReader, canonical
from mcp_server.freshness.reporting import Reporter
from mcp_server.freshness.results import RefreshReport
from mcp_server.freshness.rules import EngineRules
from mcp_server.freshness.tending import Tended, Tending
from mcp_server.models.account import RefreshReceipt
from mcp_server.store.interface import Store
from mcp_server.store.records import QuotaView

Progress: TypeAlias = Callable[[str], Awaitable[None]]

_DAY: Final = timedelta(days=1)


class RefreshEngine:
    """Refreshes own accounts and waits for them. One per process.

    Attributes:
        reader: Every read of an own account goes through it, and is stored.
    """

    def __init__(
        self,
        *,
        client: TokPortalClient,
        store: Store,
        partition: Callable[[], Awaitable[str]],
        rules: EngineRules,
        clock: Callable[[], datetime],
        sleep: Callable[[float], Awaitable[None]],
        random: Callable[[], float],
        new_id: Callable[[], str],
        owner: str,
        audit: Audit | None = None,
    ) -> None:
        self.reader = AccountReader(client, store, partition, clock)
        self._partition = partition
        self._parts = Parts(
            self.reader, store, rules, clock, sleep, random, new_id, owner, audit or NoAudit()
        )
        self._tending = Tending(self._parts)
        self._turn = anyio.Lock()

    async def refresh(
        self,
        account_ids: Sequence[str],
        *,
        wait_seconds: float,
        max_age: timedelta = _DAY,
        max_refreshes: int | None = None,
        purse: Purse | None = None,
        progress: Progress | None = None,
    ) -> RefreshReport:
        """Refresh what is stale, join what runs, and wait for the results.

        Giving up on the call, by cancellation or because the time is over, ends the waiting
        only: a refresh that has begun goes on.

        Args:
            account_ids: Each is treated once.
            wait_seconds: For the whole call. However short, the checks and the POST are made,
                for which `EngineRules.least_wait` is allowed.
            max_age: Younger data needs no refresh.
            max_refreshes: Most refreshes to begin.
            purse: The caller's own limit over all its calls.
            progress: Is told, once there are jobs, first their ids and then regularly how far
                they are.

        Raises:
            SettingsError: There is no key.
        """
        return await self._run(
            account_ids,
            wait=max(0.0, wait_seconds),
            least=self._parts.rules.least_wait,
            max_age=max_age,
            max_refreshes=max_refreshes,
            purse=purse,
            progress=progress,
        )

    async def start_one(self, account_id: str, purse: Purse | None = None) -> RefreshReport:
        """Begin to refresh one account whatever its age, or join; do not wait for the data."""
        patience = self._parts.rules.start_patience
        return await self._run(
            [account_id], wait=0.0, least=patience, max_age=timedelta(0), purse=purse
        )

    async def rehearse(self, account_id: str) -> Reply[RefreshReceipt]:
        """Ask the upstream to simulate a refresh; nothing is written to the ledger."""
        return await self.reader.client.refresh_account_analytics(
            canonical(account_id), dry_run=True
        )

    async def resume(self) -> int:
        """Take up what other processes left unfinished; return how many jobs are new here.

        A job that somebody works on is watched, and taken over if its lease runs out.
        """
        partition = await self._partition()
        new = 0
        for job in await self._parts.store.active_jobs(partition):
            new += not self._tending.knows(partition, job.job_id)
            self._tending.tend(partition, job)
        return new

    async def aclose(self) -> None:
        """End every task and release the leases; unfinished jobs stay for the next process."""
        await self._tending.aclose()

    async def _run(
        self,
        account_ids: Sequence[str],
        *,
        wait: float,
        least: float,
        max_age: timedelta,
        max_refreshes: int | None = None,
        purse: Purse | None = None,
        progress: Progress | None = None,
    ) -> RefreshReport:
        parts, partition = self._parts, await self._partition()
        call = RefreshCall(
            parts,
            self._tending,
            partition,
            account_ids=[*dict.fromkeys(canonical(text) for text in account_ids)],
            max_age=max_age,
            max_refreshes=max_refreshes,
            purse=purse,
        )
        before = await self._within(call, partition, wait=wait, least=least, progress=progress)
        if call.misconfiguration is not None:
            raise call.misconfiguration
        reporter = Reporter(parts, partition)
        results = [await reporter.result(case) for case in call.cases]
        after = await parts.store.quota(partition, parts.clock())
        spent = sum(case.is_spent for case in call.cases)
        return RefreshReport(results, before or after, after, spent)

    async def _within(
        self,
        call: RefreshCall,
        partition: str,
        *,
        wait: float,
        least: float,
        progress: Progress | None,
    ) -> QuotaView | None:
        """Do what a call can do in its time; return the quota as it was before it spent."""
        parts, before = self._parts, None
        patience, limit = anyio.CancelScope(), anyio.CancelScope()
        async with anyio.create_task_group() as group:
            # One sleep is the deadline, so that no jump of the clock can prolong it.
            group.start_soon(_end_after, parts.sleep, wait, patience)
            group.start_soon(_end_after, parts.sleep, max(wait, least), limit)
            with limit:
                checking = anyio.CancelScope()
                if progress is not None:
                    group.start_soon(self._report_checking, call, checking, progress)
                await call.check()
                before = await parts.store.quota(partition, parts.clock())
                await call.start(self._turn)
                checking.cancel()
                if progress is not None and call.running:
                    group.start_soon(self._report, call, partition, progress)
                for tended in call.running:
                    await tended.until(lambda one: one.is_sent)
                with patience:
                    for tended in call.running:
                        await tended.until(lambda one: one.is_over)
            group.cancel_scope.cancel()
        return before

    async def _report_checking(
        self, call: RefreshCall, scope: anyio.CancelScope, progress: Progress
    ) -> None:
        """Give a sign of life where the checks before any job take long."""
        with scope:
            while True:
                await self._parts.sleep(self._parts.rules.progress)
                await progress(f"Checking {len(call.cases)} accounts.")

    async def _report(self, call: RefreshCall, partition: str, progress: Progress) -> None:
        parts = self._parts
        names = ", ".join(tended.job.job_id for tended in call.running)
        await progress(f"Refresh running: job {names}.")
        while True:
            await parts.sleep(parts.rules.progress)
            durations = await parts.store.finished_durations(partition)
            await progress(self._state_of(call.running, Expectation.of(durations, parts.rules)))

    def _state_of(self, running: Sequence[Tended], expected: Expectation) -> str:
        now = self._parts.clock()
        open_since = [
            tended.job.posted_at or tended.job.created_at
            for tended in running
            if not tended.is_over
        ]
        longest = max(
            (expected.seconds_left((now - since).total_seconds()) for since in open_since),
            default=0,
        )
        done = len(running) - len(open_since)
        return f"{done} of {len(running)} refreshed; the rest in about {longest} seconds."


async def _end_after(
    sleep: Callable[[float], Awaitable[None]], seconds: float, scope: anyio.CancelScope
) -> None:
    await sleep(seconds)
    scope.cancel()
