"""Refuses over HTTP what is no JSON-RPC message, as over stdio.

The SDK answers a handshake-era client with -32602 and a repetition of what was sent. Over SSE it
gives no JSON-RPC error at all, and writes the body with a traceback into the log, where a secret
in it would stay.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.auth.body import BodyTooLargeError, Peeked
from mcp_server.transports.frames import RefusedLineError, decode


class Wellformed:
    """An ASGI middleware; put it next to the SDK's app, so that who may not call hears that first.

    Bodies of other content types are left to the SDK, which refuses them.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        """Take the app, and the longest body that is read."""
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the message of a POST, and pass it on if it is one."""
        if scope["type"] != "http" or not _is_message(Request(scope)):
            await self._app(scope, receive, send)
            return
        try:
            peeked = await Peeked.of(receive, self._max_bytes)
        except BodyTooLargeError:
            await JSONResponse({"error": "body too large"}, 413)(scope, receive, send)
            return
        refusal = None if peeked.last is not None else _refusal(peeked.body)
        if refusal is None:
            await self._app(scope, peeked.receive, send)
        else:
            await refusal(scope, receive, send)


def _is_message(request: Request) -> bool:
    # The SDK's part for SSE reads, and logs, a body of every type that only begins like this one.
    kind = request.headers.get("content-type", "").lower()
    return request.method == "POST" and kind.startswith("application/json")


def _refusal(body: bytes) -> Response | None:
    try:
        decode(body)
    except RefusedLineError as refused:
        answer = refused.answer.model_dump_json(by_alias=True, exclude_unset=True)
        return Response(answer, 400, media_type="application/json")
    return None
