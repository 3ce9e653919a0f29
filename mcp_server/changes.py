"""Tells clients of both protocol eras that a resource changed.

The SDK serves `subscriptions/listen` of the 2026 era by a bus. To clients of the handshake era it
says that nothing can be subscribed to and answers `resources/subscribe` with an error. This is
both: the bus, and a middleware that adds what those clients miss.

Each notice is for the subscribers of one tenant. To whom a subscription belongs is asked when it is
made, while the message that makes it is being answered.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar, cast

import anyio.lowlevel
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent
from mcp_types import SubscribeRequestParams

from mcp_server.boundary.connection import Connection, connection_of

_FIRST_MODERN: Final = "2026"

_Place = TypeVar("_Place")
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
_Listener: TypeAlias = Callable[[ServerEvent], None]


class ChangeBus:
    """Give one object to the server as `subscriptions=` and in `middleware=`."""

    def __init__(self, tenant: Callable[[], str]) -> None:
        """Start without subscribers.

        Args:
            tenant: Names the tenant whose message is being answered.
        """
        self._tenant = tenant
        self._listening: defaultdict[str, dict[object, _Listener]] = defaultdict(dict)
        self._connected: defaultdict[str, dict[int, Connection]] = defaultdict(dict)
        self._watched: defaultdict[tuple[str, str], dict[int, Connection]] = defaultdict(dict)

    def subscribe(self, listener: _Listener) -> Callable[[], None]:
        """Register a listener of the 2026 era; the SDK calls this for `subscriptions/listen`."""
        name, token = self._tenant(), object()
        self._listening[name][token] = listener

        def unsubscribe() -> None:
            _drop(self._listening, name, token)

        return unsubscribe

    async def publish(self, event: ServerEvent, tenant: str | None = None) -> None:
        """Deliver one event to a tenant's subscribers of both eras.

        Args:
            event: What happened.
            tenant: Whose; the one whose message is being answered, if not given.
        """
        name = self._tenant() if tenant is None else tenant
        for listener in [*self._listening.get(name, {}).values()]:
            listener(event)
        # Lets the streams of a burst of events drain.
        await anyio.lowlevel.checkpoint()
        if isinstance(event, ResourceUpdated):
            for peer in [*self._watched.get((name, event.uri), {}).values()]:
                await peer.send_resource_updated(event.uri)
        elif isinstance(event, ResourcesListChanged):
            for peer in [*self._connected.get(name, {}).values()]:
                await peer.send_resource_list_changed()

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Answer what the SDK does not answer to handshake-era clients."""
        if ctx.method == "initialize":
            return self._welcome(ctx, await call_next(ctx))
        if (
            ctx.method in {"resources/subscribe", "resources/unsubscribe"}
            and ctx.protocol_version < _FIRST_MODERN
        ):
            self._watch(ctx, on=ctx.method == "resources/subscribe")
            return {}
        return await call_next(ctx)

    def _welcome(
        self, ctx: ServerRequestContext[object, object], result: HandlerResult
    ) -> HandlerResult:
        wire = dict(cast("dict[str, object]", result))
        capabilities = dict(cast("dict[str, object]", wire.get("capabilities", {})))
        resources = dict(cast("dict[str, object]", capabilities.get("resources", {})))
        capabilities["resources"] = {**resources, "subscribe": True, "listChanged": True}
        wire["capabilities"] = capabilities
        connection, name = connection_of(ctx), self._tenant()
        self._connected[name][id(connection)] = connection
        connection.exit_stack.callback(lambda: self._forget(name, id(connection)))
        return cast("HandlerResult", wire)

    def _watch(self, ctx: ServerRequestContext[object, object], *, on: bool) -> None:
        uri = str(SubscribeRequestParams.model_validate(ctx.params or {}).uri)
        connection, place = connection_of(ctx), (self._tenant(), uri)
        if on:
            self._watched[place][id(connection)] = connection
        else:
            _drop(self._watched, place, id(connection))

    def _forget(self, tenant: str, identity: int) -> None:
        _drop(self._connected, tenant, identity)
        for place in [*self._watched]:
            _drop(self._watched, place, identity)


def _drop(of: dict[_Place, dict[_Key, _Value]], place: _Place, key: _Key) -> None:
    """Take one out of its place, and the place away when it is empty."""
    there = of.get(place)
    if there is not None:
        there.pop(key, None)
        if not there:
            del of[place]
