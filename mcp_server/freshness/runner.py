"""Takes one job through its steps, each written down before and after what it does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never

import anyio
from pydantic import JsonValue

from mcp_server.errors import (
    AppError,
    CooldownError,
    ErrorCode,
    NotFoundError,
    QuotaExceededError,
    StoreError,
)
from mcp_server.freshness.eta import Expectation, pause
from mcp_server.freshness.failure import kept
from mcp_server.freshness.parts import Parts
from mcp_server.freshness.steps import (
    ALREADY_FRESH,
    AVAILABLE_AT,
    POSTS,
    RECEIPT,
    REMARK,
    Accepted,
    Check,
    Doubt,
    Finish,
    Look,
    Observation,
    Post,
    Unsettled,
    after_check,
    after_failed_check,
    after_failed_look,
    after_look,
    after_refusal,
    next_act,
    posts_of,
)
from mcp_server.models.time import parse_time
from mcp_server.store.records import Job, JobState

_DONE: Final = frozenset({"refreshed", "no_newer_data"})
_SENT_AT: Final = "sent_at"
_PAUSE: Final = "pause_seconds"


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Works on a job as long as this process has its lease.

    Attributes:
        parts: What it works with.
        partition: Where the job is stored.
        show: Is told of every state that the job was stored in.
    """

    parts: Parts
    partition: str
    show: Callable[[Job], None]

    async def run(self, job: Job) -> None:
        """Work until the job has ended or somebody else has taken it over.

        Raises:
            StoreError: The store cannot be used; the job stays as it was last written.
        """
        failure: StoreError | None = None
        async with anyio.create_task_group() as group:
            group.start_soon(self._keep_lease, job.job_id, group.cancel_scope)
            try:
                await self._work(job)
            except StoreError as error:
                failure = error
            group.cancel_scope.cancel()
        if failure is not None:
            raise failure

    async def _keep_lease(self, job_id: str, scope: anyio.CancelScope) -> None:
        parts = self.parts
        lease = timedelta(seconds=parts.rules.lease)
        while True:
            await parts.sleep(parts.rules.lease / 3)
            try:
                held = await parts.store.claim_job(
                    self.partition, job_id, parts.owner, parts.clock(), lease
                )
            except StoreError:
                held = None
            if held is None:
                scope.cancel()

    async def _work(self, job: Job) -> None:
        await self.parts.sleep(_rest_of_pause(job, self.parts.clock()))
        current: Job | None = job
        while current is not None and current.is_active:
            current = await self._act(current)
            if current is not None and current.is_active:
                await self.parts.sleep(_pause_of(current))

    async def _act(self, job: Job) -> Job | None:
        """Do the next thing; return the job as stored after it, None if it is no longer ours."""
        act = next_act(job, now=self.parts.clock(), rules=self.parts.rules)
        match act:
            case Post():
                return await self._post(job)
            case Doubt():
                return await self._save(job, state=JobState.UNCERTAIN)
            case Check():
                return await self._check(job)
            case Look():
                return await self._look(job)
            case Finish():
                return await self._finish(job, act)
            case _:
                assert_never(act)

    async def _post(self, job: Job) -> Job | None:
        """Send the refresh: first written down, then sent, then what came of it written down."""
        try:
            await self.parts.audit.before(job, posts_of(job) + 1)
        except StoreError as error:
            return await self._finish(job, Finish("failed", error))
        detail: dict[str, JsonValue] = {
            _SENT_AT: self.parts.clock().isoformat(),
            POSTS: posts_of(job) + 1,
        }
        posting = await self._save(job, state=JobState.POSTING, detail=detail)
        if posting is None:
            return None
        try:
            reply = await self.parts.reader.client.refresh_account_analytics(
                posting.account_id,
                idempotency_key=posting.idempotency_key,
                retry_uncertain=False,
            )
        except AppError as error:
            return await self._refused(posting, error)
        said = None if reply.world is None else reply.data.remark
        return await self._accepted(posting, self.parts.clock(), reply.data.status, said)

    async def _refused(self, job: Job, error: AppError) -> Job | None:
        if isinstance(error, QuotaExceededError):
            await self.parts.reader.note_refusal(error)
        step = after_refusal(job, error, now=self.parts.clock())
        match step:
            case Accepted():
                return await self._accepted(job, _sent_at(job), None)
            case Unsettled():
                await self.parts.audit.after(job, "unknown")
                return await self._again(job, JobState.UNCERTAIN, error)
            case Finish():
                return await self._finish(job, step)
            case _:
                assert_never(step)

    async def _accepted(
        self, job: Job, at: datetime, receipt: str | None, remark: str | None = None
    ) -> Job | None:
        told = {RECEIPT: receipt, REMARK: remark}
        detail: dict[str, JsonValue] = {name: said for name, said in told.items() if said}
        # Whatever is known to be there already is looked at without a pause.
        seconds = await self._pause(replace(job, polls=0, posted_at=at))
        posted = await self._save(
            job,
            state=JobState.POSTED,
            posted_at=at,
            polls=0,
            detail=detail,
            pause=0.0 if receipt in {None, ALREADY_FRESH} else seconds,
        )
        if posted is not None:
            await self.parts.audit.after(posted, "accepted")
            await self._note_quota(posted.account_id)
        return posted

    async def _note_quota(self, account_id: str) -> None:
        try:
            await self.parts.reader.availability(account_id)
        except AppError:
            return  # the ledger keeps the refresh as reserved until somebody asks again

    async def _check(self, job: Job) -> Job | None:
        """Look for signs that a refresh of unknown outcome was accepted."""
        parts = self.parts
        try:
            # In this order: a refresh that ends in between shows in the analytics.
            said = await parts.reader.availability(job.account_id)
            seen = await self._observe(job.account_id)
        except AppError as error:
            end = after_failed_check(job, now=parts.clock(), rules=parts.rules)
            if isinstance(end, Finish):
                return await self._finish(job, end)
            return await self._again(job, JobState.UNCERTAIN, error)
        step = after_check(job, said, seen, now=parts.clock(), rules=parts.rules)
        match step:
            case Accepted():
                return await self._accepted(job, _sent_at(job), None)
            case Post():
                return await self._post(job)
            case Unsettled():
                return await self._again(job, JobState.UNCERTAIN)
            case Finish():
                return await self._finish(job, step)
            case _:
                assert_never(step)

    async def _look(self, job: Job) -> Job | None:
        """Look for newer analytics."""
        parts = self.parts
        error: AppError | None = None
        step: Unsettled | Finish
        try:
            seen = await self._observe(job.account_id)
        except AppError as failure:
            error = failure
            step = after_failed_look(job, failure, now=parts.clock(), rules=parts.rules)
        else:
            step = after_look(job, seen, now=parts.clock(), rules=parts.rules)
        if isinstance(step, Finish):
            return await self._finish(job, step)
        return await self._again(job, JobState.POSTED, error)

    async def _observe(self, account_id: str) -> Observation:
        try:
            reply = await self.parts.reader.analytics(account_id)
        except NotFoundError as error:
            if error.code is ErrorCode.NOT_FOUND_ANALYTICS:
                return Observation(exists=False)
            raise
        return Observation(exists=True, scraped_at=parse_time(reply.data.scraped_at))

    async def _again(self, job: Job, state: JobState, error: AppError | None = None) -> Job | None:
        """Write down that nothing is settled, and the pause before the next try."""
        # An accepted refresh had its first pause already, one of unknown outcome has it now.
        looks = job.polls + 1 if state is JobState.POSTED else job.polls
        seconds = await self._pause(replace(job, polls=looks))
        asked = error.retry_after_seconds if error is not None else None
        # A cooldown tells its end the same way, but is no reason not to look.
        if asked is not None and not isinstance(error, CooldownError):
            seconds = max(seconds, min(asked, self.parts.rules.longest_asked))
        return await self._save(job, state=state, polls=job.polls + 1, pause=seconds)

    async def _pause(self, job: Job) -> float:
        expected: Expectation | None = None
        if job.posted_at is not None:
            durations = await self.parts.store.finished_durations(self.partition)
            expected = Expectation.of(durations, self.parts.rules)
        return pause(job.polls, expected, self.parts.rules, chance=self.parts.random())

    async def _finish(self, job: Job, end: Finish) -> Job | None:
        detail: dict[str, JsonValue] = {} if end.error is None else kept(end.error)
        if end.available_at is not None:
            detail[AVAILABLE_AT] = end.available_at.isoformat()
        ended = await self._save(
            replace(
                job,
                finished_at=self.parts.clock(),
                outcome=end.outcome,
                error_code=None if end.error is None else end.error.code,
            ),
            state=JobState.DONE if end.outcome in _DONE else JobState.FAILED,
            detail=detail,
        )
        if ended is not None and posts_of(ended):
            await self.parts.audit.after(ended, end.outcome)
        return ended

    async def _save(
        self,
        job: Job,
        *,
        state: JobState,
        posted_at: datetime | None = None,
        polls: int | None = None,
        detail: dict[str, JsonValue] | None = None,
        pause: float = 0.0,
    ) -> Job | None:
        changed = replace(
            job,
            state=state,
            posted_at=posted_at or job.posted_at,
            polls=job.polls if polls is None else polls,
            detail={**job.detail, **(detail or {}), _PAUSE: pause},
            next_step_at=self.parts.clock() + timedelta(seconds=pause) if pause else None,
        )
        stored = await self.parts.store.save_job(self.partition, changed)
        if stored is not None:
            self.show(stored)
        return stored


def _pause_of(job: Job) -> float:
    seconds = job.detail.get(_PAUSE)
    return seconds if isinstance(seconds, int | float) else 0.0


def _rest_of_pause(job: Job, now: datetime) -> float:
    """Return what is left of a pause that another process began."""
    if job.next_step_at is None:
        return 0.0
    # Bounded by the pause itself: the clock may have been set back since.
    return min(max((job.next_step_at - now).total_seconds(), 0.0), _pause_of(job))


def _sent_at(job: Job) -> datetime:
    text = job.detail.get(_SENT_AT)
    return (parse_time(text) if isinstance(text, str) else None) or job.created_at
