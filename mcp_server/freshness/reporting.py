"""Turns what happened to an account during a call into its result."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, get_args

from mcp_server.errors import AppError, ErrorCode, NotFoundError, UpstreamTimeoutError
from mcp_server.freshness.eta import Expectation
from mcp_server.freshness.failure import error_of
from mcp_server.freshness.parts import Parts
from mcp_server.freshness.plan import (
    Availability,
    Capped,
    Cooldown,
    FreshEnough,
    NoQuota,
    Reserved,
    Verdict,
)
from mcp_server.freshness.results import AccountResult, Outcome
from mcp_server.freshness.steps import ALREADY_FRESH, AVAILABLE_AT, RECEIPT, REMARK, Observation
from mcp_server.freshness.tending import Tended
from mcp_server.models.account import AccountAnalytics
from mcp_server.models.basis import NOT_TOLD
from mcp_server.models.time import parse_time
from mcp_server.store.records import Job, JobState, StoredSnapshot

_OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
_NOTHING: Final = Observation(exists=False)
_LATE: Final = "The account could not be checked in time; no refresh was begun."


@dataclass(slots=True)
class Case:
    """One account of a call, filled in as the call goes on.

    Attributes:
        account_id: The account.
        snapshot: The newest data that was come by.
        last_job: The refresh that had brought figures last, when the check began.
        seen: The upstream's data at the time of the decision.
        availability: What the upstream said about refreshing.
        verdict: The decision so far.
        error: Why there is none.
        tended: The refresh that runs.
        joined: Whether somebody else had begun it.
        told: What was answered about it before this call.
    """

    account_id: str
    snapshot: StoredSnapshot | None = None
    last_job: str | None = None
    seen: Observation = _NOTHING
    availability: Availability | None = None
    verdict: Verdict | None = None
    error: AppError | None = None
    tended: Tended | None = None
    joined: bool = False
    told: Outcome | None = None

    @property
    def scraped_at(self) -> datetime | None:
        """When the newest known data was collected."""
        return None if self.snapshot is None else self.snapshot.scraped_at

    @property
    def is_spent(self) -> bool:
        """Whether this call's own refresh was accepted and counted."""
        if self.tended is None or self.joined:
            return False
        job = self.tended.job
        return job.posted_at is not None and job.detail.get(RECEIPT) != ALREADY_FRESH


@dataclass(frozen=True, slots=True)
class Reporter:
    """Writes results; for an unfinished refresh it remembers what it told."""

    parts: Parts
    partition: str

    async def result(self, case: Case) -> AccountResult:
        """Return the result of a case as it stands now."""
        stored = await self.parts.store.latest_snapshot(self.partition, "account", case.account_id)
        snapshot = stored or case.snapshot
        base = AccountResult(
            case.account_id,
            "failed",
            joined=case.joined,
            data=None if snapshot is None else AccountAnalytics.model_validate(snapshot.body),
            scraped_at=None if snapshot is None else snapshot.scraped_at,
            stored_at=None if snapshot is None else snapshot.stored_at,
            mode=None if snapshot is None else snapshot.mode,
            synthetic=snapshot is not None and snapshot.synthetic,
            basis=NOT_TOLD if snapshot is None else snapshot.basis,
        )
        if case.tended is not None:
            return await self._of_job(base, case, case.tended)
        if case.error is not None:
            return replace(base, outcome=outcome_of(case.error), error=case.error)
        return _of_verdict(base, case.verdict)

    async def _of_job(self, base: AccountResult, case: Case, tended: Tended) -> AccountResult:
        job = tended.job
        base = replace(
            base,
            job_id=job.job_id,
            started_at=job.created_at,
            receipt=_text(job, RECEIPT),
            remark=_text(job, REMARK),
        )
        if not job.is_active:
            return replace(
                base,
                outcome=next((known for known in _OUTCOMES if known == job.outcome), "failed"),
                error=error_of(job),
                available_at=parse_time(_text(job, AVAILABLE_AT)),
            )
        if tended.error is not None:
            return replace(base, error=tended.error)
        return await self._unfinished(base, case, tended)

    async def _unfinished(self, base: AccountResult, case: Case, tended: Tended) -> AccountResult:
        parts, job, now = self.parts, tended.job, self.parts.clock()
        outcome: Outcome = "outcome_unknown" if job.state is JobState.UNCERTAIN else "pending"
        unchanged = case.joined and case.told == outcome
        durations = await parts.store.finished_durations(self.partition)
        expected = Expectation.of(durations, parts.rules)
        elapsed = (now - (job.posted_at or job.created_at)).total_seconds()
        check_after = expected.check_after(elapsed, parts.rules)
        remaining = _remaining(tended.check_at, now) if unchanged else None
        if remaining is not None and remaining <= parts.rules.longest_check_after:
            check_after = remaining
        else:
            tended.check_at = now + timedelta(seconds=check_after)
        tended.told = outcome
        return replace(
            base,
            outcome=outcome,
            unchanged=unchanged,
            data=None if unchanged else base.data,
            eta_seconds=expected.seconds_left(elapsed),
            check_after_seconds=check_after,
        )


def outcome_of(error: AppError) -> Outcome:
    """Return the outcome that an error before any refresh stands for."""
    unknown = isinstance(error, NotFoundError) and error.code is ErrorCode.NOT_FOUND_ACCOUNT
    return "not_found" if unknown else "failed"


def _of_verdict(base: AccountResult, verdict: Verdict | None) -> AccountResult:
    match verdict:
        case FreshEnough():
            return replace(base, outcome="fresh_enough")
        case Cooldown(until):
            return replace(base, outcome="cooldown", available_at=until)
        case NoQuota(until):
            return replace(base, outcome="quota_exhausted", available_at=until)
        case Reserved():
            return replace(base, outcome="reserved")
        case Capped():
            return replace(base, outcome="capped")
        case _:
            return replace(base, error=UpstreamTimeoutError(_LATE))


def _remaining(moment: datetime | None, now: datetime) -> int | None:
    if moment is None or moment <= now:
        return None
    return math.ceil((moment - now).total_seconds())


def _text(job: Job, name: str) -> str | None:
    value = job.detail.get(name)
    return value if isinstance(value, str) else None
