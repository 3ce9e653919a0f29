"""Lets a test ask one request to go wrong, with the header `X-Tokmetrics-Fault`.

A fault is a name, then `-after` when the request is to be carried out first and only its answer
lost, then `=seconds` for `slow`: `429`, `500-after`, `slow=2`, `slow-after=2`.

| name | answer |
|---|---|
| `429` | the API's rate limit error, with `Retry-After: 2` |
| `429-no-retry-after` | the same without the header and without the seconds in the body |
| `500` | the API's internal error |
| `502-html` | a gateway's page |
| `slow` | the true answer, late |
| `truncated` | the first half of the true answer |
| `html` | status 200 and a page instead of JSON |
| `empty` | status 200 and no body |
| `wrong-shape` | status 200 and JSON of another shape |
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER: Final = "X-Tokmetrics-Fault"
RETRY_AFTER_SECONDS: Final = 2

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shapes:
    """How the API at hand writes the errors that a fault needs."""

    rate_limited: Callable[[int | None], Response]
    """Takes the seconds to wait, or `None` to keep them back."""
    internal: Callable[[], Response]
    unknown_fault: Callable[[str], Response]
    """Takes the allowed names."""


class Faults:
    """Answers wrongly where the request asks for it; passes everything else through."""

    def __init__(self, app: ASGIApp, shapes: Shapes, sleep: Sleep) -> None:
        self._app = app
        self._sleep = sleep
        self._answers = _answers(shapes)
        allowed = ", ".join([*self._answers, "slow", "truncated"])
        self._unknown = partial(shapes.unknown_fault, allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        asked = Headers(scope=scope).get(HEADER) if scope["type"] == "http" else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        name, _, seconds = asked.strip().partition("=")
        after = name not in self._answers and name.endswith("-after")
        if after:
            name = name.removesuffix("-after")
        if name == "slow":
            await self._slow(scope, receive, send, seconds=_seconds(seconds), after=after)
        elif name == "truncated":
            await self._app(scope, receive, _Truncated(send))
        else:
            if after and name in self._answers:
                await self._app(scope, receive, _discard)
            await self._answers.get(name, self._unknown)()(scope, receive, send)

    async def _slow(
        self, scope: Scope, receive: Receive, send: Send, *, seconds: float, after: bool
    ) -> None:
        if not after:
            await self._sleep(seconds)
            await self._app(scope, receive, send)
            return
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._app(scope, receive, keep)
        await self._sleep(seconds)
        for message in messages:
            await send(message)


class _Truncated:
    """Sends on the first half of a body, well framed, so that only its content is broken."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message = {}
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        half = self._body[: len(self._body) // 2]
        MutableHeaders(scope=self._start)["Content-Length"] = str(len(half))
        await self._send(self._start)
        await self._send({"type": "http.response.body", "body": half})


def _answers(shapes: Shapes) -> Mapping[str, Callable[[], Response]]:
    page = "<!doctype html><title>{0}</title><h1>{0}</h1>"
    return {
        "429": partial(shapes.rate_limited, RETRY_AFTER_SECONDS),
        "429-no-retry-after": partial(shapes.rate_limited, None),
        "500": shapes.internal,
        "502-html": lambda: HTMLResponse(page.format("502 Bad Gateway"), 502),
        "html": lambda: HTMLResponse(page.format("Sign in")),
        "empty": lambda: Response(b"", media_type="application/json"),
        "wrong-shape": lambda: JSONResponse({"data": "not what was asked for"}),
    }


def _seconds(text: str) -> float:
    try:
        return max(0.0, min(float(text), 3_600.0))
    except ValueError:
        return 1.0


async def _discard(message: Message) -> None:
    """Take an answer that never arrives."""
