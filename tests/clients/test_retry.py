"""The decision to repeat, as a table."""

import pytest

from mcp_server.clients.retry import GiveUp, Method, Outcome, Retry, decide


def decision(
    outcome: Outcome,
    *,
    attempt: int = 0,
    method: Method = "GET",
    idempotent: bool = False,
    retry_after: float | None = None,
    max_retries: int = 2,
    wait_left: float = 10,
    jitter: float = 0,
) -> Retry | GiveUp:
    return decide(
        attempt=attempt,
        method=method,
        idempotent=idempotent,
        outcome=outcome,
        retry_after=retry_after,
        max_retries=max_retries,
        wait_left=wait_left,
        jitter=jitter,
    )


def repetitions(
    outcome: Outcome, *, method: Method, idempotent: bool = False, most: int = 2
) -> int:
    """Count how often a request that always fails the same way is repeated."""
    attempt = 0
    while isinstance(
        decision(outcome, attempt=attempt, method=method, idempotent=idempotent, max_retries=most),
        Retry,
    ):
        attempt += 1
    return attempt


@pytest.mark.parametrize(
    ("outcome", "get", "keyed_post"),
    [
        (Outcome.NOT_SENT, 2, 2),
        (Outcome.RATE_LIMITED, 2, 2),
        (Outcome.FAILED, 2, 1),
        (Outcome.TIMED_OUT, 1, 1),
        (Outcome.UNREADABLE, 1, 0),
        (Outcome.REFUSED, 0, 0),
    ],
)
def test_a_request_is_repeated_as_often_as_is_safe(
    outcome: Outcome, get: int, keyed_post: int
) -> None:
    assert repetitions(outcome, method="GET") == get
    assert repetitions(outcome, method="POST", idempotent=True) == keyed_post
    assert repetitions(outcome, method="GET", most=0) == 0


@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_post_without_an_idempotency_key_is_never_repeated(outcome: Outcome) -> None:
    assert repetitions(outcome, method="POST") == 0


def test_without_advice_the_wait_doubles() -> None:
    assert decision(Outcome.FAILED) == Retry(0.25)
    assert decision(Outcome.FAILED, attempt=1) == Retry(0.5)


def test_jitter_stretches_the_wait_to_less_than_double() -> None:
    assert decision(Outcome.FAILED, jitter=0.5) == Retry(0.375)


def test_the_upstreams_wait_is_obeyed_when_longer_than_our_own() -> None:
    assert decision(Outcome.RATE_LIMITED, retry_after=4) == Retry(4)
    assert decision(Outcome.RATE_LIMITED, retry_after=0) == Retry(0.25)


def test_a_wait_beyond_what_is_left_is_not_begun() -> None:
    assert decision(Outcome.RATE_LIMITED, retry_after=10) == Retry(10)
    assert decision(Outcome.RATE_LIMITED, retry_after=10.1) == GiveUp()
    assert decision(Outcome.RATE_LIMITED, retry_after=3, wait_left=2) == GiveUp()
