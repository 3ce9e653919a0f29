"""`POST .../analytics/refresh` and `GET .../can-refresh`: cooldown, quota, what is charged."""

import calendar
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import httpx2
import pytest

from tests.local.tokportal.tiny import HOUR, NOW, Tiny, data_of, error_of

JUST_BEFORE_MARCH: Final = calendar.timegm((2026, 2, 28, 23, 59, 59))


async def _refresh(client: httpx2.AsyncClient, account_id: str, **headers: str) -> httpx2.Response:
    return await client.post(
        f"/accounts/{account_id}/analytics/refresh", json={}, headers=headers or None
    )


async def _can_refresh(client: httpx2.AsyncClient, account_id: str) -> Mapping[str, object]:
    return data_of(await client.get(f"/accounts/{account_id}/analytics/can-refresh"))


async def test_an_accepted_refresh_is_queued_and_costs_one(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    assert await _can_refresh(client, account_id) == {
        "account_id": account_id,
        "can_refresh": True,
        "next_refresh_at": None,
        "hours_remaining": 0,
        "monthly_quota": {"limit": 500, "used": 0},
    }
    data = dict(data_of(await _refresh(client, account_id)))
    assert data.pop("note")
    assert data == {"account_id": account_id, "status": "scrape_queued"}
    assert await _can_refresh(client, account_id) == {
        "account_id": account_id,
        "can_refresh": False,
        "next_refresh_at": "2026-02-12T09:15:00Z",
        "hours_remaining": 48,
        "monthly_quota": {"limit": 500, "used": 1},
    }


async def test_a_refused_refresh_costs_nothing(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    await _refresh(client, account_id)
    sample.clock.now += 36 * HOUR + 1
    response = await _refresh(client, account_id)
    assert error_of(response) == (
        429,
        "ANALYTICS_COOLDOWN",
        {"next_refresh_at": "2026-02-12T09:15:00Z", "hours_remaining": 12},
    )
    assert "Retry-After" not in response.headers
    assert sample.rows("SELECT month, used FROM quota") == [("2026-02", 1)]
    assert len(sample.rows("SELECT id FROM refreshes")) == 1


@pytest.mark.parametrize(
    ("seconds_left", "hours"),
    [(48 * HOUR, 48), (47 * HOUR + 1, 48), (47 * HOUR, 47), (HOUR, 1), (1, 1)],
)
async def test_the_hours_of_a_cooldown_are_rounded_up(
    sample: Tiny, seconds_left: int, hours: int
) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    await _refresh(client, account_id)
    sample.clock.now = NOW + 48 * HOUR - seconds_left
    assert (await _can_refresh(client, account_id))["hours_remaining"] == hours
    status, code, details = error_of(await _refresh(client, account_id))
    assert (status, code) == (429, "ANALYTICS_COOLDOWN")
    assert details == {"next_refresh_at": "2026-02-12T09:15:00Z", "hours_remaining": hours}


async def test_the_cooldown_ends_on_its_second(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    await _refresh(client, account_id)
    sample.clock.now = NOW + 48 * HOUR
    assert (await _can_refresh(client, account_id))["can_refresh"] is True
    assert data_of(await _refresh(client, account_id))["status"] == "scrape_queued"
    assert (await _can_refresh(client, account_id))["next_refresh_at"] == "2026-02-14T09:15:00Z"


async def test_the_cooldown_is_a_setting(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client(replace(sample.config, cooldown_hours=0.5))
    await _refresh(client, account_id)
    found = await _can_refresh(client, account_id)
    assert found["next_refresh_at"] == "2026-02-10T09:45:00Z"
    assert found["hours_remaining"] == 1


async def test_a_second_refresh_waits_for_the_first_even_without_a_cooldown(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client(replace(sample.config, cooldown_hours=0))
    await _refresh(client, account_id)
    assert error_of(await _refresh(client, account_id)) == (
        429,
        "ANALYTICS_COOLDOWN",
        {"next_refresh_at": "2026-02-10T09:15:20Z", "hours_remaining": 1},
    )


async def test_a_cooldown_holds_for_its_account_only(sample: Tiny) -> None:
    first, second = sample.account("coolcreator"), sample.account("emptyhouse")
    client = sample.client()
    await _refresh(client, first)
    assert (await _can_refresh(client, second))["can_refresh"] is True
    assert data_of(await _refresh(client, second))["status"] == "scrape_queued"


async def test_the_quota_is_shared_by_all_accounts(sample: Tiny) -> None:
    first, second = sample.account("coolcreator"), sample.account("emptyhouse")
    client = sample.client(replace(sample.config, monthly_quota=1))
    await _refresh(client, first)
    assert error_of(await _refresh(client, second)) == (
        429,
        "ANALYTICS_QUOTA_EXCEEDED",
        {"monthly_quota": {"limit": 1, "used": 1}},
    )
    assert await _can_refresh(client, second) == {
        "account_id": second,
        "can_refresh": False,
        "next_refresh_at": "2026-03-01T00:00:00Z",
        "hours_remaining": 447,  # 18 days and 14:45 hours
        "monthly_quota": {"limit": 1, "used": 1},
    }


async def test_a_cooldown_is_named_before_the_quota(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client(replace(sample.config, monthly_quota=1))
    await _refresh(client, account_id)
    assert error_of(await _refresh(client, account_id))[1] == "ANALYTICS_COOLDOWN"
    # A refresh is possible when both allow it.
    assert (await _can_refresh(client, account_id))["next_refresh_at"] == "2026-03-01T00:00:00Z"


async def test_a_cooldown_that_outlasts_the_month_outlasts_the_quota(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    sample.clock.now = JUST_BEFORE_MARCH
    client = sample.client(replace(sample.config, monthly_quota=1))
    await _refresh(client, account_id)
    assert (await _can_refresh(client, account_id))["next_refresh_at"] == "2026-03-02T23:59:59Z"


async def test_the_quota_begins_anew_with_the_month_in_utc(sample: Tiny) -> None:
    first, second = sample.account("coolcreator"), sample.account("emptyhouse")
    client = sample.client(replace(sample.config, monthly_quota=1))
    sample.clock.now = JUST_BEFORE_MARCH
    await _refresh(client, first)
    assert error_of(await _refresh(client, second))[1] == "ANALYTICS_QUOTA_EXCEEDED"
    sample.clock.now += 1
    assert (await _can_refresh(client, second))["monthly_quota"] == {"limit": 1, "used": 0}
    assert data_of(await _refresh(client, second))["status"] == "scrape_queued"
    assert sample.rows("SELECT month, used FROM quota ORDER BY month") == [
        ("2026-02", 1),
        ("2026-03", 1),
    ]


async def test_december_is_followed_by_january(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    sample.clock.now = calendar.timegm((2026, 12, 31, 12, 0, 0))
    client = sample.client(replace(sample.config, monthly_quota=0))
    found = await _can_refresh(client, account_id)
    assert found["next_refresh_at"] == "2027-01-01T00:00:00Z"
    assert found["hours_remaining"] == 12


async def test_what_is_fresh_already_is_not_collected_again(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client(replace(sample.config, cooldown_hours=0))
    await _refresh(client, account_id)
    sample.clock.now += 20 + 15 * 60 - 1  # the snapshot is from second 20
    assert data_of(await _refresh(client, account_id))["status"] == "refreshed"
    assert sample.rows("SELECT used FROM quota") == [(1,)]
    sample.clock.now += 1
    assert data_of(await _refresh(client, account_id))["status"] == "scrape_queued"
    assert sample.rows("SELECT used FROM quota") == [(2,)]


@pytest.mark.parametrize("body", [b"", b"  ", b"{}", b'{"force":true,"postLimit":5}'])
async def test_any_json_object_or_no_body_is_accepted(sample: Tiny, body: bytes) -> None:
    account_id = sample.account("coolcreator")
    response = await sample.client().post(f"/accounts/{account_id}/analytics/refresh", content=body)
    assert data_of(response)["status"] == "scrape_queued"


@pytest.mark.parametrize("body", [b"[]", b"null", b'"force"', b"{", b"\xff", b"[" * 100_000])
async def test_another_body_is_refused_and_costs_nothing(sample: Tiny, body: bytes) -> None:
    account_id = sample.account("coolcreator")
    response = await sample.client().post(f"/accounts/{account_id}/analytics/refresh", content=body)
    assert error_of(response)[:2] == (400, "INVALID_PARAMETER")
    assert sample.rows("SELECT * FROM refreshes") == []


async def test_a_rehearsal_answers_like_the_real_thing_and_writes_nothing(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    rehearsal = {"X-TokPortal-Dry-Run": "true", "Idempotency-Key": "k1"}
    for _ in range(2):
        response = await _refresh(client, account_id, **rehearsal)
        assert data_of(response)["status"] == "scrape_queued"
        body = response.json()
        assert body["dry_run"] is True
        assert body["dry_run_notice"]
        assert body["credits_charged"] == 0
    for table in ("refreshes", "quota", "idempotency"):
        assert sample.rows(f"SELECT * FROM {table}") == [], table  # noqa: S608
    real = await _refresh(client, account_id, **{"Idempotency-Key": "k1"})
    assert "dry_run" not in real.json()
    refused = await _refresh(client, account_id, **{"X-TokPortal-Dry-Run": "true"})
    assert error_of(refused)[1] == "ANALYTICS_COOLDOWN"
    replayed = await _refresh(client, account_id, **rehearsal)
    assert replayed.json()["dry_run"] is True
    assert data_of(replayed) == data_of(real)


async def test_a_misspelled_rehearsal_is_not_carried_out(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    response = await _refresh(sample.client(), account_id, **{"X-TokPortal-Dry-Run": "yes"})
    assert error_of(response)[:2] == (400, "INVALID_PARAMETER")
    assert sample.rows("SELECT * FROM refreshes") == []


async def test_a_rehearsal_can_be_declined_in_so_many_words(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    response = await _refresh(sample.client(), account_id, **{"X-TokPortal-Dry-Run": "False"})
    assert "dry_run" not in response.json()
    assert len(sample.rows("SELECT * FROM refreshes")) == 1
