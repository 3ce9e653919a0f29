"""Leaves sessions of the handshake era over for others: one caller may hold only so many.

The SDK counts all of them together, so one caller could take every place for as long as it likes.
"""

from collections.abc import Callable
from typing import Final, cast

from mcp.server.auth.middleware.bearer_auth import (
    AuthenticatedUser,
    AuthorizationContext,
    authorization_context,
)
from mcp.server.mcpserver import MCPServer
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from mcp_server.transports.limits import TurnedAway

_SESSION: Final = "mcp-session-id"
_VERSION: Final = "mcp-protocol-version"
_MANY: Final = TurnedAway(429, "too_many_sessions_of_this_client")


class Sessions:
    """An ASGI middleware; put it next to the SDK's app, so that no other request comes between."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        held: Callable[[AuthorizationContext], int],
        most: int,
        told: Callable[[str], None],
    ) -> None:
        """Hold each caller who logged in to a number.

        Args:
            app: Opens the sessions.
            held: How many a caller has open.
            most: How many that may be.
            told: Is given the reason why a request was turned away.
        """
        self._app = app
        self._held = held
        self._most = most
        self._told = told

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it opens a session too many."""
        user = scope.get("user")
        if (
            isinstance(user, AuthenticatedUser)
            and _opens(Headers(scope=scope))
            and self._held(authorization_context(user)) >= self._most
        ):
            self._told(_MANY.code)
            await _MANY.answer(send)
            return
        await self._app(scope, receive, send)


def held_in(server: MCPServer[None]) -> Callable[[AuthorizationContext], int]:
    """Return what counts the open sessions of a caller, which the SDK keeps to itself."""

    def held(caller: AuthorizationContext) -> int:
        owners = cast(
            "dict[str, AuthorizationContext]",
            getattr(server.session_manager, "_session_owners"),  # noqa: B009 - private to the SDK
        )
        return sum(1 for owner in owners.values() if owner == caller)

    return held


def _opens(headers: Headers) -> bool:
    """Whether the SDK takes a request for one that opens a session."""
    version = headers.get(_VERSION)
    return _SESSION not in headers and (version is None or version in HANDSHAKE_PROTOCOL_VERSIONS)
