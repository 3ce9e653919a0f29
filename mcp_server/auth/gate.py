"""Lets requests in: an ASGI middleware that answers 401, 403 and 503 before the SDK sees anything.

It takes the token out of the request, so that nothing behind it can pass it on or log it. What it
leaves is the `Identity`, and the SDK's own idea of a user, to which the SDK binds its sessions.
"""

import math
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import anyio
from mcp.server.auth.middleware.auth_context import AuthContextMiddleware
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcp_server.auth.authority import Authority
from mcp_server.auth.body import BodyTooLargeError, Peeked, called_tools
from mcp_server.auth.identity import IDENTITY, READ, REFRESH, Identity
from mcp_server.auth.identity import Scope as Right
from mcp_server.auth.refusal import Refusal, RefusedError

_AUTHORIZATION: Final = b"authorization"
_NO_TOKEN: Final = Refusal(401, None, "A bearer token is needed.")
_LISTEN: Final = b"subscriptions/listen"
_UNAVAILABLE: Final = 503
_OTHER_REASONS: Final = {401: "no_token", _UNAVAILABLE: "issuer_unavailable"}
LOOK_SECONDS: Final = 5.0
"""How often the token of an open stream is looked at again."""


@dataclass(frozen=True, slots=True)
class Doors:
    """How the gate is built into one server.

    Attributes:
        public: Paths that need no token.
        metadata_url: Where a client learns which issuer to ask, if there is one.
        spending: Names of the tools that need the right to refresh.
        max_body_bytes: The longest body that is looked into.
        scopes: What the issuer calls each right.
    """

    public: Collection[str]
    metadata_url: str | None
    spending: frozenset[str]
    max_body_bytes: int
    scopes: Mapping[Right, str]


class Gate:
    """Everything but `public` needs a token that the authority knows."""

    def __init__(
        self,
        app: ASGIApp,
        authority: Authority,
        doors: Doors,
        now: Callable[[], datetime],
        *,
        look_seconds: float = LOOK_SECONDS,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        # Tells the SDK's own code who calls, by its own means.
        self._app = AuthContextMiddleware(app)
        self._authority = authority
        self._doors = doors
        self._now = now
        self._look_seconds = look_seconds
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let it in."""
        if scope["type"] == "lifespan" or scope.get("path") in self._doors.public:
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        try:
            token = _token(scope)
            identity = await self._authority.identify(token)
            if READ not in identity.scopes:
                raise RefusedError.forbidden("The token gives no right to read.", READ)
            if not identity.may_spend and scope["method"] == "POST":
                receive = await self._without_spending(receive)
        except RefusedError as error:
            await self._refuse(error.refusal, scope, receive, send)
        except BodyTooLargeError:
            await JSONResponse({"error": "body too large"}, 413)(scope, receive, send)
        else:
            inside = _admitted(scope, identity)
            if _is_stream(scope):
                await self._let_listen(token, identity, inside, receive, send)
            else:
                await self._app(inside, receive, send)

    async def _without_spending(self, receive: Receive) -> Receive:
        """Refuse a call of a tool that spends; it is refused again inside, as an unknown tool."""
        peeked = await Peeked.of(receive, self._doors.max_body_bytes)
        if self._doors.spending & called_tools(peeked.body):
            raise RefusedError.forbidden("This tool needs the right to refresh.", READ, REFRESH)
        return peeked.receive

    async def _let_listen(
        self, token: str, identity: Identity, inside: Scope, receive: Receive, send: Send
    ) -> None:
        """Answer for as long as the token is good, and end in order when it no longer is."""
        answer = _Answered(send)
        async with anyio.create_task_group() as both:

            async def watch() -> None:
                await self._until_bad(token, identity)
                answer.is_cut = True
                both.cancel_scope.cancel()

            both.start_soon(watch)
            await self._app(inside, receive, answer.send)
            both.cancel_scope.cancel()
        if answer.is_cut:
            await answer.end()

    async def _until_bad(self, token: str, identity: Identity) -> None:
        """Wait until a token has expired, was taken back, or says something else than it did."""
        left = math.inf
        if identity.expires_at is not None:
            left = (identity.expires_at - self._now()).total_seconds()
        while left > 0:
            pause = min(left, self._look_seconds)
            await anyio.sleep(pause)
            left -= pause
            try:
                if await self._authority.identify(token) != identity:
                    return
            except RefusedError as error:
                # An issuer that is away for now says nothing about the token.
                if error.refusal.status != _UNAVAILABLE:
                    return

    async def _refuse(self, refusal: Refusal, scope: Scope, receive: Receive, send: Send) -> None:
        self._told(refusal.error or _OTHER_REASONS.get(refusal.status, "refused"))
        headers = {"cache-control": "no-store"}
        if refusal.retry_after_seconds is not None:
            headers["retry-after"] = str(refusal.retry_after_seconds)
        if refusal.status in {401, 403}:
            headers["www-authenticate"] = self._challenge(refusal)
        body = {"error": refusal.error or "refused", "error_description": refusal.text}
        await JSONResponse(body, refusal.status, headers)(scope, receive, send)

    def _challenge(self, refusal: Refusal) -> str:
        parts: list[str] = []
        if refusal.error is not None:
            parts = [f'error="{refusal.error}"', f'error_description="{refusal.text}"']
        if self._doors.metadata_url is not None:
            names = " ".join(self._doors.scopes[right] for right in refusal.needs)
            parts += [f'scope="{names}"', f'resource_metadata="{self._doors.metadata_url}"']
        return " ".join(["Bearer", ", ".join(parts)]).strip()


class _Answered:
    """Knows how far an answer has come, to end one that is cut off in order."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._is_open = False
        self.is_cut = False

    async def send(self, message: Message) -> None:
        await self._send(message)
        self._is_open = message["type"] == "http.response.start" or bool(message.get("more_body"))

    async def end(self) -> None:
        if self._is_open:
            with suppress(OSError):
                await self._send({"type": "http.response.body", "body": b"", "more_body": False})


def _token(scope: Scope) -> str:
    """Return the bearer token of a request.

    Raises:
        RefusedError: There is none, or more than one.
    """
    given = [value for name, value in scope["headers"] if name.lower() == _AUTHORIZATION]
    if len(given) > 1:
        text = "The Authorization header is given twice."
        raise RefusedError(Refusal(400, "invalid_request", text))
    scheme, _, token = (given[0] if given else b"").decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusedError(_NO_TOKEN)
    return token.strip()


def _admitted(scope: Scope, identity: Identity) -> Scope:
    """Return the request as it goes on: with the identity in place of the token."""
    user = AuthenticatedUser(
        AccessToken(
            token="",
            client_id=identity.client,
            scopes=sorted(identity.scopes),
            subject=" ".join(identity.key),
            claims=None if identity.issuer is None else {"iss": identity.issuer},
        )
    )
    headers = [item for item in scope["headers"] if item[0].lower() != _AUTHORIZATION]
    return {**scope, "headers": headers, "user": user, IDENTITY: identity}


def _is_stream(scope: Scope) -> bool:
    """Whether the answer goes on for as long as the client likes."""
    methods = [value for name, value in scope["headers"] if name.lower() == b"mcp-method"]
    return scope["method"] == "GET" or _LISTEN in methods
