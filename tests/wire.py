"""A child process that speaks MCP, line by line, with a limit on every wait."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import JsonValue

PATIENCE_SECONDS = 20
"""Only a hanging child ever waits this long."""

Message = dict[str, JsonValue]


HANDSHAKE: Final[tuple[Message, Message]] = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "raw", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
)


def tool_call(tool: str, **arguments: JsonValue) -> Message:
    params: Message = {"name": tool, "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 8, "method": "tools/call", "params": params}


@dataclass
class Child:
    """A server as a child process."""

    process: Process

    async def send(self, *messages: Message | bytes) -> None:
        assert self.process.stdin
        for message in messages:
            line = message if isinstance(message, bytes) else json.dumps(message).encode()
            self.process.stdin.write(line + b"\n")
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.process.stdin.drain()

    async def receive(self) -> Message:
        """The next line on stdout, which has to be a JSON-RPC object."""
        assert self.process.stdout
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self.process.stdout.readline()
        message: Message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        return message

    async def ask(self, method: str, params: Message | None = None) -> Message:
        await self.send({"jsonrpc": "2.0", "id": 7, "method": method, "params": params or {}})
        answer = await self.receive()
        assert answer["id"] == 7
        return answer

    async def call(self, tool: str, **arguments: JsonValue) -> JsonValue:
        """The text of a tool's answer."""
        answer = await self.ask("tools/call", {"name": tool, "arguments": arguments})
        match answer:
            case {"result": {"content": [{"text": text}]}}:
                return text
            case _:
                raise AssertionError(answer)

    async def start_call(self, tool: str, *, until: str) -> None:
        """Call a tool that does not answer, and wait until it has said a word on stderr."""
        await self.send(tool_call(tool))
        await self.hear(until)

    async def hear(self, word: str) -> None:
        """Wait for a line on stderr."""
        assert self.process.stderr
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := await self.process.stderr.readline():
                if line.decode().strip() == word:
                    return
        raise AssertionError(f"the child ended without saying {word!r}")

    async def shake_hands(self) -> Message:
        """Open a connection of the era before 2026."""
        await self.send(*HANDSHAKE)
        return await self.receive()

    async def end(self, *, within: float = PATIENCE_SECONDS) -> tuple[int, list[str]]:
        """Wait for the exit, without closing the input.

        Returns:
            The exit status and the lines on stderr that nobody has heard yet.
        """
        assert self.process.stderr
        async with asyncio.timeout(within):
            said = await self.process.stderr.read()
            return await self.process.wait(), said.decode().split("\n")[:-1]

    async def close_input(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        await self.process.stdin.wait_closed()


@asynccontextmanager
async def started(
    *command: str | Path,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: int = PIPE,
) -> AsyncGenerator[Child]:
    """A server as a child process, ended at the end of the block.

    Args:
        command: The program and its arguments.
        cwd: Where it runs.
        env: Its whole environment; by default that of the tests.
        stdout: A descriptor, in place of a pipe to the test.
    """
    process = await asyncio.create_subprocess_exec(
        *command, cwd=cwd, env=env, stdin=PIPE, stdout=stdout, stderr=PIPE, limit=1 << 24
    )
    try:
        yield Child(process)
    finally:
        assert process.stdin
        process.stdin.close()  # which ends the server
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
