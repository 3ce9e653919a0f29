"""Toklytics' routes inside the app: no key, their own envelope, and what refreshes brought."""

from dataclasses import replace

import httpx2
import pytest

from tests.local.tokportal.tiny import VIDEOS, Tiny, data_of, error_of

ROOT = "http://local.test/api/v1"


def _keyless(local: Tiny, *, faults: bool = False) -> httpx2.AsyncClient:
    return local.client(replace(local.config, faults=faults), key=None)


async def test_toklytics_wants_no_key(own: Tiny) -> None:
    response = await _keyless(own).get(f"{ROOT}/creators/coolcreator")
    assert data_of(response)["username"] == "CoolCreator"
    assert response.headers["X-Tokmetrics-World"] == "own"
    assert response.json()["meta"]["source"] == "Tokmetrics local (own data)"


async def test_unknown_paths_and_methods_answer_in_its_envelope(own: Tiny) -> None:
    client = _keyless(own)
    for method, path, status, code in (
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("GET", "/", 404, "NOT_FOUND"),
        ("POST", "/creators/search", 405, "METHOD_NOT_ALLOWED"),
    ):
        response = await client.request(method, f"{ROOT}{path}")
        assert error_of(response)[:2] == (status, code), path
        assert response.json()["error"]["docs"]
        assert response.json()["meta"]["api_version"] == "v1"
        assert response.json()["meta"]["request_id"]
        assert response.headers["X-Tokmetrics-World"] == "own"


async def test_our_own_mistake_answers_in_its_envelope(own: Tiny) -> None:
    client = _keyless(own)
    own.world.data().execute("DROP TABLE creators")
    response = await client.get(f"{ROOT}/creators/coolcreator")
    assert error_of(response)[:2] == (500, "INTERNAL_ERROR")
    assert response.json()["meta"]["api_version"] == "v1"


async def test_a_refresh_that_is_due_is_seen_here_too(sample: Tiny) -> None:
    account_id = sample.account("coolcreator")
    await sample.client().post(f"/accounts/{account_id}/analytics/refresh")
    sample.clock.now += 20
    found = data_of(await _keyless(sample).get(f"{ROOT}/videos/{VIDEOS[0].video_id}"))
    assert int(str(found["plays"])) > 1_000
    assert sample.rows("SELECT status FROM refreshes") == [("done",)]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("429", 429, "RATE_LIMIT_EXCEEDED"),
        ("429-no-retry-after", 429, "RATE_LIMIT_EXCEEDED"),
        ("500", 500, "INTERNAL_ERROR"),
        ("boom", 400, "INVALID_PARAMETER"),
    ],
)
async def test_faults_come_in_its_envelope(own: Tiny, fault: str, status: int, code: str) -> None:
    response = await _keyless(own, faults=True).get(
        f"{ROOT}/creators/coolcreator", headers={"X-Tokmetrics-Fault": fault}
    )
    assert error_of(response)[:2] == (status, code)
    assert response.json()["error"]["docs"]
    assert response.headers.get("Retry-After") == ("2" if fault == "429" else None)


async def test_a_truncated_answer_is_truncated_here_too(own: Tiny) -> None:
    response = await _keyless(own, faults=True).get(
        f"{ROOT}/creators/coolcreator", headers={"X-Tokmetrics-Fault": "truncated"}
    )
    assert response.status_code == 200
    assert not response.text.endswith("}")
