"""An HTTP server that ends within two seconds, with clients connected and calls running.

Left alone, uvicorn and the SDK end such a server by cutting off what runs: with tracebacks, a
refused answer that waits a second for nobody, and on SIGTERM without closing the store. Here, in
this order: no new connection, what runs may finish for a moment, calls that still run are
answered with an error, streams end as HTTP wants it.
"""

import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final, cast

import anyio
import uvicorn
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.mcpserver import MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.transports.signals import Signals

GRACE_SECONDS: Final = 0.5
"""What running calls get to finish after a signal."""
_LAST_WORDS_SECONDS: Final = 0.1
"""For their answers to leave."""
_ON_THEIR_WAY_SECONDS: Final = 0.05
_LEAVING_SECONDS: Final = 0.2
"""What a stream gets to end as if its client had left."""
_STOPPING: Final = (
    "The server is stopping. Repeat the call when it is back; a refresh that runs is joined."
)
_ENDLESS: Final = "subscriptions/listen"
_UNAVAILABLE: Final = 503


class Calls:
    """A middleware of the MCP server that knows what runs, and can end it with an answer.

    Put it before all others.
    """

    def __init__(self) -> None:
        self._running: set[anyio.CancelScope] = set()
        self._stopping = False
        self._left = anyio.Event()

    async def idle(self) -> None:
        """Wait until every request has its answer."""
        while self._running:
            self._left = anyio.Event()
            await self._left.wait()

    def refuse(self) -> None:
        """Answer every request from now on with an error."""
        self._stopping = True

    def end(self) -> None:
        """Answer with an error what still runs."""
        for call in [*self._running]:
            call.cancel()

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Let a request run until it has its answer, or the server stops.

        Raises:
            MCPError: -32603; the server stops.
        """
        if ctx.request_id is None or ctx.method == _ENDLESS:
            return await call_next(ctx)
        if not self._stopping:
            with anyio.CancelScope() as call:
                self._running.add(call)
                try:
                    return await call_next(ctx)
                finally:
                    self._running.discard(call)
                    self._left.set()
        raise MCPError(INTERNAL_ERROR, _STOPPING)


class Responses:
    """An ASGI middleware whose responses all come to an end, at the latest when told to.

    The SDK leaves a stream without its last chunk when it is stopped, and after an SSE stream it
    starts a second response; uvicorn reports both as errors of the application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: set[anyio.CancelScope] = set()
        self._leaving = anyio.Event()
        self._left = anyio.Event()

    async def end(self) -> None:
        """End every response: first as if its client had left, then at once."""
        self._leaving.set()
        with anyio.move_on_after(_LEAVING_SECONDS):
            while self._open:
                self._left = anyio.Event()
                await self._left.wait()
        for request in [*self._open]:
            request.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and see its response to the end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        response = _Response(send)
        with anyio.CancelScope() as request:
            self._open.add(request)
            try:
                await self._app(scope, _Request(receive, self._leaving).receive, response.send)
            finally:
                self._open.discard(request)
                self._left.set()
        await response.finish(cut=request.cancelled_caught)


class _Request:
    """What comes of one request; after its body, news of its client's leaving."""

    def __init__(self, receive: Receive, leaving: anyio.Event) -> None:
        self._receive = receive
        self._leaving = leaving
        self._whole = False

    async def receive(self) -> Message:
        if not self._whole:
            message = await self._receive()
            self._whole = not message.get("more_body", False)
            return message
        news: list[Message] = [{"type": "http.disconnect"}]
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._hear, news, tasks.cancel_scope)
            await self._leaving.wait()
            tasks.cancel_scope.cancel()
        return news[-1]

    async def _hear(self, news: list[Message], waiting: anyio.CancelScope) -> None:
        news.append(await self._receive())
        waiting.cancel()


class _Response:
    """One response on its way."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._started = False
        self._ended = False
        self._second = False

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start":
            self._second = self._started
            self._started = True
        if self._second:
            return
        if kind == "http.response.body" and not message.get("more_body", False):
            self._ended = True
        await self._send(message)

    async def finish(self, *, cut: bool) -> None:
        if cut and not self._started:
            self._started = True
            headers = [(b"retry-after", b"1"), (b"content-length", b"0")]
            start = {"type": "http.response.start", "status": _UNAVAILABLE, "headers": headers}
            await self._send(start)
        if self._started and not self._ended:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def serve_until_signaled(
    server: MCPServer[None],
    config: uvicorn.Config,
    on: socket.socket,
    stopping: Callable[[], None] = lambda: None,
) -> int:
    """Serve on a bound socket until SIGINT or SIGTERM; call it in the main thread.

    Args:
        server: What is served.
        config: With the ASGI app of that server itself, not with its name.
        on: It is closed at the end.
        stopping: Called as soon as there is a signal.

    Returns:
        The exit status: 128 plus the signal's number.
    """
    calls, stop = Calls(), anyio.Event()
    server.middleware.insert(0, calls)
    signals = Signals(stop)
    await EndingServer(config, calls, stop, stopping).serve_until_stopped([on])
    return signals.exit_status


class EndingServer(uvicorn.Server):
    """Serves an app until `stop` is set."""

    def __init__(
        self,
        config: uvicorn.Config,
        calls: Calls,
        stop: anyio.Event,
        stopping: Callable[[], None] = lambda: None,
    ) -> None:
        """Wrap the app of the configuration, which must not be loaded yet.

        Args:
            config: With the ASGI app itself, not with its name.
            calls: The middleware of the MCP server in that app.
            stop: Set it to end the serving.
            stopping: Called then.
        """
        self._responses = Responses(cast("ASGIApp", config.app))
        config.app = self._responses
        super().__init__(config)
        self._calls = calls
        self._stop = stop
        self._stopping = stopping

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals alone: uvicorn would raise them again, before anything is closed."""
        yield

    async def serve_until_stopped(self, sockets: list[socket.socket]) -> None:
        """Serve on bound sockets; they are closed at the end."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._end_in_order)
            await self.serve(sockets)
            tasks.cancel_scope.cancel()

    async def _end_in_order(self) -> None:
        await self._stop.wait()
        self.should_exit = True
        self._stopping()
        self._calls.refuse()
        with anyio.move_on_after(GRACE_SECONDS):
            await self._calls.idle()
        self._calls.end()
        with anyio.move_on_after(_LAST_WORDS_SECONDS):
            await self._calls.idle()
        # The last answers are on their way through the streams that end now.
        await anyio.sleep(_ON_THEIR_WAY_SECONDS)
        await self._responses.end()
