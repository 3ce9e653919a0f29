"""A server on a loopback port in this process, and clients that send headers of their own."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import httpx2
import uvicorn
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.app import Outside, build_application
from mcp_server.settings import load
from mcp_server.store.records import KnownAccount
from mcp_server.transports.http import listen

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = KnownAccount("acc-1", "brand.house", "tiktok", NOW, NOW)
"""Synthetic."""

Way = Literal["http", "sse", "memory"]
Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server listens; `connect` opens a client of one transport and era."""

    connect: Callable[..., AbstractAsyncContextManager[Client]]
    address: str


async def not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand in for both APIs: nothing is known, everything is a 404 of TokPortal's form."""
    del scope, receive
    await send({"type": "http.response.start", "status": 404, "headers": []})
    await send({"type": "http.response.body", "body": b"{}"})


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncGenerator[str]:
    """Serve an app on a free port of this machine."""
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    # Not anyio's task group: pytest opens and closes a fixture in different tasks.
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def served(folder: Path, way: Way, **settings: object) -> AsyncGenerator[Served]:
    """Serve what the settings leave on."""
    application = build_application(
        load(data_dir=folder, world="own", **settings),
        local_app=not_found,
        outside=Outside(now=lambda: NOW),
    )
    deps = application.deps
    await deps.store.put_accounts(await deps.partition(), [ACCOUNT])
    server = application.server
    app = server.sse_app() if way == "sse" else server.streamable_http_app()

    @asynccontextmanager
    async def connect(mode: ConnectMode, headers: Headers | None = None) -> AsyncGenerator[Client]:
        if way == "memory":
            async with Client(server, mode=mode) as client:
                yield client
        elif way == "sse":
            async with Client(sse_client(f"{address}/sse", headers), mode=mode) as client:
                yield client
        else:
            async with httpx2.AsyncClient(headers=headers) as http:
                transport = streamable_http_client(f"{address}/mcp", http_client=http)
                async with Client(transport, mode=mode) as client:
                    yield client

    try:
        async with running(app) as address:
            yield Served(connect, address)
    finally:
        await application.aclose()
