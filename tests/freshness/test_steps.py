"""What comes next for a job, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from mcp_server.errors import (
    AppError,
    ConflictError,
    CooldownError,
    ErrorCode,
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    QuotaExceededError,
    RateLimitedError,
    SettingsError,
    UnauthorizedError,
    UpstreamUnavailableError,
)
from mcp_server.freshness.plan import Availability
from mcp_server.freshness.rules import EngineRules
from mcp_server.freshness.steps import (
    HAD_DATA,
    POSTS,
    RECEIPT,
    Accepted,
    Act,
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
    is_newer,
    next_act,
)
from mcp_server.store.records import Job, JobState

NOW = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BASELINE = NOW - timedelta(days=3)
RULES = EngineRules(plan_valid=600, uncertain_for=900, give_up_after=7_200, most_posts=3)
OLD = Observation(exists=True, scraped_at=BASELINE)
NEWER = Observation(exists=True, scraped_at=BASELINE + SECOND)
NONE = Observation(exists=False)
FREE = Availability(True, None, 500, 1)
COOLING = Availability(False, NOW + timedelta(hours=48), 500, 1)
SPENT = Availability(False, NOW + timedelta(days=18), 500, 500)
SILENT = Availability(None, None)


def job(
    state: JobState = JobState.POSTED,
    *,
    ago: float = 0,
    baseline: datetime | None = BASELINE,
    had_data: bool = True,
    posts: int = 1,
    receipt: str | None = None,
    polls: int = 0,
) -> Job:
    return Job(
        job_id="job",
        account_id="a",
        idempotency_key="key",
        state=state,
        baseline=baseline,
        created_at=NOW - timedelta(seconds=ago),
        posted_at=NOW - timedelta(seconds=ago) if state is JobState.POSTED else None,
        detail={HAD_DATA: had_data, POSTS: posts, RECEIPT: receipt},
        polls=polls,
    )


@pytest.mark.parametrize(
    ("state", "ago", "act"),
    [
        (JobState.PLANNED, 0, Post()),
        (JobState.PLANNED, 600, Post()),
        (JobState.PLANNED, -3_600, Post()),  # the clock was set back
        (JobState.POSTING, 0, Doubt()),
        (JobState.POSTING, 100_000, Doubt()),
        (JobState.UNCERTAIN, 0, Check()),
        (JobState.UNCERTAIN, 100_000, Check()),
        (JobState.POSTED, 0, Look()),
        (JobState.POSTED, 100_000, Look()),
    ],
)
def test_each_state_has_one_thing_to_do(state: JobState, ago: float, act: Act) -> None:
    assert next_act(job(state, ago=ago), now=NOW, rules=RULES) == act


def test_a_plan_that_was_not_sent_in_time_is_dropped() -> None:
    end = next_act(job(JobState.PLANNED, ago=601), now=NOW, rules=RULES)
    assert isinstance(end, Finish)
    assert end.outcome == "failed"
    assert end.error is not None
    assert "Nothing was spent" in end.error.message


COOLDOWN = CooldownError(next_refresh_at="2026-02-12T09:15:00Z")
REFUSALS: list[tuple[AppError, str]] = [
    (QuotaExceededError(limit=500, used=500), "quota_exhausted"),
    (NotFoundError(code=ErrorCode.NOT_FOUND_ACCOUNT), "not_found"),
    (NotFoundError(), "failed"),
    (ForbiddenError(), "failed"),
    (UnauthorizedError(), "failed"),
    (ConflictError(), "failed"),
    (RateLimitedError(), "failed"),
    (UpstreamUnavailableError(), "failed"),
]


@pytest.mark.parametrize(("error", "outcome"), REFUSALS)
def test_a_first_post_that_is_refused_ends_the_job(error: AppError, outcome: str) -> None:
    end = after_refusal(job(JobState.POSTING), error, now=NOW)
    assert isinstance(end, Finish)
    assert end.outcome == outcome
    assert end.error is (None if outcome == "quota_exhausted" else error)


def test_a_first_post_in_a_cooldown_tells_when_it_ends() -> None:
    until = datetime(2026, 2, 12, 9, 15, tzinfo=UTC)
    end = after_refusal(job(JobState.POSTING), COOLDOWN, now=NOW)
    assert end == Finish("cooldown", available_at=until)


@pytest.mark.parametrize("error", [error for error, _ in REFUSALS])
def test_a_repeated_post_that_is_refused_proves_nothing(error: AppError) -> None:
    assert after_refusal(job(JobState.POSTING, posts=2), error, now=NOW) == Unsettled()


def test_a_cooldown_after_a_repeated_post_was_begun_by_the_first() -> None:
    assert after_refusal(job(JobState.POSTING, posts=2), COOLDOWN, now=NOW) == Accepted()


@pytest.mark.parametrize("posts", [1, 2])
def test_an_unknown_outcome_is_never_taken_for_a_known_one(posts: int) -> None:
    error = OutcomeUnknownError(idempotency_key="key")
    assert after_refusal(job(JobState.POSTING, posts=posts), error, now=NOW) == Unsettled()


@pytest.mark.parametrize(
    ("said", "seen", "posts", "ago", "step"),
    [
        (FREE, OLD, 1, 0, Post()),
        (FREE, NONE, 1, 0, Post()),
        (FREE, OLD, 2, 900, Post()),
        (FREE, OLD, 3, 0, Unsettled()),
        (FREE, NEWER, 1, 0, Accepted()),
        (FREE, NEWER, 3, 100_000, Accepted()),
        (COOLING, OLD, 1, 0, Accepted()),
        (COOLING, NONE, 1, 100_000, Accepted()),
        (SPENT, OLD, 1, 0, Unsettled()),
        (SPENT, NEWER, 1, 0, Accepted()),
        (SILENT, OLD, 1, 0, Unsettled()),
    ],
)
def test_only_signs_of_the_upstream_settle_an_unknown_outcome(
    said: Availability, seen: Observation, posts: int, ago: float, step: object
) -> None:
    uncertain = job(JobState.UNCERTAIN, posts=posts, ago=ago)
    assert after_check(uncertain, said, seen, now=NOW, rules=RULES) == step


@pytest.mark.parametrize("said", [FREE, SPENT, SILENT])
@pytest.mark.parametrize(("ago", "polls"), [(901, 0), (0, 400)])
def test_an_outcome_that_stays_unknown_is_given_up_and_not_sent_again(
    said: Availability, ago: float, polls: int
) -> None:
    uncertain = job(JobState.UNCERTAIN, ago=ago, polls=polls)
    for end in (
        after_check(uncertain, said, OLD, now=NOW, rules=RULES),
        after_failed_check(uncertain, now=NOW, rules=RULES),
    ):
        assert isinstance(end, Finish)
        assert end.outcome == "outcome_unknown"
        assert isinstance(end.error, OutcomeUnknownError)
        assert end.error.idempotency_key == "key"


def test_a_check_that_failed_is_made_again() -> None:
    uncertain = job(JobState.UNCERTAIN, ago=900, polls=399)
    assert after_failed_check(uncertain, now=NOW, rules=RULES) == Unsettled()


@pytest.mark.parametrize(
    ("seen", "receipt", "step"),
    [
        (NEWER, "scrape_queued", Finish("refreshed")),
        (NEWER, "refreshed", Finish("refreshed")),
        (NEWER, None, Finish("refreshed")),
        (OLD, "scrape_queued", Unsettled()),
        (OLD, None, Unsettled()),
        (OLD, "a_word_of_next_year", Unsettled()),
        (NONE, "scrape_queued", Unsettled()),
        (OLD, "refreshed", Finish("no_newer_data")),
        (NONE, "refreshed", Finish("no_newer_data")),
    ],
)
def test_a_look_ends_the_job_when_there_is_something_to_see(
    seen: Observation, receipt: str | None, step: object
) -> None:
    assert after_look(job(receipt=receipt), seen, now=NOW, rules=RULES) == step


@pytest.mark.parametrize(("ago", "polls"), [(7_201, 0), (0, 400)])
def test_looking_ends_some_day(ago: float, polls: int) -> None:
    waiting = job(ago=ago, polls=polls)
    for end in (
        after_look(waiting, OLD, now=NOW, rules=RULES),
        after_failed_look(waiting, UpstreamUnavailableError(), now=NOW, rules=RULES),
    ):
        assert isinstance(end, Finish)
        assert end.outcome == "failed"
        assert end.error is not None
        assert end.error.code is ErrorCode.UPSTREAM_TIMEOUT
    late = after_look(waiting, NEWER, now=NOW, rules=RULES)
    assert late == Finish("refreshed")


@pytest.mark.parametrize("error", [UpstreamUnavailableError(), RateLimitedError()])
def test_a_passing_failure_of_a_look_changes_nothing(error: AppError) -> None:
    assert after_failed_look(job(ago=7_200), error, now=NOW, rules=RULES) == Unsettled()


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (NotFoundError(code=ErrorCode.NOT_FOUND_ACCOUNT), "not_found"),
        (UnauthorizedError(), "failed"),
        (ForbiddenError(), "failed"),
        (ConflictError(), "failed"),
        (SettingsError(variable="TOKPORTAL_API_KEY"), "failed"),
    ],
)
def test_a_final_failure_of_a_look_ends_the_job(error: AppError, outcome: str) -> None:
    end = after_failed_look(job(), error, now=NOW, rules=RULES)
    assert isinstance(end, Finish)
    assert (end.outcome, end.error) == (outcome, error)


@pytest.mark.parametrize(
    ("had_data", "baseline", "seen", "newer"),
    [
        (True, BASELINE, NEWER, True),
        (True, BASELINE, OLD, False),
        (True, BASELINE, Observation(exists=True, scraped_at=BASELINE - SECOND), False),
        (True, BASELINE, NONE, False),
        (True, BASELINE, Observation(exists=True), False),
        (False, None, OLD, True),
        (False, None, Observation(exists=True), True),
        (False, None, NONE, False),
        (True, None, Observation(exists=True), False),
        (True, None, OLD, True),
    ],
)
def test_newer_is_measured_from_what_there_was(
    *, had_data: bool, baseline: datetime | None, seen: Observation, newer: bool
) -> None:
    assert is_newer(job(had_data=had_data, baseline=baseline), seen) is newer
