"""The jobs that this process works on or watches, each by one task, whoever waits for it."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import copy_context
from datetime import datetime, timedelta
from typing import Final

import anyio

from mcp_server.errors import StoreError
from mcp_server.freshness.parts import Parts
from mcp_server.freshness.results import Outcome
from mcp_server.freshness.runner import JobRunner
from mcp_server.freshness.steps import ALREADY_FRESH, RECEIPT
from mcp_server.store.records import Job, JobState

_BEFORE_ACCEPTANCE: Final = frozenset({JobState.PLANNED, JobState.POSTING})

log = logging.getLogger(__name__)


class Tended:
    """One job as this process last saw it, for any number of waiters.

    Attributes:
        job: The job as last stored or read.
        error: Why nobody here tends it any more, if it has not ended.
        told: What the last answer said of it, while it was unfinished.
        check_at: When that answer asked to come back.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.error: StoreError | None = None
        self.told: Outcome | None = None
        self.check_at: datetime | None = None
        self.scope = anyio.CancelScope()
        self._is_left = False
        self._changed = anyio.Event()

    def show(self, job: Job) -> None:
        """Take a newer state and wake the waiters."""
        self.job = job
        self._wake()

    def leave(self) -> None:
        """Say that nothing more will come."""
        self._is_left = True
        self._wake()

    @property
    def is_over(self) -> bool:
        """Whether there is nothing to wait for."""
        return self._is_left or not self.job.is_active

    @property
    def is_sent(self) -> bool:
        """Whether the POST has been answered, or nobody knows whether it was.

        An upstream that calls the data fresh has nothing to wait for: its figures are read at
        once, and that belongs to the answer.
        """
        if self.is_over:
            return True
        is_fresh = self.job.detail.get(RECEIPT) == ALREADY_FRESH
        return self.job.state not in _BEFORE_ACCEPTANCE and not is_fresh

    async def until(self, reached: Callable[["Tended"], bool]) -> None:
        """Wait until something is so."""
        while not reached(self):
            await self._changed.wait()

    def _wake(self) -> None:
        self._changed.set()
        self._changed = anyio.Event()


class Tending:
    """Starts at most one task for each job."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tended: dict[tuple[str, str], Tended] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_closed = False

    def tend(self, partition: str, job: Job) -> Tended:
        """Return the job's place here, with a task that works on it until it has ended.

        The task outlives whoever asked for it.
        """
        known = self._tended.get((partition, job.job_id))
        if known is not None:
            return known
        tended = Tended(job)
        if self._is_closed:
            tended.leave()
            return tended
        self._tended[partition, job.job_id] = tended
        # A context of its own: what belongs to the caller's request must not live on in here.
        task = asyncio.create_task(
            self._tend(partition, tended), name=f"refresh {job.job_id}", context=_BARE.copy()
        )
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return tended

    def knows(self, partition: str, job_id: str) -> bool:
        """Say whether a task tends the job already."""
        return (partition, job_id) in self._tended

    async def aclose(self) -> None:
        """End the tasks and release their leases; the jobs stay for the next process."""
        self._is_closed = True
        for tended in [*self._tended.values()]:
            tended.scope.cancel()
        if self._tasks:
            await asyncio.wait([*self._tasks])

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (bug := task.exception()) is not None:
            log.error("A refresh was left alone for a bug", exc_info=bug)

    async def _tend(self, partition: str, tended: Tended) -> None:
        key = (partition, tended.job.job_id)
        try:
            with tended.scope:
                await self._work_or_watch(partition, tended)
            if tended.scope.cancelled_caught:
                await self._parts.store.release_job(partition, tended.job.job_id, self._parts.owner)
        except StoreError as error:
            log.warning("Job %s is left alone: %s", tended.job.job_id, error)
            tended.error = error
        finally:
            self._tended.pop(key, None)
            tended.leave()

    async def _work_or_watch(self, partition: str, tended: Tended) -> None:
        parts = self._parts
        lease = timedelta(seconds=parts.rules.lease)
        runner = JobRunner(parts, partition, tended.show)
        while tended.job.is_active:
            now, job_id = parts.clock(), tended.job.job_id
            if _may_be_free(tended.job, parts.owner, now, lease):
                claimed = await parts.store.claim_job(partition, job_id, parts.owner, now, lease)
                if claimed is not None:
                    await runner.run(claimed)
            if tended.job.is_active:
                await parts.sleep(parts.rules.store_poll)
                job = await parts.store.job(partition, job_id)
                if job is None:
                    raise StoreError("The refresh is no longer in the store.")
                if job != tended.job:
                    tended.show(job)


def _may_be_free(job: Job, owner: str, now: datetime, lease: timedelta) -> bool:
    """Say whether it is worth asking for the job; only the store knows for certain."""
    if job.owner in {None, owner} or job.lease_until is None:
        return True
    # Longer than any lease: the clock was set back, and the store puts that right when asked.
    return not now < job.lease_until <= now + lease


_BARE: Final = copy_context()
