"""The server as an operator starts it: the pages beside it, its log, its end."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

PATIENCE_SECONDS = 30
"""Only a hanging server ever takes this long."""
END_SECONDS = 2.0
"""How long a server may take to end after a signal; the issue's own bound."""


class Running:
    """A server as a child process, and what it said on stderr."""

    def __init__(self, process: Process, said: list[str]) -> None:
        self.process = process
        self.said = said

    def address(self, word: str) -> str:
        """The URL in the line that holds a word."""
        (line,) = [line for line in self.said if word in line]
        return line.split()[-1]

    async def hear(self, word: str) -> None:
        """Read lines until one holds a word."""
        assert self.process.stderr
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.process.stderr.readline()).decode().rstrip():
                self.said.append(line)
                if word in line:
                    return
        raise AssertionError(self.said)

    async def ended(self) -> int:
        """Wait for the exit, and read what it says until then."""
        assert self.process.stderr
        rest = await self.process.stderr.read()
        self.said += rest.decode().splitlines()
        return await self.process.wait()


@asynccontextmanager
async def serving(folder: Path, **variables: str) -> AsyncGenerator[Running]:
    """Start `tokmetrics serve` on free ports."""
    process = await asyncio.create_subprocess_exec(
        Path(sys.executable).with_name("tokmetrics"),
        *("serve", "--transport", "http", "--port", "0", "--local", "--world", "own"),
        *("--data-dir", str(folder)),
        env={**os.environ, "TOKMETRICS_METRICS_PORT": "0", **variables},
        stderr=PIPE,
    )
    running = Running(process, [])
    try:
        await running.hear("metrics at")
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def client_of(running: Running) -> AsyncGenerator[Client]:
    async with httpx2.AsyncClient(headers={"x-request-id": "proxy-7"}) as http:
        transport = streamable_http_client(running.address("serving"), http_client=http)
        async with Client(transport, mode="auto") as client:
            yield client


async def test_the_pages_have_their_own_port_and_calls_their_line(tmp_path: Path) -> None:
    async with serving(tmp_path, TOKMETRICS_LOG_FORMAT="json") as running:
        async with client_of(running) as client:
            await client.call_tool("listAccounts", {})
        endpoint = running.address("serving").removesuffix("/mcp")
        async with httpx2.AsyncClient() as http:
            pages = running.address("metrics at")
            figures = await http.get(f"{pages}/metrics")
            assert (
                'tokmetrics_tool_calls_total{outcome="ok",tool="listAccounts"} 1.0' in figures.text
            )
            assert (await http.get(f"{pages}/readyz")).json()["status"] == "ready"
            assert (await http.get(f"{pages}/mcp")).status_code == 404
            assert (await http.get(f"{endpoint}/readyz")).json()["status"] == "ready"
            assert (await http.get(f"{endpoint}/healthz")).json() == {"status": "alive"}
            # With a port of their own they are not beside the endpoint.
            assert (await http.get(f"{endpoint}/metrics")).status_code == 404
        running.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await running.ended()
    (line,) = [json.loads(line) for line in running.said if '"facts"' in line]
    assert (line["facts"]["tool"], line["facts"]["call"]) == ("listAccounts", "proxy-7")
    assert line["facts"]["outcome"] == "ok"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_server_in_time_with_a_session_and_a_stream_open(
    tmp_path: Path, number: signal.Signals
) -> None:
    hello = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "raw", "version": "1"},
        },
    }
    accepted = {"accept": "application/json, text/event-stream"}
    async with serving(tmp_path) as running, httpx2.AsyncClient(headers=accepted) as http:
        url = running.address("serving")
        opened = await http.post(url, json=hello)
        session = {"mcp-session-id": opened.headers["mcp-session-id"]}
        async with http.stream("GET", url, headers=session) as stream:
            assert stream.status_code == 200
            running.process.send_signal(number)
            async with asyncio.timeout(END_SECONDS):
                assert await running.ended() == 128 + number
    assert not [line for line in running.said if "Traceback" in line or "ERROR" in line]


async def test_a_server_on_stdio_imports_nothing_that_only_others_need() -> None:
    heavy = ("prometheus_client", "opentelemetry.sdk", "opentelemetry.exporter")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "import sys, mcp_server.app, mcp_server.transports.stdio; print(*sys.modules)",
        stdout=PIPE,
    )
    said, _ = await process.communicate()
    assert not [name for name in said.decode().split() if name.startswith(heavy)]
