"""A server for several customers on a port of this machine, and clients that log in."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import anyio
import httpx2
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.session import MessageHandlerFnT
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from pydantic import JsonValue

from mcp_server.app import Application, Outside, build_application
from mcp_server.auth.tokens import hash_line
from mcp_server.settings import load
from mcp_server.transports.http import http_app
from tests.tenants.customers import Customers
from tests.transports.served import running

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACME, GLOBEX, TWIN, READER, OWN, OLD = (
    f"tokm_{name}" for name in ("acme", "globex", "twin", "reader", "own", "old")
)
"""Tokens; `TWIN` is of a tenant with the same upstream keys as acme's."""
ENVIRONMENT = {"GLOBEX_KEY": "sk_globex"}
FILE = f"""
[[tokens]]
name = "acme-desk"
hash = "{hash_line(ACME)}"
tenant = "acme"
scopes = ["read", "refresh"]

[[tokens]]
name = "globex-desk"
hash = "{hash_line(GLOBEX)}"
tenant = "globex"
scopes = ["read", "refresh"]

[[tokens]]
name = "twin-desk"
hash = "{hash_line(TWIN)}"
tenant = "twin"
scopes = ["read", "refresh"]

[[tokens]]
name = "acme-reader"
hash = "{hash_line(READER)}"
tenant = "acme"

[[tokens]]
name = "own-desk"
hash = "{hash_line(OWN)}"
scopes = ["read", "refresh"]
requests_per_minute = 1000

[[tokens]]
name = "old-desk"
hash = "{hash_line(OLD)}"
expires = 2026-03-01T12:00:00Z

[tenants.acme]
tokportal_api_key = "sk_acme"
toklytics_api_key = "tk_acme"

[tenants.globex]
tokportal_api_key = "env:GLOBEX_KEY"
toklytics_api_key = "tk_globex"

[tenants.twin]
tokportal_api_key = "sk_acme"
toklytics_api_key = "tk_acme"
"""

Way = Literal["http", "sse"]
Headers = dict[str, str]


async def pause(_seconds: float) -> None:
    """Between two looks of the background work."""
    await anyio.sleep(0.01)


async def nap(seconds: float) -> None:
    """The engine's waiting: short pauses pass at once, long ones never."""
    if seconds >= 5:
        await anyio.sleep_forever()
    await anyio.lowlevel.checkpoint()


async def stand_still(seconds: float) -> None:
    """The engine's waiting where a refresh is never done."""
    if seconds > 0:
        await anyio.sleep_forever()


@dataclass
class Site:
    """Where the server listens.

    Attributes:
        address: The endpoint.
        application: For a look behind it.
        upstream: For a look at what left.
    """

    address: str
    application: Application
    upstream: Customers
    way: Way = "http"
    opened: list[str] = field(default_factory=list[str])

    @asynccontextmanager
    async def client(
        self,
        token: str | None,
        mode: ConnectMode = "auto",
        handler: MessageHandlerFnT | None = None,
        *,
        headers: Headers | None = None,
    ) -> AsyncGenerator[Client]:
        """A client of one era."""
        sent = dict(headers or {})
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        if self.way == "sse":
            transport = sse_client(self.address, sent)
            async with Client(transport, mode=mode, message_handler=handler) as client:
                yield client
            return
        async with httpx2.AsyncClient(headers=sent) as http:
            streams = streamable_http_client(self.address, http_client=http)
            async with Client(streams, mode=mode, message_handler=handler) as client:
                yield client

    async def post(
        self, method: str, params: JsonValue = None, token: str | None = None, **headers: str
    ) -> httpx2.Response:
        """One message; `_` in a header's name stands for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        async with httpx2.AsyncClient() as http:
            return await http.post(
                self.address,
                json=message,
                headers={"accept": "application/json, text/event-stream", **sent},
            )

    async def delete(self, session: str, token: str) -> httpx2.Response:
        """End a session."""
        headers = {"authorization": f"Bearer {token}", "mcp-session-id": session}
        async with httpx2.AsyncClient() as http:
            return await http.delete(self.address, headers=headers)


HELLO: JsonValue = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "raw", "version": "1"},
}


@asynccontextmanager
async def site(
    folder: Path,
    *,
    way: Way = "http",
    file: str | None = FILE,
    sleep: Callable[[float], Awaitable[None]] = nap,
    now: Callable[[], datetime] = lambda: NOW,
    monotonic: Callable[[], float] = lambda: 0.0,
    issuer: httpx2.AsyncBaseTransport | None = None,
    **settings: object,
) -> AsyncGenerator[Site]:
    """Serve; with a `file`, only those who log in."""
    upstream = Customers()
    if file is not None:
        written = folder / "auth.toml"
        written.write_text(file, encoding="utf-8")
        written.chmod(0o600)
        settings["auth_file"] = written
    application = build_application(
        load(
            data_dir=folder,
            tokportal_api_key="sk_own",
            toklytics_api_key="tk_own",
            tokportal_base_url="https://tokportal.invalid",
            toklytics_base_url="https://toklytics.invalid",
            **settings,
        ),
        outside=Outside(
            now=now,
            sleep=sleep,
            network=upstream,
            pause=pause,
            monotonic=monotonic,
            environment=ENVIRONMENT,
            issuer=issuer,
        ),
    )
    path = "/mcp" if way == "http" else "/sse"
    app = http_app(
        application.server,
        application.access,
        way,
        host="127.0.0.1",
        address=f"http://127.0.0.1{path}",
    )
    try:
        async with running(app) as address:
            yield Site(f"{address}{path}", application, upstream, way)
    finally:
        await application.aclose()
