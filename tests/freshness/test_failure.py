"""An error of a job, kept in the store and read by another process."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from mcp_server.errors import (
    AppError,
    ConflictError,
    ErrorCode,
    ForbiddenError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    UnauthorizedError,
    UpstreamFacts,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.freshness.failure import error_of, kept
from mcp_server.store.records import Job, JobState

JOB = Job("job", "a", "key", JobState.FAILED, None, datetime(2026, 2, 10, tzinfo=UTC))
FACTS = UpstreamFacts(
    http_status=403, code="ACCOUNT_BANNED", request_id="req_1", message="No.", docs=None
)


def _stored(error: AppError) -> Job:
    return replace(JOB, error_code=str(error.code), detail={"posts": 1, **kept(error)})


@pytest.mark.parametrize(
    "error",
    [
        NotFoundError(code=ErrorCode.NOT_FOUND_ACCOUNT, upstream=FACTS),
        ForbiddenError(code=ErrorCode.FORBIDDEN_SCOPE, upstream=FACTS),
        UnauthorizedError("The key in TOKPORTAL_API_KEY was not accepted."),
        ConflictError(upstream=FACTS),
        RateLimitedError(),
        UpstreamUnavailableError(),
        UpstreamTimeoutError("No newer data came.", retryable=False),
        OutcomeUnknownError(idempotency_key="key"),
    ],
    ids=lambda error: str(error.code),
)
def test_an_error_comes_back_as_it_was(error: AppError) -> None:
    found = error_of(_stored(error))
    assert found is not None
    assert type(found) is type(error)
    assert (found.code, found.message, found.retryable) == (
        error.code,
        error.message,
        error.retryable,
    )
    assert found.upstream == error.upstream


def test_a_job_without_a_failure_has_no_error() -> None:
    assert error_of(JOB) is None


def test_an_unknown_outcome_comes_back_with_its_key() -> None:
    found = error_of(_stored(OutcomeUnknownError(idempotency_key="key")))
    assert isinstance(found, OutcomeUnknownError)
    assert found.idempotency_key == "key"


@pytest.mark.parametrize("detail", [{}, {"error": "odd"}, {"error": {"message": 5}}])
def test_a_code_of_a_newer_version_is_still_a_failure(detail: dict[str, JsonValue]) -> None:
    found = error_of(replace(JOB, error_code="OF_NEXT_YEAR", detail=detail))
    assert isinstance(found, UpstreamUnavailableError)
    assert found.retryable is False
