"""Keeps the error of a job in the store, and makes it an error again for later callers."""

from collections.abc import Mapping

from pydantic import JsonValue

from mcp_server.errors import (
    AppError,
    ConflictError,
    ErrorCode,
    ForbiddenError,
    MalformedResponseError,
    NotFoundError,
    OutcomeUnknownError,
    RateLimitedError,
    UnauthorizedError,
    UpstreamFacts,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.store.records import Job

_KEPT = "error"
_KINDS: Mapping[str, type[AppError]] = {
    ErrorCode.NOT_FOUND_ACCOUNT: NotFoundError,
    ErrorCode.NOT_FOUND_ANALYTICS: NotFoundError,
    ErrorCode.NOT_FOUND: NotFoundError,
    ErrorCode.UNAUTHORIZED: UnauthorizedError,
    ErrorCode.FORBIDDEN: ForbiddenError,
    ErrorCode.FORBIDDEN_SCOPE: ForbiddenError,
    ErrorCode.FORBIDDEN_ACCOUNT: ForbiddenError,
    ErrorCode.FORBIDDEN_CREDITS: ForbiddenError,
    ErrorCode.CONFLICT: ConflictError,
    ErrorCode.RATE_LIMITED: RateLimitedError,
    ErrorCode.UPSTREAM_TIMEOUT: UpstreamTimeoutError,
    ErrorCode.UPSTREAM_MALFORMED: MalformedResponseError,
    ErrorCode.UPSTREAM_NO_DATA: MalformedResponseError,
}


def kept(error: AppError) -> dict[str, JsonValue]:
    """Return the part of a job's detail that keeps an error."""
    facts = error.upstream
    return {
        _KEPT: {
            "message": error.message,
            "retryable": error.retryable,
            "http_status": facts.http_status,
            "code": facts.code,
            "request_id": facts.request_id,
            "said": facts.message,
        }
    }


def error_of(job: Job) -> AppError | None:
    """Return why a job failed; None if it did not."""
    if job.error_code is None:
        return None
    found = job.detail.get(_KEPT)
    said: Mapping[str, JsonValue] = found if isinstance(found, Mapping) else {}
    text, status = said.get("message"), said.get("http_status")
    message = text if isinstance(text, str) else None
    facts = UpstreamFacts.of(
        http_status=status if isinstance(status, int) else None,
        code=said.get("code"),
        request_id=said.get("request_id"),
        message=said.get("said"),
    )
    if job.error_code == ErrorCode.OUTCOME_UNKNOWN:
        return OutcomeUnknownError(message, idempotency_key=job.idempotency_key, upstream=facts)
    try:
        code = ErrorCode(job.error_code)
    except ValueError:  # a newer version of the server wrote it
        code = ErrorCode.UPSTREAM_UNAVAILABLE
    kind = _KINDS.get(code, UpstreamUnavailableError)
    return kind(message, code=code, retryable=said.get("retryable") is True, upstream=facts)
