"""MCP over standard input and output, ended by end of input, Ctrl-C or SIGTERM."""

import logging
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import TypeVar

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from mcp.server.mcpserver import MCPServer
from mcp.shared.message import SessionMessage

from mcp_server.transports.descriptors import (
    can_wait,
    claim_standard_streams,
    read_lines,
    write_all,
)
from mcp_server.transports.frames import MAX_LINE_BYTES, RefusedLineError, decode, encode
from mcp_server.transports.signals import Signals

LAST_WRITE_SECONDS = 0.5
"""How long a client that no longer reads may hold up the end."""

T = TypeVar("T")

_logger = logging.getLogger(__name__)

_Inbox = MemoryObjectSendStream[SessionMessage | Exception]
_Outbox = MemoryObjectSendStream[SessionMessage]


async def _nothing() -> None:
    """End without more ado."""


def run_stdio(server: MCPServer, finish: Callable[[], Awaitable[None]] = _nothing) -> int:
    """Serve one client over this process's standard streams, and block until it is over.

    SIGINT and SIGTERM close the input: running tools are cancelled and the server's
    lifespan is left as at an end of file. What has not ended soon (`signals.py`), or at a
    second signal, is cut off. Call it from the main thread and exit right after.

    Args:
        server: The server.
        finish: Called last in the same event loop, however it ended.

    Returns:
        The exit status: 0 at the end of input, else 128 plus the signal's number.
    """
    if sys.platform == "win32":  # pragma: no cover - no readiness of pipes on Windows
        anyio.run(_serve_then, server.run_stdio_async, finish)
        return 0
    return anyio.run(_serve_then, partial(_serve_until_signaled, server), finish)


async def _serve_then(
    serve: Callable[[], Awaitable[T]], finish: Callable[[], Awaitable[None]]
) -> T:
    try:
        return await serve()
    finally:
        await finish()


async def serve_stdio(server: MCPServer, *, stdin: int, stdout: int, stop: anyio.Event) -> None:
    """Serve one client over two file descriptors, which stay open.

    Args:
        server: The server; its lifespan is entered and left once.
        stdin: Where messages come from, one a line.
        stdout: Where messages go.
        stop: Set it to end the serving as the end of the input does. It is also set when
            nobody reads `stdout` any more.
    """
    inbox, received = anyio.create_memory_object_stream[SessionMessage | Exception]()
    outbox, to_send = anyio.create_memory_object_stream[SessionMessage]()
    written = anyio.Event()

    async def read() -> None:
        with anyio.CancelScope() as reading:
            tasks.start_soon(_when, stop, reading.cancel)
            with suppress(anyio.BrokenResourceError):  # the writer has just ended
                await _read_messages(stdin, inbox, answers)
        inbox.close()

    async def write() -> None:
        await _write_messages(stdout, to_send)
        written.set()
        stop.set()

    answers = outbox.clone()
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(read)
            tasks.start_soon(write)
            # MCPServer.run_stdio_async builds the SDK's own streams; this is the way past it.
            lowlevel = server._lowlevel_server  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
            await lowlevel.run(received, outbox, lowlevel.create_initialization_options())
            answers.close()
            with anyio.move_on_after(LAST_WRITE_SECONDS):
                await written.wait()
            tasks.cancel_scope.cancel()
    except BaseExceptionGroup as group:
        # What keeps a lifespan from starting is for the caller to catch by its own type.
        raise group.exceptions[0] from group
    finally:
        for stream in (inbox, received, outbox, to_send, answers):
            stream.close()


async def _read_messages(descriptor: int, inbox: _Inbox, answers: _Outbox) -> None:
    async for line in read_lines(descriptor, max_bytes=MAX_LINE_BYTES):
        if line is not None and not line.strip():
            continue
        try:
            await inbox.send(SessionMessage(decode(line)))
        except RefusedLineError as refused:
            await answers.send(SessionMessage(refused.answer))


async def _write_messages(
    descriptor: int, messages: MemoryObjectReceiveStream[SessionMessage]
) -> None:
    wait = can_wait(descriptor)
    with messages:
        async for message in messages:
            try:
                await write_all(descriptor, encode(message.message), wait=wait)
            except OSError as error:
                _logger.info("The client reads no more: %s", error.strerror)
                return


async def _when(event: anyio.Event, act: Callable[[], None]) -> None:
    await event.wait()
    act()


async def _serve_until_signaled(server: MCPServer) -> int:
    stop = anyio.Event()
    signals = Signals(stop)
    stdin, stdout = claim_standard_streams()
    await serve_stdio(server, stdin=stdin, stdout=stdout, stop=stop)
    return signals.exit_status
