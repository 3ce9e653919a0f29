"""Deadlines, redirects, concurrency, logs: what holds for every call."""

import logging

import anyio
import anyio.lowlevel
import httpx2
import pytest

from mcp_server.clients.body import Content
from mcp_server.clients.call import Call, Policy, Runtime, Upstream
from mcp_server.clients.transport import ApiTransport
from mcp_server.errors import (
    ErrorCode,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from tests.clients.recorder import answer, tokportal

OK = answer({"data": {"account_id": "a"}})
IMPATIENT = Policy(request_timeout_seconds=0.01, max_retries=1)


async def forever(_request: httpx2.Request) -> httpx2.Response:
    await anyio.sleep_forever()
    return OK


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_so_the_key_stays_home(status: int) -> None:
    client, network = tokportal(
        answer(b"", status, {"Location": "https://elsewhere.example/steal"}), OK
    )
    with pytest.raises(UpstreamUnavailableError) as caught:
        await client.get_account_analytics("a")
    assert caught.value.code is ErrorCode.UPSTREAM_REDIRECTED
    assert caught.value.retryable is False
    assert [request.url.host for request in network.requests] == ["app.tokportal.com"]
    assert "elsewhere" not in f"{caught.value}{caught.value.upstream}"


async def test_each_attempt_has_a_deadline_even_if_the_transport_knows_none() -> None:
    client, network = tokportal(forever, policy=IMPATIENT)
    with anyio.fail_after(5), pytest.raises(UpstreamTimeoutError) as caught:
        await client.get_account_analytics("a")
    assert len(network.requests) == 2
    assert caught.value.retryable


async def test_the_deadline_holds_over_an_asgi_app() -> None:
    async def app(_scope: object, _receive: object, _send: object) -> None:
        await anyio.sleep_forever()

    upstream = Upstream("TokPortal", "http://localhost/api", "X-API-Key", None, "KEY")
    transport = ApiTransport(upstream, IMPATIENT, network=httpx2.ASGITransport(app=app))
    with anyio.fail_after(5), pytest.raises(UpstreamTimeoutError):
        await transport.send(Call("/x"), Content)
    await transport.aclose()


async def test_connect_and_read_timeouts_are_explicit() -> None:
    policy = Policy(connect_timeout_seconds=3, request_timeout_seconds=7)
    client, network = tokportal(OK, policy=policy)
    await client.get_account_analytics("a")
    timeouts = network.requests[0].extensions["timeout"]
    assert timeouts == {"connect": 3, "read": 7, "write": 7, "pool": 7}


@pytest.mark.parametrize(
    ("failure", "attempts"),
    [
        (httpx2.ConnectError("refused"), 3),
        (httpx2.ConnectTimeout("slow"), 3),
        (httpx2.PoolTimeout("busy"), 3),
        (httpx2.RemoteProtocolError("cut"), 3),
        (httpx2.ReadError("cut"), 3),
    ],
)
async def test_a_broken_connection_is_tried_again_then_reported(
    failure: Exception, attempts: int
) -> None:
    client, network = tokportal(failure)
    with pytest.raises(UpstreamUnavailableError) as caught:
        await client.get_account_analytics("a")
    assert len(network.requests) == attempts
    assert caught.value.http_status is None
    assert str(failure) not in str(caught.value)


async def test_a_read_timeout_is_repeated_once() -> None:
    client, network = tokportal(httpx2.ReadTimeout("late"))
    with pytest.raises(UpstreamTimeoutError):
        await client.get_account_analytics("a")
    assert len(network.requests) == 2


async def test_no_more_requests_are_in_flight_than_the_setting_allows() -> None:
    running, most, gate = 0, 0, anyio.Event()

    async def counted(_request: httpx2.Request) -> httpx2.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        if running == 2:
            gate.set()
        await gate.wait()
        await anyio.lowlevel.checkpoint()
        running -= 1
        return answer({"data": {"account_id": "a"}})

    client, network = tokportal(counted, policy=Policy(max_concurrency=2))
    with anyio.fail_after(5):
        async with anyio.create_task_group() as group:
            for _ in range(6):
                group.start_soon(client.get_account_analytics, "a")
    assert len(network.requests) == 6
    assert most == 2


async def test_logs_hold_neither_key_nor_address(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client, _ = tokportal(
        httpx2.ReadTimeout("late"), OK, answer({"error": "x"}, 404, {"X-Request-ID": "req_1"})
    )
    await client.get_account_analytics("private-account")
    with pytest.raises(Exception, match="account"):
        await client.get_account_analytics("private-account")
    assert "TIMED_OUT" in caplog.text
    assert "req_1" in caplog.text
    assert "sk_example" not in caplog.text
    assert "private-account" not in caplog.text
    assert "tokportal.com" not in caplog.text


async def test_one_connection_pool_serves_all_calls_and_is_closed_once() -> None:
    class Pool(httpx2.AsyncBaseTransport):
        closed = 0
        served = 0

        async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
            assert request.url.host == "localhost"
            self.served += 1
            return answer({"data": 1})

        async def aclose(self) -> None:
            self.closed += 1

    pool = Pool()
    upstream = Upstream("Toklytics", "http://localhost/api", "X-Toklytics-Key", None, "KEY")
    transport = ApiTransport(upstream, network=pool)
    await transport.aclose()
    assert pool.closed == 0
    await transport.send(Call("/x"), Content)
    await transport.send(Call("/x"), Content)
    await transport.aclose()
    assert (pool.served, pool.closed) == (2, 1)


async def test_a_proxy_of_the_environment_does_not_see_what_stays_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    for base_url, trusted in (("http://127.0.0.1:1/api", False), ("https://a.example/api", True)):
        upstream = Upstream("Toklytics", base_url, "X-Toklytics-Key", None, "KEY")
        transport = ApiTransport(upstream)
        assert transport.opened().trust_env is trusted
        await transport.aclose()


def test_new_ids_are_random_uuids() -> None:
    first, second = Runtime().new_id(), Runtime().new_id()
    assert first != second
    assert first[14] == "4"
