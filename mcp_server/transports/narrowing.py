"""Shows each client what it is offered and refuses the rest, before anything else looks.

A request header narrows what one HTTP client is offered; nothing widens it. One that cannot be read
is refused: to offer everything instead would be the opposite of what was asked for. On stdio there
are no headers, so everything that the operator left on is offered.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, INVALID_REQUEST

from mcp_server.boundary import ToolSpec
from mcp_server.boundary.connection import connection_of
from mcp_server.boundary.naming import speakable, tools_named
from mcp_server.boundary.offer import Asking
from mcp_server.boundary.wiring import presented
from mcp_server.exposure import Choice, Exposure, nearest
from mcp_server.instructions import instructions_for
from mcp_server.transports.headers import HeaderError, asked

_OPENED: Final = "tokmetrics.offered"
_OF_RESOURCES: Final = ("resources/read", "resources/subscribe", "resources/unsubscribe")

Wire = dict[str, object]

_EMPTY: Final[Mapping[str, Wire]] = {
    "resources/list": {"resources": []},
    "resources/templates/list": {"resourceTemplates": []},
    "completion/complete": {"completion": {"values": []}},
}
"""What stands in an answer about resources for those who are offered none."""


class Narrowing:
    """A middleware that shows each client what it is offered, and refuses the rest.

    In the handshake era a session is also held to what its opening request asked for.
    """

    def __init__(
        self,
        catalogue: Sequence[ToolSpec],
        exposure: Exposure,
        allowed: Callable[[Asking], Choice],
    ) -> None:
        """Offer everything to everybody, until a request asks for less or may have less.

        Args:
            catalogue: All tools there are.
            exposure: Those that the operator left on.
            allowed: Says what the sender of a request may use of them.
        """
        self._catalogue = catalogue
        self._all = exposure
        self._allowed = allowed

    def names(self, ctx: Asking) -> frozenset[str]:
        """Return the tools that one request may see and call.

        Raises:
            MCPError: -32600, if a header cannot be read or leaves nothing.
        """
        return self.exposure(ctx).names

    def exposure(self, ctx: Asking) -> Exposure:
        """Return what one request is offered.

        Raises:
            MCPError: -32600, if a header cannot be read or leaves nothing.
        """
        found = self._all
        opened = connection_of(ctx).state.get(_OPENED)
        if isinstance(opened, frozenset):
            found = found.within(cast("frozenset[str]", opened))
        try:
            choice = asked(_headers(ctx), self._catalogue)
        except HeaderError as error:
            raise MCPError(INVALID_REQUEST, str(error)) from None
        found = found.narrowed(self._allowed(ctx))
        if choice is not None:
            found = found.narrowed(choice)
        if not found.specs:
            raise MCPError(INVALID_REQUEST, "The X-Tokmetrics headers leave no tool.")
        return found

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Look at requests; what is answered is cut to what the caller is offered."""
        if ctx.request_id is None:
            return await call_next(ctx)
        exposure = self.exposure(ctx)
        _refuse_hidden(ctx.method, ctx.params or {}, exposure)
        if ctx.method == "subscriptions/listen" and not exposure.accounts:
            ctx = _without_resources(ctx)
        try:
            result = await call_next(ctx)
        except MCPError as error:
            raise self._silenced(error, exposure.names) from None
        if ctx.method == "initialize":
            connection_of(ctx).state[_OPENED] = exposure.names
        if exposure.names == self._all.names or not isinstance(result, dict):
            return result
        return _narrowed(ctx, result, exposure)

    def _silenced(self, error: MCPError, offered: frozenset[str]) -> MCPError:
        """Return a protocol error without the name of a tool that is off."""
        named = tools_named(error.message)
        off = named & {spec.name for spec in self._catalogue} - offered
        if not off:
            return error
        return MCPError(error.code, speakable(error.message, named - off), error.data)


def _refuse_hidden(method: str, params: Mapping[str, object], exposure: Exposure) -> None:
    """Answer what is switched off as the protocol wants unknown things to be answered."""
    if method == "tools/call":
        name = params.get("name")
        if isinstance(name, str) and name not in exposure.names:
            meant = nearest(name, exposure.names)
            hint = f"did you mean {meant}?" if meant else "tools/list names those there are."
            raise MCPError(INVALID_PARAMS, f"Unknown tool; {hint}")
    elif method in _OF_RESOURCES and not exposure.accounts:
        raise MCPError(INVALID_PARAMS, "Unknown resource; this server offers none.")


def _without_resources(
    ctx: ServerRequestContext[object, object],
) -> ServerRequestContext[object, object]:
    """Leave out of a subscription what the caller may not see."""
    params = dict(cast("Mapping[str, object]", ctx.params or {}))
    wanted = params.get("notifications")
    if isinstance(wanted, Mapping):
        hidden = {"resourceSubscriptions", "resourcesListChanged"}
        asked_for = cast("Mapping[str, object]", wanted)
        params["notifications"] = {
            name: value for name, value in asked_for.items() if name not in hidden
        }
    return replace(ctx, params=params)


def _narrowed(
    ctx: ServerRequestContext[object, object], wire: Wire, exposure: Exposure
) -> HandlerResult:
    if "instructions" in wire:
        return {**wire, "instructions": instructions_for(exposure.specs)}
    if ctx.method == "tools/list":
        rows = cast("list[Wire]", wire.get("tools", []))
        specs = {spec.name: spec for spec in exposure.specs}
        shown = [
            _row(row, specs[name], exposure) for row in rows if (name := str(row["name"])) in specs
        ]
        return {**wire, "tools": shown}
    hidden = {} if exposure.accounts else _EMPTY.get(ctx.method, {})
    if ctx.method == "completion/complete" and not _of_resource(ctx.params or {}):
        hidden = {}
    return {**wire, **hidden}


def _row(row: Wire, spec: ToolSpec, exposure: Exposure) -> Wire:
    description, inputs = presented(spec, exposure.names)
    return {**row, "description": description, "inputSchema": inputs}


def _of_resource(params: Mapping[str, object]) -> bool:
    ref = params.get("ref")
    return isinstance(ref, Mapping) and cast("Wire", ref).get("type") == "ref/resource"


def _headers(ctx: Asking) -> Iterable[tuple[str, str]]:
    headers = getattr(ctx.request, "headers", None)
    # Starlette's headers give one that was sent twice as two items.
    return cast("_Headers", headers).items() if headers is not None else ()


class _Headers(Protocol):
    def items(self) -> Iterable[tuple[str, str]]: ...
