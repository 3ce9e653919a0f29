"""What every TokPortal request passes: headers, keys, unknown paths, our own mistakes."""

import logging
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from mcp_server.local import LocalConfig, create_app
from tests.local.tokportal.tiny import KEY, Tiny, error_of

HEADERS = {
    "X-TokPortal-API-Version": "2026-05-25",
    "X-TokPortal-API-Stability": "stable",
    "X-Tokmetrics-World": "own",
}


async def test_every_answer_has_version_world_and_its_own_request_id(own: Tiny) -> None:
    client = own.client()
    answers = [
        await client.get("/me"),
        await client.get("/me", headers={"X-API-Key": ""}),
        await client.get("/nowhere"),
        await client.post("/me"),
        await client.get("/accounts", params={"page": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 401, 404, 405, 400]
    for answer in answers:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, (answer.status_code, name)
    ids = [answer.headers["X-TokPortal-Request-ID"] for answer in answers]
    assert len(set(ids)) == 5
    assert all(request_id.startswith("req_") for request_id in ids)


async def test_a_request_id_of_the_caller_is_echoed_when_it_is_safe(own: Tiny) -> None:
    client = own.client()
    for sent in ("abc-123", "x" * 128):
        response = await client.get("/me", headers={"X-Request-ID": sent})
        assert response.headers["X-Request-ID"] == sent
    for sent in ("x" * 129, "two words", "", "tab\there"):
        response = await client.get("/me", headers={"X-Request-ID": sent})
        assert "X-Request-ID" not in response.headers
    response = await client.get("/me", headers=[(b"X-Request-ID", "ü".encode())])
    assert "X-Request-ID" not in response.headers


async def test_without_a_key_nothing_is_answered(own: Tiny) -> None:
    client = own.client(key=None)
    for headers in ({}, {"X-API-Key": ""}, {"X-API-Key": "  "}, {"Authorization": f"Bearer {KEY}"}):
        response = await client.get("/me", headers=headers)
        assert error_of(response) == (401, "AUTH_MISSING_KEY", None)


async def test_any_key_is_accepted_where_none_are_listed(own: Tiny) -> None:
    assert (await own.client(key="anything").get("/me")).status_code == 200


async def test_only_listed_keys_are_accepted_where_there_is_a_list(own: Tiny) -> None:
    config = replace(own.config, api_keys=("first", "second"))
    for key in ("first", "second"):
        assert (await own.client(config, key=key).get("/me")).status_code == 200
    for key in ("third", "firs", "firstt"):
        response = await own.client(config, key=key).get("/me")
        assert error_of(response) == (401, "AUTH_INVALID_KEY", None)


async def test_unknown_paths_and_methods_answer_in_the_envelope(own: Tiny) -> None:
    client = own.client()
    for path in (
        "/nowhere",
        "/me/",
        "/accounts/a/b/c",
        "/videos/va_1",
        "/accounts/a%2Fb/analytics",
    ):
        assert error_of(await client.get(path))[:2] == (404, "NOT_FOUND"), path
    response = await client.delete("/accounts")
    assert error_of(response)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert "GET" in response.headers["Allow"]
    response = await client.get("/accounts/a/analytics/refresh")
    assert error_of(response)[:2] == (405, "METHOD_NOT_ALLOWED")


async def test_paths_of_neither_api_answer_in_an_envelope_too(own: Tiny) -> None:
    client = own.client()
    for path in ("/", "/api", "/api/ext"):
        response = await client.get(f"http://local.test{path}")
        assert error_of(response)[:2] == (404, "NOT_FOUND"), path
        assert response.headers["X-Tokmetrics-World"] == "own"


async def test_our_own_mistake_is_logged_and_says_nothing_to_the_caller(
    own: Tiny, caplog: pytest.LogCaptureFixture
) -> None:
    own.world.data().execute("DROP TABLE creators")
    own.world.state().execute(
        "INSERT INTO accounts VALUES ('a', 'secretname', 'tiktok', 1, NULL, NULL)"
    )
    with caplog.at_level(logging.ERROR):
        response = await own.client().get("/accounts")
    assert error_of(response)[:2] == (500, "INTERNAL_ERROR")
    assert "creators" not in response.text
    assert response.headers["X-TokPortal-API-Version"] == "2026-05-25"
    assert response.headers["X-Tokmetrics-World"] == "own"
    assert "no such table: creators" in caplog.text


async def test_a_store_that_cannot_be_used_says_what_to_do(tmp_path: Path) -> None:
    config = LocalConfig(tmp_path, "own")
    config.folder.mkdir(parents=True)
    (config.folder / "state.db").write_bytes(b"this is no database, whatever its name says" * 99)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(create_app(config)), headers={"X-API-Key": KEY}
    ) as client:
        response = await client.get("http://local.test/api/ext/accounts")
    assert error_of(response)[:2] == (500, "LOCAL_STORE_ERROR")
    assert "state.db" in response.json()["error"]["message"]


async def test_a_head_request_is_answered_like_a_get(own: Tiny) -> None:
    assert (await own.client().head("/me")).status_code == 200
