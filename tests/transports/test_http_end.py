"""How an HTTP server ends: within two seconds, in order, and without a word about it."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, TextContent

from tests.transports.tiny_server import COMMAND
from tests.wire import PATIENCE_SECONDS, Child, started

LIMIT_SECONDS = 2
KINDS = ["http", "sse"]
MODES: list[ConnectMode] = ["legacy", "auto"]


@asynccontextmanager
async def connected(kind: str, mode: ConnectMode) -> AsyncGenerator[tuple[Child, Client]]:
    """A server of its own, and a client that has asked it something."""
    async with started(*COMMAND, kind) as server:
        assert server.process.stderr
        async with asyncio.timeout(PATIENCE_SECONDS):
            address = (await server.process.stderr.readline()).decode().strip()
        transport = sse_client(address) if kind == "sse" else streamable_http_client(address)
        async with Client(transport, mode=mode) as client:
            await client.call_tool("echo", {"text": "hello"})
            await server.hear("entered")
            yield server, client


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
async def test_a_running_call_is_answered_and_nothing_is_said(kind: str, mode: ConnectMode) -> None:
    async with connected(kind, mode) as (server, client):
        call = asyncio.ensure_future(client.call_tool("wait_forever", {}))
        await server.hear("waiting")
        server.process.send_signal(signal.SIGINT)
        status, said = await server.end()
        with pytest.raises(MCPError, match="The server is stopping") as refused:
            await call
    assert refused.value.code == INTERNAL_ERROR
    assert (status, said) == (128 + signal.SIGINT, ["cancelled", "left"])


@pytest.mark.parametrize("kind", KINDS)
async def test_a_call_that_is_soon_done_gets_its_result(kind: str) -> None:
    async with connected(kind, "legacy") as (server, client):
        call = asyncio.ensure_future(client.call_tool("finish_soon", {}))
        await server.hear("waiting")
        server.process.send_signal(signal.SIGTERM)
        status, said = await server.end()
        result = await call
    assert result.content == [TextContent(type="text", text="done")]
    assert (status, said) == (128 + signal.SIGTERM, ["left"])


@pytest.mark.parametrize("kind", KINDS)
async def test_it_takes_two_seconds_at_most(kind: str) -> None:
    async with connected(kind, "legacy") as (server, client):
        call = asyncio.ensure_future(client.call_tool("wait_forever", {}))
        await server.hear("waiting")
        server.process.send_signal(signal.SIGINT)
        await server.end(within=LIMIT_SECONDS)
        with pytest.raises(MCPError):
            await call


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", MODES)
async def test_an_idle_client_holds_up_nothing(kind: str, mode: ConnectMode) -> None:
    async with connected(kind, mode) as (server, _):
        server.process.send_signal(signal.SIGTERM)
        status, said = await server.end()
    assert (status, said) == (128 + signal.SIGTERM, ["left"])


async def test_a_subscriber_of_2026_holds_up_nothing() -> None:
    async with (
        connected("http", "auto") as (server, client),
        client.listen(resources_list_changed=True),
    ):
        server.process.send_signal(signal.SIGINT)
        status, said = await server.end()
    assert (status, said) == (128 + signal.SIGINT, ["left"])


@pytest.mark.parametrize("tool", ["block_a_thread", "block_the_loop"])
async def test_a_signal_ends_even_a_server_that_hangs(tool: str) -> None:
    async with connected("http", "legacy") as (server, client):
        call = asyncio.ensure_future(client.call_tool(tool, {}))
        await server.hear("blocking")
        server.process.send_signal(signal.SIGTERM)
        status, _ = await server.end(within=LIMIT_SECONDS)
        call.cancel()
        await asyncio.wait([call])
    assert status == 128 + signal.SIGTERM
