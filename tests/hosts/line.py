"""One client on the raw wire: our own stdio transport over two pipes, in one process."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Literal, cast

import anyio
from mcp.server.mcpserver import MCPServer
from pydantic import JsonValue

from mcp_server.transports.descriptors import can_wait, read_lines, write_all
from mcp_server.transports.stdio import serve_stdio
from tests.wire import HANDSHAKE, PATIENCE_SECONDS, Message

Era = Literal["2025-11-25", "2026-07-28"]
ERAS: Final[tuple[Era, Era]] = ("2025-11-25", "2026-07-28")

_LONGEST_LINE: Final = 4_000_000
_ENVELOPE: Final[Message] = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


@dataclass
class Line:
    """A connection; every request has the id 1."""

    era: Era
    lines: AsyncGenerator[bytes | None]
    output: int

    async def open(self) -> None:
        """Shake hands where the era wants it."""
        if self.era == "2025-11-25":
            hello, ready = HANDSHAKE
            await self._send(hello)
            await self._answer()
            await self._send(ready)

    async def call(self, tool: str, arguments: Mapping[str, JsonValue]) -> Message:
        """The result of a tool call, as it stood in the line."""
        params: Message = {"name": tool, "arguments": {**arguments}}
        if self.era == "2026-07-28":
            params["_meta"] = _ENVELOPE
        await self._send({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})
        answer = await self._answer()
        assert "result" in answer, answer
        return cast("Message", answer["result"])

    async def _send(self, message: Message) -> None:
        line = json.dumps(message).encode() + b"\n"
        await write_all(self.output, line, wait=can_wait(self.output))

    async def _answer(self) -> Message:
        async with asyncio.timeout(PATIENCE_SECONDS):
            async for line in self.lines:
                message: Message = json.loads(line or b"{}")
                if message.get("id") == 1:  # all others are notifications
                    return message
        raise AssertionError("the server ended the connection")


@asynccontextmanager
async def connected(server: MCPServer[None], era: Era) -> AsyncGenerator[Line]:
    """Serve one client until the end of the block."""
    stdin, output = os.pipe()
    answers, stdout = os.pipe()
    stop = anyio.Event()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_serve, server, stdin, stdout, stop)
            lines = read_lines(answers, max_bytes=_LONGEST_LINE)
            line = Line(era, lines, output)
            try:
                await line.open()
                yield line
            finally:
                await lines.aclose()
                stop.set()
    finally:
        for descriptor in (stdin, output, answers, stdout):
            os.close(descriptor)


async def _serve(server: MCPServer[None], stdin: int, stdout: int, stop: anyio.Event) -> None:
    await serve_stdio(server, stdin=stdin, stdout=stdout, stop=stop)
