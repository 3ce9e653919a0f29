"""A request that asks for a fault gets it; the world stays as it was, unless it says `-after`."""

from dataclasses import replace

import httpx2
import pytest

from tests.local.tokportal.tiny import Tiny, data_of, error_of


def _faulty(own: Tiny) -> httpx2.AsyncClient:
    return own.client(replace(own.config, faults=True))


async def _ask(client: httpx2.AsyncClient, fault: str, path: str = "/me") -> httpx2.Response:
    return await client.get(path, headers={"X-Tokmetrics-Fault": fault})


async def test_faults_must_be_switched_on(own: Tiny) -> None:
    assert (await _ask(own.client(), "500")).status_code == 200


async def test_a_request_without_the_header_is_served(own: Tiny) -> None:
    assert (await _faulty(own).get("/me")).status_code == 200


async def test_a_rate_limit_comes_with_and_without_a_time_to_wait(own: Tiny) -> None:
    client = _faulty(own)
    response = await _ask(client, "429")
    assert error_of(response) == (429, "RATE_LIMIT_EXCEEDED", {"retry_after_seconds": 2})
    assert response.headers["Retry-After"] == "2"
    response = await _ask(client, "429-no-retry-after")
    assert error_of(response) == (429, "RATE_LIMIT_EXCEEDED", None)
    assert "Retry-After" not in response.headers


async def test_an_internal_error_comes_in_the_envelope(own: Tiny) -> None:
    assert error_of(await _ask(_faulty(own), "500"))[:2] == (500, "INTERNAL_ERROR")


@pytest.mark.parametrize(("fault", "status"), [("502-html", 502), ("html", 200)])
async def test_a_page_comes_instead_of_json(own: Tiny, fault: str, status: int) -> None:
    response = await _ask(_faulty(own), fault)
    assert response.status_code == status
    assert response.headers["Content-Type"].startswith("text/html")
    assert response.text.startswith("<!doctype html>")


async def test_an_empty_body_comes(own: Tiny) -> None:
    response = await _ask(_faulty(own), "empty")
    assert (response.status_code, response.content) == (200, b"")


async def test_json_of_another_shape_comes(own: Tiny) -> None:
    assert isinstance((await _ask(_faulty(own), "wrong-shape")).json()["data"], str)


async def test_a_truncated_answer_is_half_of_the_true_one(own: Tiny) -> None:
    client = _faulty(own)
    whole = (await client.get("/me")).content
    response = await _ask(client, "truncated")
    assert response.status_code == 200
    assert response.content == whole[: len(whole) // 2]
    assert response.headers["Content-Length"] == str(len(whole) // 2)


@pytest.mark.parametrize(
    ("fault", "seconds"), [("slow=2", 2.0), ("slow", 1.0), ("slow=x", 1.0), ("slow-after=3", 3.0)]
)
async def test_a_slow_answer_is_the_true_one(own: Tiny, fault: str, seconds: float) -> None:
    assert "email" in data_of(await _ask(_faulty(own), fault))
    assert own.slept == [seconds]


async def test_an_unknown_fault_is_refused_with_the_names_there_are(own: Tiny) -> None:
    status, code, details = error_of(await _ask(_faulty(own), "boom"))
    assert (status, code) == (400, "INVALID_PARAMETER")
    assert "502-html" in str(details)


@pytest.mark.parametrize("fault", ["500", "429", "html", "empty", "wrong-shape", "502-html"])
async def test_a_refresh_is_lost_before_or_after_it_was_carried_out(
    sample: Tiny, fault: str
) -> None:
    account_id = sample.account("coolcreator")
    client = _faulty(sample)
    path = f"/accounts/{account_id}/analytics/refresh"
    await client.post(path, headers={"X-Tokmetrics-Fault": fault})
    assert sample.rows("SELECT * FROM refreshes") == []
    lost = await client.post(
        path, headers={"X-Tokmetrics-Fault": f"{fault}-after", "Idempotency-Key": "k1"}
    )
    assert "scrape_queued" not in lost.text
    assert len(sample.rows("SELECT * FROM refreshes")) == 1
    found = await client.post(path, headers={"Idempotency-Key": "k1"})
    assert data_of(found)["status"] == "scrape_queued"
    assert sample.rows("SELECT used FROM quota") == [(1,)]


async def test_faults_bear_the_headers_of_every_answer(own: Tiny) -> None:
    client = _faulty(own)
    for fault in ("429", "500", "502-html", "truncated", "html", "empty", "wrong-shape", "boom"):
        response = await _ask(client, fault)
        assert response.headers["X-Tokmetrics-World"] == "own", fault
        assert response.headers["X-TokPortal-Request-ID"].startswith("req_"), fault
