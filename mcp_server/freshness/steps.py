"""What comes next for a job, from its state and what was just seen; without clock or I/O.

A job goes PLANNED, POSTING, POSTED, and then DONE or FAILED. Whatever interrupts POSTING makes
it UNCERTAIN: from there only what the upstream shows leads on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias

from mcp_server.errors import (
    AppError,
    ConflictError,
    CooldownError,
    ErrorCode,
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    QuotaExceededError,
    SettingsError,
    UnauthorizedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.freshness.plan import Availability, end_of_cooldown
from mcp_server.freshness.results import Outcome
from mcp_server.freshness.rules import EngineRules
from mcp_server.store.records import Job, JobState

# What a job remembers beyond its fields, by the names in its detail.
HAD_DATA: Final = "had_data"
POSTS: Final = "posts"
RECEIPT: Final = "receipt"
REMARK: Final = "remark"
"""What the local upstream said on acceptance, in its own words."""
ALREADY_FRESH: Final = "refreshed"
"""The receipt of an upstream that collects nothing, since its data is fresh."""
AVAILABLE_AT: Final = "available_at"

_FINAL: Final = (ConflictError, ForbiddenError, NotFoundError, SettingsError, UnauthorizedError)


@dataclass(frozen=True, slots=True)
class Observation:
    """The account's analytics at one look.

    Attributes:
        exists: Whether there are any.
        scraped_at: When they were collected, where the upstream said so.
    """

    exists: bool
    scraped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """Send the refresh with the job's key, whether for the first time or again."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Somebody else may have sent it: write down that nobody knows."""


@dataclass(frozen=True, slots=True)
class Check:
    """Ask the upstream for signs that the refresh was accepted."""


@dataclass(frozen=True, slots=True)
class Look:
    """Read the analytics."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The upstream has taken the refresh on."""


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Nothing new: pause, then the same again."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The job has ended.

    Attributes:
        outcome: How.
        error: Why, if it failed.
        available_at: When a refresh is allowed again, where it was refused for now.
    """

    outcome: Outcome
    error: AppError | None = None
    available_at: datetime | None = None


Act: TypeAlias = Post | Doubt | Check | Look


def next_act(job: Job, *, now: datetime, rules: EngineRules) -> Act | Finish:
    """Say what to do for an active job that is due."""
    if job.state is JobState.POSTED:
        return Look()
    if job.state is JobState.UNCERTAIN:
        return Check()
    if job.state is JobState.POSTING:
        return Doubt()
    if (now - job.created_at).total_seconds() > rules.plan_valid:
        reason = "The server ended before the refresh was sent, and nobody waits for it any more."
        return Finish("failed", UpstreamUnavailableError(f"{reason} Nothing was spent."))
    return Post()


def after_refusal(job: Job, error: AppError, *, now: datetime) -> Accepted | Unsettled | Finish:
    """Say what an error in answer to a POST means.

    Args:
        job: As it was when the POST left, this POST counted.
        error: The answer.
        now: The time.
    """
    if isinstance(error, OutcomeUnknownError):
        return Unsettled()
    if posts_of(job) > 1:
        # An earlier POST may be what this one was refused for.
        return Accepted() if isinstance(error, CooldownError) else Unsettled()
    if isinstance(error, CooldownError):
        until = end_of_cooldown(error.next_refresh_at, error.hours_remaining, now)
        return Finish("cooldown", available_at=until)
    if isinstance(error, QuotaExceededError):
        return Finish("quota_exhausted")
    return failed(error)


def after_check(
    job: Job, said: Availability, seen: Observation, *, now: datetime, rules: EngineRules
) -> Accepted | Post | Unsettled | Finish:
    """Say what the upstream's signs mean for a job of unknown outcome.

    Newer data, or a cooldown where there was none, show that it was accepted. As long as a
    refresh is still allowed, it was not, and may be sent again. A used-up quota shows neither.
    """
    cooling = said.is_refused(now) and not said.is_exhausted
    if cooling or is_newer(job, seen):
        return Accepted()
    if _is_over(job, job.created_at, rules.uncertain_for, now=now, rules=rules):
        return Finish("outcome_unknown", OutcomeUnknownError(idempotency_key=job.idempotency_key))
    if said.can_refresh is True and posts_of(job) < rules.most_posts:
        return Post()
    return Unsettled()


def after_failed_check(job: Job, *, now: datetime, rules: EngineRules) -> Unsettled | Finish:
    """Say what follows when the upstream showed no signs at all."""
    if _is_over(job, job.created_at, rules.uncertain_for, now=now, rules=rules):
        return Finish("outcome_unknown", OutcomeUnknownError(idempotency_key=job.idempotency_key))
    return Unsettled()


def after_look(
    job: Job, seen: Observation, *, now: datetime, rules: EngineRules
) -> Unsettled | Finish:
    """Say what the analytics mean for an accepted refresh."""
    if is_newer(job, seen):
        return Finish("refreshed")
    if job.detail.get(RECEIPT) == ALREADY_FRESH:
        return Finish("no_newer_data")
    return _patience(job, now=now, rules=rules)


def after_failed_look(
    job: Job, error: AppError, *, now: datetime, rules: EngineRules
) -> Unsettled | Finish:
    """Say what it means that the analytics could not be read."""
    return failed(error) if isinstance(error, _FINAL) else _patience(job, now=now, rules=rules)


def failed(error: AppError) -> Finish:
    """Return the end by an error."""
    unknown = isinstance(error, NotFoundError) and error.code is ErrorCode.NOT_FOUND_ACCOUNT
    return Finish("not_found" if unknown else "failed", error)


def is_newer(job: Job, seen: Observation) -> bool:
    """Say whether analytics are newer than what there was before the refresh."""
    if not seen.exists:
        return False
    if seen.scraped_at is None:
        return job.detail.get(HAD_DATA) is not True
    return job.baseline is None or seen.scraped_at > job.baseline


def posts_of(job: Job) -> int:
    """Return how often the job was sent, or was about to be."""
    posts = job.detail.get(POSTS)
    return posts if isinstance(posts, int) else 0


def _patience(job: Job, *, now: datetime, rules: EngineRules) -> Unsettled | Finish:
    since = job.posted_at or job.created_at
    if not _is_over(job, since, rules.give_up_after, now=now, rules=rules):
        return Unsettled()
    reason = "The refresh was accepted, but no newer data came in time; the older data is kept."
    return Finish("failed", UpstreamTimeoutError(reason, retryable=False))


def _is_over(
    job: Job, since: datetime, seconds: float, *, now: datetime, rules: EngineRules
) -> bool:
    # Looks are counted too: a clock that is set back must not make a job endless.
    return (now - since).total_seconds() > seconds or job.polls >= rules.most_polls
