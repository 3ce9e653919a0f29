"""The pages for whoever runs the server: is it alive, is it ready, what has it counted.

They stand outside of log-in and limits, so that a full server is not taken for a dead one, and
tell nothing of anybody's data; who may see the figures is decided by the settings.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import anyio
from pydantic import JsonValue
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.errors import StoreError
from mcp_server.setting_values import is_loopback
from mcp_server.settings import Settings
from mcp_server.store.interface import Store

HEALTH: Final = "/healthz"
READY: Final = "/readyz"
METRICS: Final = "/metrics"

_PATIENCE_SECONDS: Final = 2.0
_KEPT_SECONDS: Final = 1.0
"""How long one look at the store counts: each is a write that waits for the disk."""
_RETRY_SECONDS: Final = 5
_OF_PROXIES: Final = frozenset({"forwarded", "x-forwarded-for", "x-real-ip", "via"})
_JSON: Final = b"application/json"

Reason: TypeAlias = Literal["stopping", "store_unavailable", "store_slow"]


class Readiness:
    """Whether the server can do its work; no upstream is asked."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        stopping: Callable[[], bool] = lambda: False,
        monotonic: Callable[[], float],
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        """Look at nothing yet.

        Args:
            store: Has to be writable.
            settings: What the operator chose.
            stopping: Whether the server is about to end.
            monotonic: Seconds that are never put back.
            patience_seconds: How long the store may take.
        """
        self._store = store
        self._stopping = stopping
        self._monotonic = monotonic
        self._patience = patience_seconds
        self._turn = anyio.Lock()
        self._seen: tuple[float, Reason | None] | None = None
        self.settings_state = _state_of(settings)

    async def reason(self) -> Reason | None:
        """Return why it is not ready; none if it is."""
        if self._stopping():
            return "stopping"
        async with self._turn:
            if self._seen is None or self._monotonic() - self._seen[0] >= _KEPT_SECONDS:
                self._seen = (self._monotonic(), await self._look())
            return self._seen[1]

    async def _look(self) -> Reason | None:
        found: Reason | None = "store_slow"
        with anyio.move_on_after(self._patience):
            try:
                # Writes nothing, as there is no such job, but needs all that writing needs.
                await self._store.release_job("readyz", "readyz", "readyz")
            except StoreError:
                found = "store_unavailable"
            else:
                found = None
        return found


def _state_of(settings: Settings) -> str:
    """Say what the settings leave out, which is no reason to send nobody here."""
    has_key = settings.tokportal_api_key is not None or settings.allow_key_headers
    return "ok" if settings.local or has_key or settings.auth_file else "tokportal_key_missing"


@dataclass(frozen=True, slots=True)
class Published:
    """The figures, and who may see them.

    Attributes:
        text: Collects them.
        kind: Their content type.
        allowed: Whether a request may see them.
    """

    text: Callable[[], Awaitable[bytes]]
    kind: str
    allowed: Callable[[Scope], bool]


class Pages:
    """An ASGI app with these pages, before another one."""

    def __init__(
        self, app: ASGIApp, readiness: Readiness, published: Published | None = None
    ) -> None:
        self._app = app
        self._readiness = readiness
        self._published = published

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a page, or pass it on."""
        path = scope.get("path") if scope["type"] == "http" else None
        if path not in {HEALTH, READY, METRICS} or scope["method"] not in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif path == HEALTH:
            await _answer(send, 200, {"status": "alive"})
        elif path == READY:
            await self._tell_readiness(send)
        elif self._published is not None and self._published.allowed(scope):
            await _send(send, 200, self._published.kind.encode(), await self._published.text())
        else:
            await _answer(send, 404, {"error": "not_found"})

    async def _tell_readiness(self, send: Send) -> None:
        reason = await self._readiness.reason()
        if reason is None:
            state = self._readiness.settings_state
            await _answer(send, 200, {"status": "ready", "store": "ok", "settings": state})
        else:
            await _answer(send, 503, {"status": "not_ready", "reason": reason})


async def nothing_else(scope: Scope, receive: Receive, send: Send) -> None:
    """Stand behind the pages where they are served alone."""
    del receive
    if scope["type"] == "http":
        await _answer(send, 404, {"error": "not_found"})


def serves_metrics(settings: Settings) -> bool:
    """Whether anybody may ask for the figures at all."""
    return settings.metrics_port is not None or settings.metrics != "off"


def beside_endpoint(settings: Settings, host: str) -> Callable[[Scope], bool]:
    """Return who may see the figures on the endpoint's own port.

    Args:
        settings: What the operator chose.
        host: The address that is bound.
    """
    if settings.metrics_port is not None or settings.metrics == "off":
        return lambda _: False
    if settings.metrics == "on":
        return lambda _: True
    is_private = is_loopback(host) and not settings.needs_login and settings.public_url is None
    return lambda scope: is_private and _is_from_here(scope)


def _is_from_here(scope: Scope) -> bool:
    """Whether a request names this machine, as no web page elsewhere and no proxy does."""
    headers = Headers(scope=scope)
    name = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    # nginx without any further setting says 1.0, and nothing else of itself.
    is_direct = scope.get("http_version") != "1.0" and not _OF_PROXIES & {*headers}
    return is_loopback(name.strip("[]")) and is_direct


async def _answer(send: Send, status: int, body: Mapping[str, JsonValue]) -> None:
    await _send(send, status, _JSON, json.dumps(dict(body)).encode())


async def _send(send: Send, status: int, kind: bytes, body: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if status == 503:  # noqa: PLR2004 - the one status that passes by itself
        headers.append((b"retry-after", str(_RETRY_SECONDS).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
