"""One call to refresh: every account is checked, then started or joined, stalest first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import anyio

from mcp_server.errors import AppError, ErrorCode, NotFoundError, SettingsError, StoreError
from mcp_server.freshness.audit import ASKED_BY
from mcp_server.freshness.parts import Parts
from mcp_server.freshness.plan import (
    AskAvailability,
    Cooldown,
    FreshEnough,
    Join,
    NoQuota,
    Reserved,
    Start,
    Verdict,
    decide,
    quota_left,
)
from mcp_server.freshness.purse import Purse
from mcp_server.freshness.reporting import Case
from mcp_server.freshness.results import Outcome
from mcp_server.freshness.steps import HAD_DATA, Finish, Observation, next_act
from mcp_server.freshness.tending import Tended, Tending
from mcp_server.models.time import parse_time
from mcp_server.store.records import Body, Job, JobState

_LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class RefreshCall:
    """What one caller asked for, and how far it has come."""

    def __init__(
        self,
        parts: Parts,
        tending: Tending,
        partition: str,
        *,
        account_ids: Sequence[str],
        max_age: timedelta,
        max_refreshes: int | None,
        purse: Purse | None = None,
    ) -> None:
        self.cases = [Case(account_id) for account_id in account_ids]
        self._parts = parts
        self._tending = tending
        self._partition = partition
        self._max_age = max_age
        self._spendable = max_refreshes
        self._purse = purse

    @property
    def running(self) -> list[Tended]:
        """The refreshes that this call has to do with."""
        return [case.tended for case in self.cases if case.tended is not None]

    @property
    def misconfiguration(self) -> SettingsError | None:
        """Why no account could even be asked about, for want of a key."""
        errors = [case.error for case in self.cases if isinstance(case.error, SettingsError)]
        return errors[0] if errors and len(errors) == len(self.cases) else None

    async def check(self) -> None:
        """Decide about every account as far as that costs nothing."""
        limiter = anyio.CapacityLimiter(self._parts.rules.concurrency)
        async with anyio.create_task_group() as group:
            for case in self.cases:
                group.start_soon(self._check_within, limiter, case)

    async def start(self, turn: anyio.Lock) -> None:
        """Spend what may be spent, on the stalest accounts first.

        Args:
            turn: Shared by all calls, so that two never count on the same refresh.
        """
        waiting = [case for case in self.cases if isinstance(case.verdict, Start)]
        for case in sorted(waiting, key=lambda case: case.scraped_at or _LONG_AGO):
            async with turn:
                try:
                    await self._start(case)
                except AppError as error:
                    case.error = error

    async def _check_within(self, limiter: anyio.CapacityLimiter, case: Case) -> None:
        async with limiter:
            try:
                await self._check(case)
            except AppError as error:
                case.error = error

    async def _check(self, case: Case) -> None:
        store, partition = self._parts.store, self._partition
        case.last_job = await self._last_job(case)
        case.snapshot = await store.latest_snapshot(partition, "account", case.account_id)
        case.verdict = self._decide(case)
        if isinstance(case.verdict, FreshEnough):
            return
        broken: StoreError | None = None
        try:
            if await self._joined(case):
                return
        except StoreError as error:
            broken = error
        await self._ask(case)
        if isinstance(case.verdict, Start):
            case.error = broken
        elif broken is None and isinstance(case.verdict, Cooldown | NoQuota):
            await self._look_again(case)

    async def _joined(self, case: Case) -> bool:
        """Join the account's running refresh, if there is one."""
        parts = self._parts
        active = await parts.store.active_job(self._partition, case.account_id)
        if active is None:
            return False
        if isinstance(next_act(active, now=parts.clock(), rules=parts.rules), Finish):
            # It was never sent, and is about to be dropped: not worth joining.
            await self._tending.tend(self._partition, active).until(lambda one: one.is_over)
            return False
        self._join(case, active)
        return True

    async def _look_again(self, case: Case) -> None:
        """Find the refresh that the upstream refuses another one for: it may be a minute old."""
        if await self._joined(case):
            return
        newest = await self._parts.store.latest_snapshot(
            self._partition, "account", case.account_id
        )
        case.snapshot = newest or case.snapshot
        case.verdict = self._decide(case)

    async def _ask(self, case: Case) -> None:
        """Ask the upstream, as far as needed to decide."""
        reader = self._parts.reader
        try:
            reply = await reader.analytics(case.account_id)
        except NotFoundError as error:
            if error.code is not ErrorCode.NOT_FOUND_ANALYTICS:
                raise
        else:
            case.snapshot = reader.snapshot_of(reply, case.account_id)
            case.seen = Observation(exists=True, scraped_at=parse_time(reply.data.scraped_at))
        case.verdict = self._decide(case)
        if isinstance(case.verdict, AskAvailability):
            case.availability = await reader.availability(case.account_id)
            # Who gets what is left is decided when all accounts are known.
            case.verdict = self._decide(case)

    def _decide(self, case: Case, left: int | None = None, *, may_spend: bool = True) -> Verdict:
        return decide(
            now=self._parts.clock(),
            scraped_at=case.scraped_at,
            max_age=self._max_age,
            active=None,
            availability=case.availability,
            left=left,
            reserve=self._parts.rules.reserve,
            may_spend=may_spend,
        )

    async def _start(self, case: Case) -> None:
        if not isinstance(case.verdict, Start):
            return
        seen = await self._parts.store.quota(self._partition, self._parts.clock())
        case.verdict = self._decide(case, quota_left(seen), may_spend=self._may_spend())
        if isinstance(case.verdict, Start):
            # A caller that gives up now must not leave a job behind that nobody tends.
            with anyio.CancelScope(shield=True):
                await self._open(case)
            if case.tended is None and _is_to_start(case):
                case.availability = None
                await self._ask(case)
                await self._start(case)

    def _may_spend(self) -> bool:
        if self._spendable is not None and self._spendable <= 0:
            return False
        return self._purse is None or self._purse.may_spend()

    async def _open(self, case: Case) -> None:
        """Begin the refresh, or join or leave it; a verdict `Start` that stays asks anew."""
        store, partition = self._parts.store, self._partition
        job, is_ours = await store.open_job(partition, self._planned(case))
        if not is_ours:
            self._join(case, job)
            return
        ended = await self._last_job(case)
        if ended is not None and ended != case.last_job:
            # Another process refreshed it since the check, and nobody can do so from here on.
            case.last_job = ended
            await self._withdraw(job, "fresh_enough")
            return
        refusal = await self._overdrawn()
        if refusal is not None:
            case.verdict = refusal
            told: Outcome = "reserved" if isinstance(refusal, Reserved) else "quota_exhausted"
            await self._withdraw(job, told)
            return
        if self._spendable is not None:
            self._spendable -= 1
        if self._purse is not None:
            self._purse.spend()
        case.tended = self._tending.tend(partition, job)

    def _planned(self, case: Case) -> Job:
        parts, now = self._parts, self._parts.clock()
        detail: Body = {HAD_DATA: case.seen.exists}
        if asked_by := parts.audit.asked_by():
            detail[ASKED_BY] = asked_by
        return Job(
            job_id=parts.new_id(),
            account_id=case.account_id,
            idempotency_key=parts.new_id(),
            state=JobState.PLANNED,
            baseline=case.seen.scraped_at,
            created_at=now,
            detail=detail,
            # Ours from the start: it may yet be withdrawn.
            owner=parts.owner,
            lease_until=now + timedelta(seconds=parts.rules.lease),
        )

    async def _overdrawn(self) -> NoQuota | Reserved | None:
        """Look again now that the job counts: another process may have counted on the same."""
        left = quota_left(await self._parts.store.quota(self._partition, self._parts.clock()))
        if left is None or left >= self._parts.rules.reserve:
            return None
        return NoQuota(None) if left < 0 else Reserved()

    async def _last_job(self, case: Case) -> str | None:
        """Name the account's refresh that brought figures last, by whichever process."""
        last = await self._parts.store.last_job(self._partition, case.account_id)
        if last is None or (last.state is not JobState.DONE and last.outcome != "fresh_enough"):
            return None
        return last.job_id

    async def _withdraw(self, job: Job, outcome: Outcome) -> None:
        """End a job that was never sent; `outcome` is what those who joined it are told."""
        await self._parts.store.save_job(
            self._partition,
            replace(
                job,
                state=JobState.FAILED,
                outcome=outcome,
                finished_at=self._parts.clock(),
            ),
        )

    def _join(self, case: Case, job: Job) -> None:
        case.verdict = Join(job)
        case.joined = True
        case.tended = self._tending.tend(self._partition, job)
        case.told = case.tended.told


def _is_to_start(case: Case) -> bool:
    """Say so of a case that others may have changed since the same was asked before."""
    return isinstance(case.verdict, Start)
