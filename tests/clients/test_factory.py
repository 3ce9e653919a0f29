"""Both clients from the settings."""

import httpx2
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from mcp_server.clients.call import Policy
from mcp_server.clients.factory import build
from mcp_server.errors import SettingsError, UpstreamUnavailableError
from mcp_server.settings import Settings
from tests.clients.recorder import Recorder, answer


def local_app(seen: list[Request]) -> Starlette:
    async def account(request: Request) -> JSONResponse:
        seen.append(request)
        return JSONResponse(
            {"data": {"account_id": request.path_params["id"]}},
            headers={"X-Tokmetrics-World": "own"},
        )

    async def stats(request: Request) -> JSONResponse:
        seen.append(request)
        return JSONResponse({"data": {"creators": 3}})

    async def broken(_request: Request) -> JSONResponse:
        raise RuntimeError("a bug of the local upstream")

    return Starlette(
        routes=[
            Route("/api/ext/accounts/{id}/analytics", account),
            Route("/api/v1/analytics/platform-stats", stats),
            Route("/api/v1/sounds/trending", broken),
        ]
    )


async def test_with_a_local_app_both_clients_speak_to_it_without_any_configured_key() -> None:
    seen: list[Request] = []
    settings = Settings(
        tokportal_api_key=SecretStr("sk_live_secret"), toklytics_api_key=SecretStr("tk_secret")
    )
    clients = build(settings, local_app=local_app(seen))
    reply = await clients.tokportal.get_account_analytics("acc_1")
    assert reply.data.account_id == "acc_1"
    assert reply.world == "own"
    assert (await clients.toklytics.platform_stats()).data.creators == 3
    sent = [header for request in seen for header in request.headers.values()]
    assert "sk_live_secret" not in sent
    assert "tk_secret" not in sent
    assert seen[0].headers["x-api-key"]
    await clients.aclose()


async def test_a_list_of_local_keys_is_obeyed_by_using_its_first() -> None:
    seen: list[Request] = []
    settings = Settings(local_api_keys=(SecretStr("one"), SecretStr("two")))
    clients = build(settings, local_app=local_app(seen))
    await clients.tokportal.get_account_analytics("acc_1")
    assert seen[0].headers["x-api-key"] == "one"
    await clients.aclose()


async def test_a_bug_of_the_local_upstream_is_an_upstream_failure() -> None:
    clients = build(Settings(max_retries=0), local_app=local_app([]))
    with pytest.raises(UpstreamUnavailableError) as caught:
        await clients.toklytics.trending_sounds()
    assert caught.value.http_status == 500
    await clients.aclose()


async def test_live_clients_use_the_addresses_keys_and_patience_of_the_settings() -> None:
    recorder = Recorder([answer({"data": {"id": "x"}})])
    settings = Settings(
        tokportal_base_url="https://portal.example/x/",
        toklytics_base_url="http://127.0.0.1:9/y",
        tokportal_api_key=SecretStr("sk_1"),
        connect_timeout_seconds=1,
        request_timeout_seconds=2,
    )
    clients = build(settings, network=httpx2.MockTransport(recorder), runtime=recorder.runtime())
    await clients.tokportal.get_video_analytics("va_1")
    await clients.toklytics.platform_stats()
    assert recorder.urls == [
        "https://portal.example/x/videos/va_1/analytics",
        "http://127.0.0.1:9/y/analytics/platform-stats",
    ]
    assert recorder.header("X-API-Key") == ["sk_1", None]
    assert recorder.requests[0].extensions["timeout"]["connect"] == 1
    await clients.aclose()


async def test_clients_without_any_key_start_and_toklytics_works() -> None:
    recorder = Recorder([answer({"data": {"creators": 1}})])
    clients = build(
        Settings(tokportal_api_key=None, toklytics_api_key=None),
        network=httpx2.MockTransport(recorder),
        runtime=recorder.runtime(),
    )
    with pytest.raises(SettingsError):
        await clients.tokportal.list_accounts()
    await clients.toklytics.platform_stats()
    assert len(recorder.requests) == 1
    await clients.aclose()


def test_the_policys_defaults_are_those_of_the_settings() -> None:
    settings = Settings()
    assert Policy() == Policy(
        connect_timeout_seconds=settings.connect_timeout_seconds,
        request_timeout_seconds=settings.request_timeout_seconds,
        max_retries=settings.max_retries,
        max_retry_wait_seconds=settings.max_retry_wait_seconds,
        max_concurrency=settings.max_concurrency,
    )
