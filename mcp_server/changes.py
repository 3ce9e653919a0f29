"""Tells clients of both protocol eras that a resource changed.

The SDK serves `subscriptions/listen` of the 2026 era by a bus. To clients of the handshake era it
says that nothing can be subscribed to and answers `resources/subscribe` with an error. This is
both: the bus, and a middleware that adds what those clients miss.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Final, Protocol, cast

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ResourcesListChanged,
    ResourceUpdated,
    ServerEvent,
)
from mcp_types import SubscribeRequestParams

_FIRST_MODERN: Final = "2026"


class Peer(Protocol):
    """The part of the SDK's connection that notices go through; sending never raises."""

    async def send_resource_updated(self, uri: str) -> None:
        """Say that one resource changed."""
        ...

    async def send_resource_list_changed(self) -> None:
        """Say that there are other resources than before."""
        ...


class ChangeBus:
    """Give one object to the server as `subscriptions=` and in `middleware=`."""

    def __init__(self) -> None:
        self._modern = InMemorySubscriptionBus()
        self._connected: dict[int, Peer] = {}
        self._watched: defaultdict[str, dict[int, Peer]] = defaultdict(dict)

    def subscribe(self, listener: Callable[[ServerEvent], None]) -> Callable[[], None]:
        """Register a listener of the 2026 era; the SDK calls this."""
        return self._modern.subscribe(listener)

    async def publish(self, event: ServerEvent) -> None:
        """Deliver one event to the subscribers of both eras."""
        await self._modern.publish(event)
        if isinstance(event, ResourceUpdated):
            for peer in [*self._watched.get(event.uri, {}).values()]:
                await peer.send_resource_updated(event.uri)
        elif isinstance(event, ResourcesListChanged):
            for peer in [*self._connected.values()]:
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
        connection = _connection(ctx)
        self._connected[id(connection)] = connection
        connection.exit_stack.callback(self._forget, id(connection))
        return cast("HandlerResult", wire)

    def _watch(self, ctx: ServerRequestContext[object, object], *, on: bool) -> None:
        uri = str(SubscribeRequestParams.model_validate(ctx.params or {}).uri)
        connection = _connection(ctx)
        if on:
            self._watched[uri][id(connection)] = connection
        else:
            self._watched[uri].pop(id(connection), None)

    def _forget(self, identity: int) -> None:
        self._connected.pop(identity, None)
        for uri, peers in [*self._watched.items()]:
            peers.pop(identity, None)
            if not peers:
                del self._watched[uri]


class _ExitStack(Protocol):
    def callback(self, function: Callable[[int], None], identity: int, /) -> object: ...


class _Connection(Peer, Protocol):
    @property
    def exit_stack(self) -> _ExitStack: ...


def _connection(ctx: ServerRequestContext[object, object]) -> _Connection:
    # The SDK has no public way to the connection that outlives one request.
    return cast("_Connection", ctx.session._connection)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
