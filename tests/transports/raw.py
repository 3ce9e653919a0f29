"""An app behind the real server on a loopback port, and bytes sent to it by hand."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.settings import Settings
from mcp_server.transports.http import http_config, listen

PATIENCE_SECONDS = 20
"""Only a hanging server ever takes this long."""
SOON = 0.05
"""A deadline of the server, in seconds, where a test waits for its end."""


@dataclass
class Connection:
    """One connection to the server."""

    reader: StreamReader
    writer: StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def rest(self) -> bytes:
        """All that comes until the server closes the connection."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self.reader.read()

    async def head(self) -> str:
        """Status line and headers of the next answer, in lower case."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()


@dataclass
class Door:
    """A server on a port."""

    port: int

    @asynccontextmanager
    async def connected(self, *, buffer: int = 2**16) -> AsyncGenerator[Connection]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=buffer)
        try:
            yield Connection(reader, writer)
        finally:
            writer.close()

    async def asked(self, request: bytes) -> str:
        """The whole answer to one request whose connection the server closes."""
        async with self.connected() as connection:
            await connection.send(request)
            return (await connection.rest()).decode().lower()


@asynccontextmanager
async def behind(app: ASGIApp, settings: Settings) -> AsyncGenerator[Door]:
    """Serve an app with the limits of the settings."""
    listening = listen("127.0.0.1", 0)
    server = uvicorn.Server(http_config(app, settings))
    serving = asyncio.create_task(server.serve([listening]))
    try:
        yield Door(listening.getsockname()[1])
    finally:
        server.should_exit = True
        await serving


@dataclass
class Held:
    """An app that answers when told to, after having read the body."""

    entered: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    release: asyncio.Event = field(default_factory=asyncio.Event)
    bodies: list[bytes] = field(default_factory=list[bytes])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            raise RuntimeError("no lifespan")
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        self.bodies.append(body)
        self.entered.release()
        await self.release.wait()
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def busy(self, requests: int) -> None:
        """Wait until so many requests are inside."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(requests):
                await self.entered.acquire()
