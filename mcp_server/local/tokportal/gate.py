"""What every TokPortal request passes: the headers of each answer, the key, the rate limit."""

import hmac
import re
from collections.abc import Callable, Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.local.rate_limit import TokenBuckets
from mcp_server.local.tokportal.wire import ApiError

API_VERSION: Final = "2026-05-25"
_SAFE_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")


class AnswerHeaders:
    """Gives every answer, errors included, the version and a request id."""

    def __init__(self, app: ASGIApp, new_id: Callable[[], str]) -> None:
        self._app = app
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = {
            "X-TokPortal-API-Version": API_VERSION,
            "X-TokPortal-API-Stability": "stable",
            "X-TokPortal-Request-ID": f"req_{self._new_id()}",
        }
        asked = Headers(scope=scope).get("X-Request-ID", "")
        if _SAFE_ID.fullmatch(asked):
            found["X-Request-ID"] = asked
        await self._app(scope, receive, _with_headers(send, found))


class Keys:
    """Refuses a request without a key, or with one that is not in the list."""

    def __init__(self, app: ASGIApp, accepted: Sequence[str]) -> None:
        self._app = app
        self._accepted = [key.encode() for key in accepted]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        key = Headers(scope=scope).get("X-API-Key", "").strip()
        error = self._error(key)
        await (self._app if error is None else error.response())(scope, receive, send)

    def _error(self, key: str) -> ApiError | None:
        if not key:
            return ApiError(401, "AUTH_MISSING_KEY", "Send an API key in the X-API-Key header.")
        # Every key is compared in full, so that the time taken tells nothing.
        matches = [hmac.compare_digest(key.encode(), known) for known in self._accepted]
        if matches and not any(matches):
            return ApiError(401, "AUTH_INVALID_KEY", "This API key is not known.")
        return None


class RateLimit:
    """Refuses what comes too fast for its key; the headers say how much is left."""

    def __init__(self, app: ASGIApp, buckets: TokenBuckets, clock: Callable[[], float]) -> None:
        self._app = app
        self._buckets = buckets
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        key = Headers(scope=scope).get("X-API-Key", "").strip()
        verdict = self._buckets.take(key, self._clock())
        app = self._app if verdict.allowed else rate_limited(verdict.retry_after).response()
        await app(scope, receive, _with_headers(send, verdict.headers()))


def rate_limited(retry_after: int | None) -> ApiError:
    """Return the error of the rate limit; `None` keeps back how long to wait."""
    message = "Too many requests for this API key. Slow down."
    if retry_after is None:
        return ApiError(429, "RATE_LIMIT_EXCEEDED", message)
    return ApiError(
        429,
        "RATE_LIMIT_EXCEEDED",
        message,
        details={"retry_after_seconds": retry_after},
        headers={"Retry-After": str(retry_after)},
    )


def _with_headers(send: Send, headers: dict[str, str]) -> Send:
    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).update(headers)
        await send(message)

    return sender
