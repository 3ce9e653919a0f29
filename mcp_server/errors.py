"""Everything that can go wrong, in one tree and one catalogue.

    AppError
    ├── SettingsError             the operator: a variable is missing or wrong
    ├── InvalidArgumentError      the caller: this argument cannot work
    ├── NotFoundError             the caller: nothing under this name or id
    ├── UnauthorizedError         the operator: the key is missing, wrong or revoked
    ├── ForbiddenError            the operator: the key or plan does not allow this
    ├── RateLimitedError          time: too many requests per minute
    ├── CallerLimitError          time: this caller's requests of the minute are used
    ├── CooldownError             time: this account was refreshed recently
    ├── QuotaExceededError        time: the month's refreshes are spent
    ├── ConflictError             the caller: the account's state does not allow this
    ├── UpstreamUnavailableError  the upstream: not reached, or it failed
    ├── UpstreamTimeoutError      the upstream: no answer before the deadline
    ├── MalformedResponseError    the upstream: an answer that cannot be read
    ├── OutcomeUnknownError       nobody knows: a refresh was sent and not confirmed
    └── StoreError                the operator: the server's own file cannot be used

The sentences are ours. What an upstream wrote is kept beside them as data, never inside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self, TypeAlias, TypedDict, Unpack

from mcp_server.error_codes import CATALOGUE, CatalogueEntry, ErrorCode
from mcp_server.untrusted import one_line, safe_token

__all__ = [
    "CATALOGUE",
    "AppError",
    "CallerLimitError",
    "CatalogueEntry",
    "ConflictError",
    "CooldownError",
    "Detail",
    "ErrorCode",
    "ErrorFacts",
    "ForbiddenError",
    "InvalidArgumentError",
    "MalformedResponseError",
    "NotFoundError",
    "OutcomeUnknownError",
    "QuotaExceededError",
    "RateLimitedError",
    "SettingsError",
    "StoreError",
    "UnauthorizedError",
    "UpstreamFacts",
    "UpstreamTimeoutError",
    "UpstreamUnavailableError",
]

Detail: TypeAlias = str | int | float | bool | list[str] | None


@dataclass(frozen=True, slots=True)
class UpstreamFacts:
    """What an upstream said about a failure, cleaned: data for a field, never for a sentence.

    Attributes:
        http_status: The status of the last answer.
        code: The upstream's own error code, if it is a plain token.
        request_id: The id to quote to the upstream's support, if it is a plain token.
        message: The upstream's message without hidden characters, at most 300 characters.
        docs: The https address of the documentation page the upstream named.
    """

    http_status: int | None = None
    code: str | None = None
    request_id: str | None = None
    message: str | None = None
    docs: str | None = None

    @classmethod
    def of(
        cls,
        *,
        http_status: int | None = None,
        code: object = None,
        request_id: object = None,
        message: object = None,
        docs: object = None,
    ) -> Self:
        """Clean raw values of any type; what cannot be cleaned becomes None."""
        text = one_line(message) if isinstance(message, str) else ""
        link = one_line(docs) if isinstance(docs, str) and docs.startswith("https://") else None
        return cls(http_status, safe_token(code), safe_token(request_id), text or None, link)


class ErrorFacts(TypedDict, total=False):
    """What any error may be given beyond its message."""

    code: ErrorCode
    retryable: bool
    retry_after_seconds: float | None
    upstream: UpstreamFacts


class AppError(Exception):
    """Anything the server can explain; whatever else is raised is a bug.

    Attributes:
        code: The stable catalogue code.
        message: What happened, in our words.
        retryable: Whether the same call may succeed within minutes.
        retry_after_seconds: How long to wait first, where that is known.
        upstream: What the upstream said, as cleaned data.
    """

    default_code: ClassVar[ErrorCode]

    def __init__(self, message: str | None = None, **facts: Unpack[ErrorFacts]) -> None:
        self.code = facts.get("code", self.default_code)
        entry = CATALOGUE[self.code]
        self.message = entry.cause if message is None else message
        self.retryable = facts.get("retryable", entry.retryable)
        self.retry_after_seconds = facts.get("retry_after_seconds")
        self.upstream = facts.get("upstream", UpstreamFacts())
        super().__init__(self.message)

    @property
    def what_to_do(self) -> str:
        """The next step for this code, as one imperative sentence."""
        return CATALOGUE[self.code].what_to_do

    @property
    def http_status(self) -> int | None:
        """The status of the upstream's answer, if there was one."""
        return self.upstream.http_status

    @property
    def upstream_code(self) -> str | None:
        """The upstream's own code, if it is a plain token."""
        return self.upstream.code

    @property
    def request_id(self) -> str | None:
        """The upstream's request id, if it is a plain token."""
        return self.upstream.request_id

    def details(self) -> dict[str, Detail]:
        """The extra fields of this kind of error, without the ones that are unknown."""
        return {}


class SettingsError(AppError):
    """A setting is missing or wrong; `variable` is the environment variable to change."""

    default_code = ErrorCode.CONFIGURATION_INVALID

    def __init__(
        self, message: str | None = None, *, variable: str, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.variable = variable

    def details(self) -> dict[str, Detail]:
        """Name the variable."""
        return {"variable": self.variable}


class InvalidArgumentError(AppError):
    """An argument was refused, by us before any request or by the upstream (`parameter` None).

    The message never repeats the value.
    """

    default_code = ErrorCode.INVALID_ARGUMENT

    def __init__(
        self,
        message: str | None = None,
        *,
        parameter: str | None = None,
        allowed: str | Sequence[str] | None = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.parameter = parameter
        self.allowed = allowed if allowed is None or isinstance(allowed, str) else list(allowed)

    def details(self) -> dict[str, Detail]:
        """Name the parameter and what it accepts."""
        return _known({"parameter": self.parameter, "allowed": self.allowed})


class NotFoundError(AppError):
    """Nothing under this name or id; the code says what kind of thing was looked for.

    `did_you_mean` are names or ids that exist: a stranger's words, so they stand nowhere else.
    """

    default_code = ErrorCode.NOT_FOUND

    def __init__(
        self,
        message: str | None = None,
        *,
        did_you_mean: Sequence[str] = (),
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.did_you_mean = list(did_you_mean)

    def suggesting(self, names: Sequence[str]) -> "NotFoundError":
        """Return the same error with names that may have been meant."""
        return NotFoundError(
            self.message,
            did_you_mean=names,
            code=self.code,
            retryable=self.retryable,
            retry_after_seconds=self.retry_after_seconds,
            upstream=self.upstream,
        )

    @property
    def what_to_do(self) -> str:
        """The next step: a suggested name, or what the code says."""
        step = super().what_to_do
        if not self.did_you_mean:
            return step
        return f"If one of did_you_mean was meant, call again with it. {step}"

    def details(self) -> dict[str, Detail]:
        """Name what may have been meant."""
        return {"did_you_mean": self.did_you_mean} if self.did_you_mean else {}


class UnauthorizedError(AppError):
    """The key is missing, wrong, expired or revoked."""

    default_code = ErrorCode.UNAUTHORIZED


class ForbiddenError(AppError):
    """The key is accepted, but its scope, plan or organization does not allow this."""

    default_code = ErrorCode.FORBIDDEN


class RateLimitedError(AppError):
    """Too many requests; `retry_after_seconds` says how long to wait, where it is known."""

    default_code = ErrorCode.RATE_LIMITED


class CallerLimitError(AppError):
    """The caller's own requests of a minute are used; `retry_after_seconds` is always given."""

    default_code = ErrorCode.CALLER_RATE_LIMITED


class CooldownError(AppError):
    """The account was refreshed recently; nothing was spent.

    `next_refresh_at` is the upstream's ISO 8601 text, `hours_remaining` may be fractional.
    """

    default_code = ErrorCode.COOLDOWN

    def __init__(
        self,
        message: str | None = None,
        *,
        next_refresh_at: str | None = None,
        hours_remaining: float | None = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.next_refresh_at = next_refresh_at
        self.hours_remaining = hours_remaining

    def details(self) -> dict[str, Detail]:
        """Say when the account can be refreshed again."""
        return _known(
            {"next_refresh_at": self.next_refresh_at, "hours_remaining": self.hours_remaining}
        )


class QuotaExceededError(AppError):
    """The organization's refreshes of this month are spent; `limit` and `used` count refreshes."""

    default_code = ErrorCode.QUOTA_EXCEEDED

    def __init__(
        self,
        message: str | None = None,
        *,
        limit: int | None = None,
        used: int | None = None,
        **facts: Unpack[ErrorFacts],
    ) -> None:
        super().__init__(message, **facts)
        self.limit = limit
        self.used = used

    def details(self) -> dict[str, Detail]:
        """Show the quota."""
        return _known({"limit": self.limit, "used": self.used})


class ConflictError(AppError):
    """The state of the account or record does not allow this."""

    default_code = ErrorCode.CONFLICT


class UpstreamUnavailableError(AppError):
    """The upstream was not reached, or answered with a server error or a redirect."""

    default_code = ErrorCode.UPSTREAM_UNAVAILABLE


class UpstreamTimeoutError(AppError):
    """No answer before the deadline of one attempt."""

    default_code = ErrorCode.UPSTREAM_TIMEOUT


class MalformedResponseError(AppError):
    """A success whose body is HTML, cut off, empty, of the wrong shape or without data."""

    default_code = ErrorCode.UPSTREAM_MALFORMED


class OutcomeUnknownError(AppError):
    """A refresh left the process and was never confirmed: it may or may not have been counted.

    `idempotency_key` is the key to repeat if the same refresh is sent again. It is for
    programs and not part of `details`.
    """

    default_code = ErrorCode.OUTCOME_UNKNOWN

    def __init__(
        self, message: str | None = None, *, idempotency_key: str, **facts: Unpack[ErrorFacts]
    ) -> None:
        super().__init__(message, **facts)
        self.idempotency_key = idempotency_key


class StoreError(AppError):
    """The server's own store cannot be used; the message says why."""

    default_code = ErrorCode.STORE_UNAVAILABLE


def _known(details: dict[str, Detail]) -> dict[str, Detail]:
    return {name: value for name, value in details.items() if value is not None}
