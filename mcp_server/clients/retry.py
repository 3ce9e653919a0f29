"""Whether a failed attempt is repeated: a pure decision, without clock or I/O."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypeAlias

Method: TypeAlias = Literal["GET", "POST"]

FIRST_BACKOFF_SECONDS = 0.5


class Outcome(Enum):
    """How an attempt failed, as far as repeating it is concerned."""

    NOT_SENT = auto()
    """No connection: the request never left."""
    RATE_LIMITED = auto()
    """Refused before it was worked on."""
    FAILED = auto()
    """A server error; a write may have happened."""
    TIMED_OUT = auto()
    """No answer; a write may have happened."""
    UNREADABLE = auto()
    """A success that cannot be read; a write has probably happened."""
    REFUSED = auto()
    """A final answer, cooldown and quota among them: repeating cannot help."""


UNCERTAIN = frozenset({Outcome.FAILED, Outcome.TIMED_OUT, Outcome.UNREADABLE})
"""After these nobody knows whether a write was executed."""

_ALWAYS_SAFE = frozenset({Outcome.NOT_SENT, Outcome.RATE_LIMITED})


@dataclass(frozen=True, slots=True)
class Retry:
    """Repeat after `wait_seconds`."""

    wait_seconds: float


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Do not repeat."""


def decide(
    *,
    attempt: int,
    method: Method,
    idempotent: bool,
    outcome: Outcome,
    retry_after: float | None,
    max_retries: int,
    wait_left: float,
    jitter: float,
) -> Retry | GiveUp:
    """Decide after a failed attempt.

    Args:
        attempt: 0 for the first attempt.
        method: The request's method.
        idempotent: Whether a POST carries an idempotency key.
        outcome: How the attempt failed.
        retry_after: What the upstream asked for, in seconds.
        max_retries: Most repetitions of one request.
        wait_left: Seconds of waiting this request may still spend.
        jitter: A number in [0, 1) that spreads callers apart.
    """
    if attempt >= _allowed_retries(
        method, idempotent=idempotent, outcome=outcome, most=max_retries
    ):
        return GiveUp()
    backoff = FIRST_BACKOFF_SECONDS * 2**attempt * (1 + jitter) / 2
    wait = backoff if retry_after is None else max(retry_after, backoff)
    return GiveUp() if wait > wait_left else Retry(wait)


def _allowed_retries(method: Method, *, idempotent: bool, outcome: Outcome, most: int) -> int:
    if outcome is Outcome.REFUSED or (method == "POST" and not idempotent):
        return 0
    if outcome in _ALWAYS_SAFE or (method == "GET" and outcome is Outcome.FAILED):
        return most
    if method == "POST" and outcome is Outcome.UNREADABLE:
        return 0
    return min(1, most)
