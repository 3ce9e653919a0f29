"""The one operation that spends: what is sent, what is repeated, what is never."""

import httpx2
import pytest
from pydantic import JsonValue

from mcp_server.clients.call import Policy
from mcp_server.errors import (
    AppError,
    CooldownError,
    ErrorCode,
    ForbiddenError,
    InvalidArgumentError,
    OutcomeUnknownError,
    QuotaExceededError,
    RateLimitedError,
    SettingsError,
    UnauthorizedError,
    UpstreamUnavailableError,
)
from mcp_server.models.account import RefreshOptions
from tests.clients.recorder import Answer, answer, error, tokportal

QUEUED = answer({"data": {"account_id": "a", "status": "scrape_queued", "note": "Queued."}})
LATE = httpx2.ReadTimeout("late")


async def test_a_refresh_always_carries_a_json_body() -> None:
    client, network = tokportal(QUEUED)
    await client.refresh_account_analytics("a")
    (request,) = network.requests
    assert request.method == "POST"
    assert str(request.url).endswith("/accounts/a/analytics/refresh")
    assert request.headers["Content-Type"] == "application/json"
    assert request.content == b"{}"


async def test_only_the_options_that_are_set_leave_in_camel_case() -> None:
    client, network = tokportal(QUEUED)
    options = RefreshOptions(include_posts=True, force_posts=False, post_limit=30)
    await client.refresh_account_analytics("a", options=options)
    assert network.body() == {"includePosts": True, "forcePosts": False, "postLimit": 30}


async def test_each_refresh_has_a_key_of_its_own_and_a_repetition_keeps_it() -> None:
    client, network = tokportal(error("RATE_LIMITED", 429), QUEUED)
    await client.refresh_account_analytics("a")
    await client.refresh_account_analytics("a")
    first, again, second = network.header("Idempotency-Key")
    assert first == again
    assert first != second
    assert None not in (first, second)


async def test_a_given_key_is_used_as_it_is() -> None:
    client, network = tokportal(QUEUED)
    await client.refresh_account_analytics("a", idempotency_key="job-1")
    assert network.header("Idempotency-Key") == ["job-1"]


@pytest.mark.parametrize("key", ["", "a b", "a\nX-Evil: 1", "x" * 65])
async def test_a_key_that_is_no_token_is_refused_here(key: str) -> None:
    client, network = tokportal(QUEUED)
    with pytest.raises(InvalidArgumentError):
        await client.refresh_account_analytics("a", idempotency_key=key)
    assert network.requests == []


async def test_a_refresh_without_a_tokportal_key_sends_nothing() -> None:
    client, network = tokportal(QUEUED, key=None)
    with pytest.raises(SettingsError):
        await client.refresh_account_analytics("a")
    assert network.requests == []


@pytest.mark.parametrize("status", ["scrape_queued", "refreshed", "something_new"])
async def test_every_status_is_passed_on(status: str) -> None:
    client, _ = tokportal(answer({"data": {"account_id": "a", "status": status}}))
    assert (await client.refresh_account_analytics("a")).data.status == status


async def test_a_dry_run_is_marked_on_the_wire() -> None:
    client, network = tokportal(QUEUED)
    await client.refresh_account_analytics("a", dry_run=True)
    await client.refresh_account_analytics("a")
    assert network.header("X-TokPortal-Dry-Run") == ["true", None]


@pytest.mark.parametrize(
    "body",
    [
        {"data": {"account_id": "a"}, "dry_run": True, "dry_run_notice": "Simulated."},
        {"data": {"account_id": "a", "dry_run": True, "dry_run_notice": "Simulated."}},
        {"dry_run": True, "dry_run_notice": "Simulated.", "credits_charged": 0},
    ],
)
async def test_a_simulation_counts_as_one_if_the_answer_says_so(body: JsonValue) -> None:
    client, _ = tokportal(answer(body))
    receipt = (await client.refresh_account_analytics("a", dry_run=True)).data
    assert (receipt.dry_run, receipt.dry_run_notice) == (True, "Simulated.")


async def test_an_answer_silent_about_dry_run_does_not_count_as_a_simulation() -> None:
    client, _ = tokportal(QUEUED)
    assert (await client.refresh_account_analytics("a", dry_run=True)).data.dry_run is None


@pytest.mark.parametrize("status", [400, 409, 429, 503])
async def test_a_cooldown_is_never_repeated_whatever_the_status(status: int) -> None:
    details: JsonValue = {"next_refresh_at": "2026-02-12T09:15:00Z", "hours_remaining": 12}
    client, network = tokportal(
        error("ANALYTICS_COOLDOWN", status, details, headers={"Retry-After": "1"})
    )
    with pytest.raises(CooldownError) as caught:
        await client.refresh_account_analytics("a")
    assert caught.value.details() == details
    assert caught.value.retry_after_seconds == 43_200
    assert caught.value.http_status == status
    assert len(network.requests) == 1
    assert network.sleeps == []


@pytest.mark.parametrize("status", [400, 409, 429, 503])
async def test_a_spent_quota_is_never_repeated_whatever_the_status(status: int) -> None:
    client, network = tokportal(
        error("ANALYTICS_QUOTA_EXCEEDED", status, {"monthly_quota": {"limit": 500, "used": 500}})
    )
    with pytest.raises(QuotaExceededError) as caught:
        await client.refresh_account_analytics("a")
    assert caught.value.details() == {"limit": 500, "used": 500}
    assert len(network.requests) == 1


@pytest.mark.parametrize("details", [None, [], "soon", {"monthly_quota": 5, "hours_remaining": []}])
@pytest.mark.parametrize("code", ["ANALYTICS_COOLDOWN", "ANALYTICS_QUOTA_EXCEEDED"])
async def test_odd_details_of_a_refusal_are_unknown_not_a_crash(
    code: str, details: JsonValue
) -> None:
    client, _ = tokportal(error(code, 429, details))
    with pytest.raises((CooldownError, QuotaExceededError)) as caught:
        await client.refresh_account_analytics("a")
    assert isinstance(caught.value, AppError)
    assert caught.value.details() == {}


async def test_a_rate_limit_is_waited_for_and_the_refresh_repeated_with_its_key() -> None:
    client, network = tokportal(
        error("RATE_LIMIT_EXCEEDED", 429, headers={"Retry-After": "3"}), QUEUED
    )
    reply = await client.refresh_account_analytics("a")
    assert reply.data.status == "scrape_queued"
    assert network.sleeps == [3]
    assert len(set(network.header("Idempotency-Key"))) == 1
    assert len(set(network.header("X-Request-ID"))) == 2


async def test_a_429_of_an_unknown_name_is_not_repeated_as_it_may_be_a_cooldown() -> None:
    client, network = tokportal(error("capacity_cooldown", 429, {"retry_after_seconds": 2}))
    with pytest.raises(RateLimitedError) as caught:
        await client.refresh_account_analytics("a")
    assert caught.value.retry_after_seconds == 2
    assert len(network.requests) == 1


@pytest.mark.parametrize("failure", [LATE, error("INTERNAL", 500), answer(b"<html>", 502)])
async def test_an_uncertain_refresh_is_repeated_once_with_the_same_key(failure: Answer) -> None:
    client, network = tokportal(failure, QUEUED)
    assert (await client.refresh_account_analytics("a")).data.status == "scrape_queued"
    assert network.header("Idempotency-Key")[0] == network.header("Idempotency-Key")[1]
    assert [request.content for request in network.requests] == [b"{}", b"{}"]


@pytest.mark.parametrize("failure", [LATE, error("INTERNAL", 500), httpx2.ReadError("cut")])
async def test_an_outcome_that_stays_uncertain_is_said_to_be_unknown(failure: Answer) -> None:
    client, network = tokportal(failure)
    with pytest.raises(OutcomeUnknownError) as caught:
        await client.refresh_account_analytics("a")
    assert len(network.requests) == 2
    assert caught.value.idempotency_key == network.header("Idempotency-Key")[0]
    assert "canRefreshAccountAnalytics" in caught.value.what_to_do
    assert "scraped_at" in caught.value.what_to_do
    assert caught.value.retryable is False


async def test_a_cooldown_after_an_uncertain_attempt_may_be_our_own_doing() -> None:
    client, network = tokportal(LATE, error("ANALYTICS_COOLDOWN", 429, {"hours_remaining": 48}))
    with pytest.raises(OutcomeUnknownError) as caught:
        await client.refresh_account_analytics("a")
    assert caught.value.upstream_code == "ANALYTICS_COOLDOWN"
    assert len(network.requests) == 2


async def test_a_caller_can_forbid_the_uncertain_repetition() -> None:
    client, network = tokportal(LATE)
    with pytest.raises(OutcomeUnknownError):
        await client.refresh_account_analytics("a", retry_uncertain=False)
    assert len(network.requests) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"data":', b"[]", b'{"data":"queued"}'])
async def test_an_accepted_refresh_with_an_unreadable_answer_is_not_repeated(body: bytes) -> None:
    client, network = tokportal(answer(body, 202))
    with pytest.raises(OutcomeUnknownError):
        await client.refresh_account_analytics("a")
    assert len(network.requests) == 1


async def test_a_refresh_that_never_left_is_not_uncertain() -> None:
    client, network = tokportal(httpx2.ConnectError("refused"))
    with pytest.raises(UpstreamUnavailableError):
        await client.refresh_account_analytics("a")
    assert len(network.requests) == 3


async def test_without_retries_in_the_policy_a_refresh_is_sent_once() -> None:
    client, network = tokportal(LATE, policy=Policy(max_retries=0))
    with pytest.raises(OutcomeUnknownError):
        await client.refresh_account_analytics("a")
    assert len(network.requests) == 1


@pytest.mark.parametrize(
    ("code", "status"),
    [("FORBIDDEN", 403), ("NO_WRITE", 401), ("KEY_SCOPE_INSUFFICIENT", 400), ("X_PERMISSION", 422)],
)
async def test_a_refused_write_is_a_matter_of_permission_not_of_a_bad_key(
    code: str, status: int
) -> None:
    client, network = tokportal(error(code, status))
    with pytest.raises(ForbiddenError) as caught:
        await client.refresh_account_analytics("a")
    assert caught.value.code is ErrorCode.FORBIDDEN_SCOPE
    assert len(network.requests) == 1


async def test_a_revoked_key_is_a_bad_key_on_a_refresh_too() -> None:
    client, _ = tokportal(error("AUTH_REVOKED_KEY", 401))
    with pytest.raises(UnauthorizedError):
        await client.refresh_account_analytics("a")
