"""How long an upstream asks to wait, and what becomes of it."""

import pytest
from pydantic import JsonValue

from mcp_server.clients.call import Policy
from mcp_server.clients.retry_after import retry_after
from mcp_server.errors import RateLimitedError, UpstreamUnavailableError
from tests.clients.recorder import NOW, Answer, answer, error, tokportal

OK = answer({"data": {"account_id": "a"}})
IN_SEVEN_SECONDS = "Tue, 10 Feb 2026 09:15:07 GMT"


def body(seconds: JsonValue) -> JsonValue:
    return {"error": {"details": {"retry_after_seconds": seconds}}}


@pytest.mark.parametrize(
    ("header", "said", "seconds"),
    [
        ("3", None, 3),
        ("2.5", None, 2.5),
        (IN_SEVEN_SECONDS, None, 7),
        ("Tue, 10 Feb 2026 09:15:07 -0000", None, 7),
        ("Tue, 10 Feb 2026 09:00:00 GMT", None, 0),
        (None, body(2), 2),
        ("1", body(2), 2),
        ("5", body(2), 5),
        (IN_SEVEN_SECONDS, body("9"), 9),
        (None, None, None),
        ("soon", None, None),
        ("-1", body(-1), None),
        ("nan", body("inf"), None),
        ("1", body(True), 1),
        (None, body(10**400), None),
        (None, body([1]), None),
        (None, {"error": "text"}, None),
        (None, {"error": {"details": "text"}}, None),
        (None, ["list"], None),
    ],
)
def test_the_larger_of_header_and_body_counts(
    header: str | None, said: JsonValue, seconds: float | None
) -> None:
    assert retry_after(header, said, now=NOW) == seconds


@pytest.mark.parametrize(
    ("limited", "slept"),
    [
        (error("RATE_LIMIT_EXCEEDED", 429, {"retry_after_seconds": 2}, {"Retry-After": "1"}), 2),
        (error("RATE_LIMITED", 429, headers={"Retry-After": "4"}), 4),
        (answer(b"slow down", 429, {"Retry-After": IN_SEVEN_SECONDS}), 7),
        (answer(b"", 429), 0.25),
        (error("SOMETHING_NEW", 429, headers={"Retry-After": "1"}), 1),
        (error("RATE_LIMITED", 403, headers={"Retry-After": "1"}), 1),
    ],
)
async def test_a_rate_limited_read_waits_and_is_repeated(limited: Answer, slept: float) -> None:
    client, network = tokportal(limited, OK)
    await client.get_account_analytics("a")
    assert network.sleeps == [slept]
    assert len(network.requests) == 2


async def test_a_wait_above_the_cap_is_handed_to_the_caller_at_once() -> None:
    client, network = tokportal(error("RATE_LIMITED", 429, headers={"Retry-After": "11"}))
    with pytest.raises(RateLimitedError) as caught:
        await client.get_account_analytics("a")
    assert caught.value.retry_after_seconds == 11
    assert caught.value.retryable
    assert network.sleeps == []


async def test_the_cap_holds_for_all_waits_of_a_call_together() -> None:
    client, network = tokportal(error("RATE_LIMITED", 429, headers={"Retry-After": "6"}))
    with pytest.raises(RateLimitedError):
        await client.get_account_analytics("a")
    assert network.sleeps == [6]


async def test_the_reset_header_is_never_taken_for_a_wait() -> None:
    client, network = tokportal(
        error("RATE_LIMITED", 429, headers={"X-RateLimit-Reset": str(int(NOW) + 8)}), OK
    )
    await client.get_account_analytics("a")
    assert network.sleeps == [0.25]


async def test_a_server_error_is_repeated_with_growing_waits_then_reported() -> None:
    client, network = tokportal(error("INTERNAL", 503))
    with pytest.raises(UpstreamUnavailableError) as caught:
        await client.get_account_analytics("a")
    assert network.sleeps == [0.25, 0.5]
    assert len(network.requests) == 3
    assert caught.value.retryable


async def test_a_server_errors_own_wait_is_obeyed() -> None:
    client, network = tokportal(error("INTERNAL", 503, headers={"Retry-After": "2"}), OK)
    await client.get_account_analytics("a")
    assert network.sleeps == [2]


async def test_the_number_of_repetitions_is_a_setting() -> None:
    client, network = tokportal(error("INTERNAL", 500), policy=Policy(max_retries=0))
    with pytest.raises(UpstreamUnavailableError):
        await client.get_account_analytics("a")
    assert len(network.requests) == 1
