"""A failed answer as one of our errors: the upstream's code decides first, the status second."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import JsonValue

from mcp_server.clients.body import decode_or_none
from mcp_server.clients.retry import Method, Outcome
from mcp_server.clients.retry_after import retry_after
from mcp_server.errors import (
    AppError,
    ConflictError,
    CooldownError,
    ErrorCode,
    ForbiddenError,
    InvalidArgumentError,
    MalformedResponseError,
    NotFoundError,
    QuotaExceededError,
    RateLimitedError,
    UnauthorizedError,
    UpstreamFacts,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.models.account import MonthlyQuota, RefreshAvailability
from mcp_server.models.time import parse_time
from mcp_server.untrusted import safe_token

Api: TypeAlias = Literal["TokPortal", "Toklytics"]
_Object: TypeAlias = Mapping[str, JsonValue]

REQUEST_ID_HEADERS = ("x-tokportal-request-id", "x-request-id", "request-id", "x-vercel-id")
_SECONDS_PER_HOUR = 3600
_RATE_LIMIT_CODES = frozenset({"RATE_LIMIT_EXCEEDED", "RATE_LIMITED"})

_Rule: TypeAlias = tuple[type[AppError], ErrorCode]

# The statuses of the four analytics codes are documented nowhere.
_BY_CODE: Mapping[str, _Rule] = {
    "ANALYTICS_COOLDOWN": (CooldownError, ErrorCode.COOLDOWN),
    "ANALYTICS_QUOTA_EXCEEDED": (QuotaExceededError, ErrorCode.QUOTA_EXCEEDED),
    "ANALYTICS_NOT_FOUND": (NotFoundError, ErrorCode.NOT_FOUND_ANALYTICS),
    "VIDEO_ANALYTICS_NOT_FOUND": (NotFoundError, ErrorCode.NOT_FOUND_VIDEO_ANALYTICS),
    "ACCOUNT_NOT_FOUND": (NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
    "SAVED_ACCOUNT_NOT_FOUND": (NotFoundError, ErrorCode.NOT_FOUND_ACCOUNT),
    "ACCOUNT_NOT_OWNED": (ForbiddenError, ErrorCode.FORBIDDEN_ACCOUNT),
    "SAVED_ACCOUNT_NOT_OWNED": (ForbiddenError, ErrorCode.FORBIDDEN_ACCOUNT),
    "ACCOUNT_INVALID_STATUS": (ConflictError, ErrorCode.CONFLICT),
    "ACCOUNT_NOT_CONFIGURED": (ConflictError, ErrorCode.CONFLICT),
    "ANALYTICS_REFRESH_FAILED": (ConflictError, ErrorCode.REFRESH_FAILED),
    "AUTH_MISSING_KEY": (UnauthorizedError, ErrorCode.UNAUTHORIZED),
    "AUTH_INVALID_KEY": (UnauthorizedError, ErrorCode.UNAUTHORIZED),
    "AUTH_REVOKED_KEY": (UnauthorizedError, ErrorCode.UNAUTHORIZED),
    "INSUFFICIENT_CREDITS": (ForbiddenError, ErrorCode.FORBIDDEN_CREDITS),
    "RATE_LIMIT_EXCEEDED": (RateLimitedError, ErrorCode.RATE_LIMITED),
    "RATE_LIMITED": (RateLimitedError, ErrorCode.RATE_LIMITED),
}
_BY_STATUS: Mapping[int, _Rule] = {
    401: (UnauthorizedError, ErrorCode.UNAUTHORIZED),
    402: (ForbiddenError, ErrorCode.FORBIDDEN_CREDITS),
    403: (ForbiddenError, ErrorCode.FORBIDDEN),
    404: (NotFoundError, ErrorCode.NOT_FOUND),
    408: (UpstreamTimeoutError, ErrorCode.UPSTREAM_TIMEOUT),
    409: (ConflictError, ErrorCode.CONFLICT),
    428: (ConflictError, ErrorCode.CONFLICT),
    429: (RateLimitedError, ErrorCode.RATE_LIMITED),
}
_BY_CLASS: Mapping[int, _Rule] = {
    2: (MalformedResponseError, ErrorCode.UPSTREAM_MALFORMED),
    3: (UpstreamUnavailableError, ErrorCode.UPSTREAM_REDIRECTED),
    4: (InvalidArgumentError, ErrorCode.REJECTED_REQUEST),
    5: (UpstreamUnavailableError, ErrorCode.UPSTREAM_UNAVAILABLE),
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the request was, as far as its failure needs it.

    Attributes:
        api: Whose answer it is.
        method: A refused POST may be a matter of the key's scope.
        not_found: What was looked for.
        key_variable: Where the operator sets the key.
        anonymous: Whether no key was sent.
    """

    api: Api
    method: Method
    not_found: ErrorCode
    key_variable: str
    anonymous: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def map_error(answer: Answer, context: Context, *, now: float) -> AppError:
    """Return the error that an answer stands for.

    Args:
        answer: A status other than 2xx, or a 2xx that holds an `error`.
        context: What was asked.
        now: Unix seconds, for a `Retry-After` date.
    """
    body = decode_or_none(answer.content)
    said = _error_object(body)
    facts = upstream_facts(answer, body)
    wait = retry_after(answer.headers.get("retry-after"), body, now=now)
    kind, code = _rule(answer, said, context, readable=body is not None or not answer.content)
    details = said.get("details")
    details = details if isinstance(details, Mapping) else {}
    if kind is CooldownError:
        return _cooldown(details, facts)
    if kind is QuotaExceededError:
        quota = RefreshAvailability.model_validate(details).monthly_quota or MonthlyQuota()
        return QuotaExceededError(limit=quota.limit, used=quota.used, upstream=facts)
    if kind is UnauthorizedError:
        return UnauthorizedError(_key_message(context), upstream=facts)
    return kind(code=code, upstream=facts, retry_after_seconds=wait)


def outcome_of(error: AppError, method: Method) -> Outcome:
    """Say what an error means for repeating the request."""
    if isinstance(error, RateLimitedError):
        # A 429 under an unknown name could be a cooldown or a quota: a write is not repeated.
        named = (error.upstream_code or "RATE_LIMITED").upper() in _RATE_LIMIT_CODES
        return Outcome.RATE_LIMITED if named or method == "GET" else Outcome.REFUSED
    if error.code is ErrorCode.UPSTREAM_UNAVAILABLE:
        return Outcome.FAILED
    if isinstance(error, UpstreamTimeoutError):
        return Outcome.TIMED_OUT
    return Outcome.UNREADABLE if isinstance(error, MalformedResponseError) else Outcome.REFUSED


def request_id_of(answer: Answer, body: JsonValue) -> str | None:
    """Return the upstream's request id: from Toklytics' `meta`, else from the first header."""
    meta = body.get("meta") if isinstance(body, Mapping) else None
    in_body = meta.get("request_id") if isinstance(meta, Mapping) else None
    in_headers = (answer.headers.get(name) for name in REQUEST_ID_HEADERS)
    tokens = (safe_token(value) for value in (in_body, *in_headers))
    return next((token for token in tokens if token is not None), None)


def upstream_facts(answer: Answer, body: JsonValue) -> UpstreamFacts:
    """Gather what the upstream said, cleaned."""
    said = _error_object(body)
    return UpstreamFacts.of(
        http_status=answer.status,
        code=said.get("code"),
        request_id=request_id_of(answer, body),
        message=said.get("message"),
        docs=said.get("docs"),
    )


def _error_object(body: JsonValue) -> _Object:
    """Return `error` as an object; both APIs use one, but a bare string is taken too."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(error, str):
        return {"message": error}
    return error if isinstance(error, Mapping) else {}


def _rule(answer: Answer, said: _Object, context: Context, *, readable: bool) -> _Rule:
    code = said.get("code")
    name = code.upper() if isinstance(code, str) else ""
    kind, meaning = _by_name(name, context) or _by_status(answer.status, context, readable=readable)
    if meaning is ErrorCode.RATE_LIMITED and context.anonymous:
        return kind, ErrorCode.RATE_LIMITED_ANONYMOUS
    return kind, meaning


def _by_name(name: str, context: Context) -> _Rule | None:
    if name in _BY_CODE:
        return _BY_CODE[name]
    if name == "NOT_FOUND" or name.endswith("_NOT_FOUND"):
        return NotFoundError, context.not_found
    if name.startswith("AUTH_") and name.endswith("_KEY"):
        return UnauthorizedError, ErrorCode.UNAUTHORIZED
    if "SCOPE" in name or "PERMISSION" in name:
        return ForbiddenError, _forbidden(context)
    return None


def _by_status(status: int, context: Context, *, readable: bool) -> _Rule:
    rule = _BY_STATUS.get(status) or _BY_CLASS.get(status // 100, _BY_CLASS[5])
    if rule[1] is ErrorCode.NOT_FOUND and readable:
        return NotFoundError, context.not_found
    if rule[1] is ErrorCode.FORBIDDEN:
        return ForbiddenError, _forbidden(context)
    if rule[1] is ErrorCode.UNAUTHORIZED and context.method == "POST":
        # A key with the read scope may be refused like this, so it is not called a bad key.
        return ForbiddenError, ErrorCode.FORBIDDEN_SCOPE
    return rule


def _forbidden(context: Context) -> ErrorCode:
    return ErrorCode.FORBIDDEN_SCOPE if context.method == "POST" else ErrorCode.FORBIDDEN


def _key_message(context: Context) -> str:
    if context.anonymous:
        return f"{context.api} asks for a key here, and {context.key_variable} is not set."
    return (
        f"{context.api} did not accept the key in {context.key_variable}: it is wrong, expired "
        "or revoked."
    )


def _cooldown(details: _Object, facts: UpstreamFacts) -> CooldownError:
    told = RefreshAvailability.model_validate(details)
    hours = told.hours_remaining
    return CooldownError(
        # Anything but a time would be a stranger's sentence in an error of ours.
        next_refresh_at=told.next_refresh_at if parse_time(told.next_refresh_at) else None,
        hours_remaining=hours,
        retry_after_seconds=None if hours is None else max(0.0, hours * _SECONDS_PER_HOUR),
        upstream=facts,
    )
