"""The connection that outlives one request, to which the SDK has no public way."""

from collections.abc import Callable, MutableMapping
from typing import Protocol, cast

from mcp_server.boundary.offer import Asking


class ExitStack(Protocol):
    """What is called when a connection ends."""

    def callback(self, function: Callable[[], None], /) -> object:
        """Call `function` then."""
        ...


class Connection(Protocol):
    """A session of the handshake era, or what stands for it during one modern request."""

    @property
    def state(self) -> MutableMapping[str, object]:
        """What is remembered of it."""
        ...

    @property
    def exit_stack(self) -> ExitStack:
        """What happens at its end."""
        ...

    async def send_resource_updated(self, uri: str) -> None:
        """Say that one resource changed; never raises."""
        ...

    async def send_resource_list_changed(self) -> None:
        """Say that there are other resources than before; never raises."""
        ...


def connection_of(ctx: Asking) -> Connection:
    """Return the connection that brought a message."""
    return cast("Connection", getattr(ctx.session, "_connection"))  # noqa: B009 - private to the SDK
