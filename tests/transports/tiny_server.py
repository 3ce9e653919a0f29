"""A server of a few tools for the tests of stdio, started as a child process.

It says on stderr what happens inside, one word a line, so that a test can wait for it.
"""

import os
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
from mcp.server.mcpserver import MCPServer

from mcp_server.transports.stdio import run_stdio

COMMAND = (sys.executable, __file__)


def say(word: str) -> None:
    sys.stderr.write(f"{word}\n")
    sys.stderr.flush()


@asynccontextmanager
async def lifespan(_: MCPServer) -> AsyncGenerator[None]:
    if "broken-lifespan" in sys.argv:
        raise LookupError("no settings")
    say("entered")
    yield
    say("left")


async def echo(text: str) -> str:
    return text


async def wait_forever() -> str:
    say("waiting")
    try:
        await anyio.sleep_forever()
    finally:
        say("cancelled")
    return "never"


def block_a_thread() -> str:
    say("blocking")
    threading.Event().wait()
    return "never"


async def block_the_loop() -> str:
    say("blocking")
    threading.Event().wait()
    return "never"


async def shout() -> str:
    print("from print", flush=True)  # noqa: T201 - what must not reach the client
    os.write(1, b"from the descriptor\n")
    subprocess.run(["/bin/echo", "from a child"], check=True)  # noqa: ASYNC221 - the same
    return "done"


async def listen() -> str:
    return repr(os.read(0, 1))


async def long_text(length: int) -> str:
    return "x" * length


async def half_a_character() -> str:
    return "\ud83d"


def main() -> int:
    server = MCPServer("tiny", version="1.0", lifespan=lifespan, log_level="ERROR")
    for tool in (
        echo,
        wait_forever,
        block_a_thread,
        block_the_loop,
        shout,
        listen,
        long_text,
        half_a_character,
    ):
        server.add_tool(tool)
    return run_stdio(server)


if __name__ == "__main__":
    sys.exit(main())
