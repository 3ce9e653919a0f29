"""The token bucket, and its headers."""

from dataclasses import replace

from mcp_server.local.rate_limit import TokenBuckets
from tests.local.tokportal.tiny import NOW, Tiny, error_of


async def test_the_limit_is_off_unless_it_is_set(own: Tiny) -> None:
    response = await own.client().get("/me")
    assert not [name for name in response.headers if name.lower().startswith("x-ratelimit")]


async def test_the_headers_count_down_and_the_bucket_fills_up_again(own: Tiny) -> None:
    client = own.client(replace(own.config, rate_limit_per_minute=2))  # one token in 30 seconds
    first, second, third = [await client.get("/me") for _ in range(3)]
    assert [r.headers["X-RateLimit-Limit"] for r in (first, second, third)] == ["2"] * 3
    assert [r.headers["X-RateLimit-Remaining"] for r in (first, second, third)] == ["1", "0", "0"]
    assert first.headers["X-RateLimit-Reset"] == str(NOW + 30)
    assert second.headers["X-RateLimit-Reset"] == str(NOW + 60)
    assert error_of(third) == (429, "RATE_LIMIT_EXCEEDED", {"retry_after_seconds": 30})
    assert third.headers["Retry-After"] == "30"
    assert "Retry-After" not in second.headers
    own.clock.now += 29.5
    response = await client.get("/me")
    assert error_of(response) == (429, "RATE_LIMIT_EXCEEDED", {"retry_after_seconds": 1})
    own.clock.now += 0.5
    assert (await client.get("/me")).status_code == 200


async def test_each_key_has_a_bucket_and_no_key_takes_nothing(own: Tiny) -> None:
    client = own.client(replace(own.config, rate_limit_per_minute=1))
    assert (await client.get("/me")).status_code == 200
    assert (await client.get("/me")).status_code == 429
    assert (await client.get("/me", headers={"X-API-Key": "other"})).status_code == 200
    assert (await client.get("/me", headers={"X-API-Key": ""})).status_code == 401


async def test_errors_show_the_limit_as_well(own: Tiny) -> None:
    client = own.client(replace(own.config, rate_limit_per_minute=5))
    response = await client.get("/nowhere")
    assert response.status_code == 404
    assert response.headers["X-RateLimit-Remaining"] == "4"


async def test_a_limited_refresh_is_not_carried_out(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client(replace(own.config, rate_limit_per_minute=1))
    await client.get("/me")
    response = await client.post(
        f"/accounts/{account_id}/analytics/refresh", headers={"Idempotency-Key": "k1"}
    )
    assert response.status_code == 429
    assert own.rows("SELECT * FROM idempotency") == []


def test_a_clock_that_goes_back_takes_no_tokens_away() -> None:
    buckets = TokenBuckets(60)
    assert buckets.take("key", 100.0).remaining == 59
    assert buckets.take("key", 50.0).remaining == 58


def test_many_keys_do_not_fill_the_memory() -> None:
    buckets = TokenBuckets(60)
    assert not buckets.take("busy", 0.0).retry_after
    for number in range(1_500):
        buckets.take(f"key{number}", float(number))
    # All but the last minute's are full again and forgotten.
    assert len(buckets) < 1_100
