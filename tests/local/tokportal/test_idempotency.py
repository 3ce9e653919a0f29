"""A repeated Idempotency-Key gets the first answer again, and nothing is done twice."""

import anyio
import httpx2
import pytest

from tests.local.tokportal.tiny import HOUR, Tiny, data_of, error_of


async def _refresh(client: httpx2.AsyncClient, account_id: str, key: str) -> httpx2.Response:
    return await client.post(
        f"/accounts/{account_id}/analytics/refresh", headers={"Idempotency-Key": key}
    )


async def test_a_repeat_gets_the_first_answer_though_a_cooldown_runs(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    first = await _refresh(client, account_id, "k1")
    sample.clock.now += HOUR
    again = await _refresh(client, account_id, "k1")
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert data_of(again)["status"] == "scrape_queued"
    assert sample.rows("SELECT used FROM quota") == [(1,)]
    assert error_of(await _refresh(client, account_id, "k2"))[1] == "ANALYTICS_COOLDOWN"


async def test_a_repeat_gets_the_first_answer_from_another_process_on_the_store(
    sample: Tiny,
) -> None:
    account_id = sample.account("coolcreator")
    first = await _refresh(sample.client(), account_id, "k1")
    again = await _refresh(sample.client(), account_id, "k1")
    assert again.content == first.content


async def test_repeats_at_the_same_time_are_one_refresh(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    clients = [sample.client(), sample.client()]
    answers: list[bytes] = []

    async def ask(client: httpx2.AsyncClient) -> None:
        answers.append((await _refresh(client, account_id, "k1")).content)

    async with anyio.create_task_group() as group:
        for number in range(12):
            group.start_soon(ask, clients[number % 2])
    assert len(answers) == 12
    assert len(set(answers)) == 1
    assert sample.rows("SELECT used FROM quota") == [(1,)]
    assert len(sample.rows("SELECT id FROM refreshes")) == 1


async def test_a_free_answer_is_remembered_too(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    first = await _refresh(client, account_id, "k1")
    assert data_of(first)["status"] == "refreshed"
    assert (await _refresh(client, account_id, "k1")).content == first.content
    assert len(own.rows("SELECT request_key FROM idempotency")) == 1


async def test_a_refusal_is_not_remembered(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    await _refresh(client, account_id, "k1")
    assert error_of(await _refresh(client, account_id, "k2"))[1] == "ANALYTICS_COOLDOWN"
    sample.clock.now += 48 * HOUR
    assert data_of(await _refresh(client, account_id, "k2"))["status"] == "scrape_queued"


async def test_a_key_of_another_account_is_a_conflict(sample: Tiny) -> None:
    first, second = sample.account("coolcreator"), sample.account("emptyhouse")
    client = sample.client()
    await _refresh(client, first, "k1")
    response = await _refresh(client, second, "k1")
    assert error_of(response) == (409, "IDEMPOTENCY_KEY_REUSED", None)
    assert sample.rows("SELECT used FROM quota") == [(1,)]


async def test_a_blank_key_is_no_key(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    client = sample.client()
    assert data_of(await _refresh(client, account_id, " "))["status"] == "scrape_queued"
    assert error_of(await _refresh(client, account_id, " "))[1] == "ANALYTICS_COOLDOWN"


@pytest.mark.parametrize("key", ["k" * 256, "two words"])
async def test_a_key_that_is_no_key_is_refused(sample: Tiny, key: str) -> None:
    account_id = sample.account("coolcreator")
    response = await _refresh(sample.client(), account_id, key)
    assert error_of(response)[:2] == (400, "INVALID_PARAMETER")
    assert sample.rows("SELECT * FROM refreshes") == []
