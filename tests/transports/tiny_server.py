"""A server of a few tools for the tests of transports, started as a child process.

It says on stderr what happens inside, one word a line, so that a test can wait for it. With the
argument http or sse it says its address first.
"""

import os
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import anyio
import uvicorn
from mcp.server.mcpserver import MCPServer

from mcp_server.transports.ending import serve_until_signaled
from mcp_server.transports.http import listen as listen_on
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


async def finish_soon() -> str:
    say("waiting")
    await anyio.sleep(0.2)
    return "done"


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
        finish_soon,
        block_a_thread,
        block_the_loop,
        shout,
        listen,
        long_text,
        half_a_character,
    ):
        server.add_tool(tool)
    for kind in ("http", "sse"):
        if kind in sys.argv:
            return anyio.run(serve, server, kind)
    return run_stdio(server)


async def serve(server: MCPServer, kind: str) -> int:
    on = listen_on("127.0.0.1", 0)
    app = server.sse_app() if kind == "sse" else server.streamable_http_app()
    path = "/sse" if kind == "sse" else "/mcp"
    say(f"http://127.0.0.1:{on.getsockname()[1]}{path}")
    config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=1)
    return await serve_until_signaled(server, config, on)


if __name__ == "__main__":
    sys.exit(main())
