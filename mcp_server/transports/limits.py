"""How much work is taken on at one time, and how large and slow one request may be.

Refusals are answered here, before anybody looks at who asks; what a client must not do twice, such
as sending a body that is too large, ends its connection.
"""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self, cast

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.settings import Settings

_RETRY_SECONDS: Final = 1


@dataclass(frozen=True, slots=True)
class Limits:
    """The settings of the same names explain each."""

    max_body_bytes: int
    max_header_bytes: int
    max_headers: int
    max_open_requests: int
    max_open_requests_per_client: int
    body_timeout_seconds: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take them from the settings."""
        return cls(
            settings.max_body_bytes,
            settings.max_header_bytes,
            settings.max_headers,
            settings.max_open_requests,
            settings.max_open_requests_per_client,
            settings.body_timeout_seconds,
        )


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """The answer to a request that is not taken."""

    status: int
    code: str
    is_final: bool = False
    """Whether the same request would be refused again, and the rest of it is not read."""

    async def answer(self, send: Send) -> None:
        """Send it."""
        body = f'{{"error":"{self.code}"}}'.encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            (b"cache-control", b"no-store"),
            (b"connection", b"close")
            if self.is_final
            else (b"retry-after", str(_RETRY_SECONDS).encode()),
        ]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


_STOPPING: Final = TurnedAway(503, "stopping")
_FULL: Final = TurnedAway(503, "too_many_requests")
_CLIENT_FULL: Final = TurnedAway(429, "too_many_requests_of_this_client")
_HEADERS: Final = TurnedAway(431, "headers_too_large", is_final=True)
_TOO_LARGE: Final = TurnedAway(413, "body_too_large", is_final=True)
_TOO_SLOW: Final = TurnedAway(408, "body_too_slow", is_final=True)


class Admission:
    """What one server works on at present, and whether it takes more."""

    def __init__(self, limits: Limits, told: Callable[[str], None] = lambda _: None) -> None:
        """Begin with nothing.

        Args:
            limits: What each request is held to.
            told: Is given the reason why a request was turned away.
        """
        self.limits = limits
        self.told = told
        self._open: Counter[str] = Counter()
        self._is_stopping = False

    @property
    def is_stopping(self) -> bool:
        """Whether no new work is taken."""
        return self._is_stopping

    @property
    def open_requests(self) -> int:
        """How many requests are being answered."""
        return self._open.total()

    def stop(self) -> None:
        """Take no new work from now on."""
        self._is_stopping = True

    def refusal(self, client: str) -> TurnedAway | None:
        """Say why another request of a client is not taken, if so."""
        if self._is_stopping:
            return _STOPPING
        if self._open.total() >= self.limits.max_open_requests:
            return _FULL
        if self._open[client] >= self.limits.max_open_requests_per_client:
            return _CLIENT_FULL
        return None

    def enter(self, client: str) -> None:
        """Count a request that begins."""
        self._open[client] += 1

    def leave(self, client: str) -> None:
        """Count one that is over."""
        self._open[client] -= 1
        if not self._open[client]:
            del self._open[client]


class Limited:
    """An ASGI middleware that holds every request to the limits."""

    def __init__(self, app: ASGIApp, admission: Admission) -> None:
        self._app = app
        self._admission = admission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        client, limits = _client(scope), self._admission.limits
        refusal = _oversized(scope, limits) or self._admission.refusal(client)
        if refusal is not None:
            self._admission.told(refusal.code)
            await refusal.answer(send)
            return
        self._admission.enter(client)
        try:
            request = _Request(receive, send, limits, anyio.CancelScope())
            with request.inside:
                await self._app(scope, request.receive, request.send)
            if request.refusal is not None and not request.is_answered:
                self._admission.told(request.refusal.code)
                await request.refusal.answer(send)
        finally:
            self._admission.leave(client)


class _Request:
    """One request as its body comes in."""

    def __init__(
        self, receive: Receive, send: Send, limits: Limits, inside: anyio.CancelScope
    ) -> None:
        self.refusal: TurnedAway | None = None
        self.is_answered = False
        self._receive = receive
        self._send = send
        self.inside = inside
        self._left = limits.max_body_bytes
        self._deadline = anyio.current_time() + limits.body_timeout_seconds
        self._is_whole = False

    async def receive(self) -> Message:
        if self._is_whole:
            return await self._receive()
        message: Message | None = None
        with anyio.move_on_after(self._deadline - anyio.current_time()):
            message = await self._receive()
        if message is None:
            return await self._refuse(_TOO_SLOW)
        self._left -= len(cast("bytes", message.get("body", b"")))
        self._is_whole = not message.get("more_body", False)
        return message if self._left >= 0 else await self._refuse(_TOO_LARGE)

    async def send(self, message: Message) -> None:
        self.is_answered = True
        await self._send(message)

    async def _refuse(self, refusal: TurnedAway) -> Message:
        """End whoever wanted to read the body; the answer is given outside of it."""
        self.refusal = refusal
        self.inside.cancel()
        await anyio.sleep_forever()
        raise AssertionError  # pragma: no cover - cancelled just before


def _oversized(scope: Scope, limits: Limits) -> TurnedAway | None:
    headers = cast("list[tuple[bytes, bytes]]", scope["headers"])
    # The parser's own limit holds for headers that come in pieces only.
    size = len(scope["raw_path"]) + len(scope["query_string"])
    size += sum(len(name) + len(value) + 4 for name, value in headers)
    if len(headers) > limits.max_headers or size > limits.max_header_bytes:
        return _HEADERS
    lengths = [value for name, value in headers if name == b"content-length"]
    # The parser has let nothing through but one number.
    return _TOO_LARGE if lengths and int(lengths[0]) > limits.max_body_bytes else None


def _client(scope: Scope) -> str:
    """Name whoever sent a request, for counting: by the token, else by the address."""
    for name, value in cast("list[tuple[bytes, bytes]]", scope["headers"]):
        if name == b"authorization":
            # The gate takes any case of the scheme and any number of spaces for the same token.
            return hashlib.sha256(value.partition(b" ")[2].strip()).hexdigest()
    client = cast("tuple[str, int] | None", scope.get("client"))
    return "" if client is None else client[0]
