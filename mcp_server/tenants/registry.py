"""The tenants at work in this process, and whose request is being answered.

As a middleware before all others it finds the tenant of each message, once, and holds it until the
answer is complete. Everything that answers asks here whose data it may use; outside of a message
that has no answer, unless there is one tenant only.
"""

from collections import OrderedDict
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_REQUEST

from mcp_server.boundary.connection import Connection, connection_of
from mcp_server.boundary.offer import Asking
from mcp_server.deps import Deps
from mcp_server.errors import StoreError
from mcp_server.tenants.owner import Owner
from mcp_server.tenants.workshop import Tenant

MOST_PASSING: Final = 256
"""Tenants that are known by the keys of a request alone, at one time."""
_OPENED: Final = "tokmetrics.tenant"

_ANSWERED: Final[ContextVar[Tenant | None]] = ContextVar("tenant", default=None)


@dataclass(slots=True)
class _Place:
    tenant: Tenant
    held: int = 0


class Tenants:
    """Give it to the server as its first middleware."""

    def __init__(
        self,
        make: Callable[[Owner], Tenant],
        owner_of: Callable[[Asking], Owner],
        configured: tuple[Owner, ...],
        *,
        most_passing: int = MOST_PASSING,
    ) -> None:
        """Start with none built.

        Args:
            make: Builds a tenant.
            owner_of: Says whose a request is; raises `MCPError` if it is nobody's.
            configured: Owners known from the settings, built when needed and kept.
            most_passing: Most others at one time.
        """
        self._make = make
        self._owner_of = owner_of
        self._configured = {owner.name: owner for owner in configured}
        self.most_passing = most_passing
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def tenant(self) -> Tenant:
        """Return the tenant whose message is being answered.

        Raises:
            LookupError: There are several, and no message is being answered: a bug, and nobody's
                data is a better answer to it than anybody's.
        """
        answered = _ANSWERED.get()
        if answered is not None:
            return answered
        if len(self._configured) != 1:
            raise LookupError("No tenant's message is being answered.")
        return self.at_work(*self._configured)

    def deps(self) -> Deps:
        """Return what the message being answered may use."""
        return self.tenant().deps

    def name(self) -> str:
        """Return the name of the tenant whose message is being answered."""
        return self.tenant().owner.name

    def at_work(self, name: str) -> Tenant:
        """Return a configured tenant."""
        return self._placed(self._configured[name]).tenant

    def all_at_work(self) -> list[Tenant]:
        """Return every configured tenant, and the others that are at work."""
        for name in self._configured:
            self.at_work(name)
        return [place.tenant for place in self._places.values()]

    async def __call__(
        self, ctx: ServerRequestContext[object, object], call_next: CallNext
    ) -> HandlerResult:
        """Hold the message's tenant while the message is answered."""
        if ctx.request_id is None:
            return await call_next(ctx)
        owner = self._owner_of(ctx)
        connection = connection_of(ctx)
        if connection.state.get(_OPENED, owner.name) != owner.name:
            raise MCPError(INVALID_REQUEST, "This session was opened with other credentials.")
        async with self._held(owner) as place:
            result = await call_next(ctx)
            if ctx.method == "initialize":
                self._bind(connection, place)
            return result

    async def aclose(self) -> None:
        """Close them all."""
        places, self._places = self._places, OrderedDict()
        for place in places.values():
            await place.tenant.aclose()

    @asynccontextmanager
    async def _held(self, owner: Owner) -> AsyncGenerator[_Place]:
        if not owner.is_lasting and owner.name not in self._places:
            await self._make_room()
        place = self._placed(owner)
        place.held += 1
        token = _ANSWERED.set(place.tenant)
        try:
            yield place
        finally:
            _ANSWERED.reset(token)
            place.held -= 1

    def _placed(self, owner: Owner) -> _Place:
        place = self._places.get(owner.name)
        if place is None:
            place = self._places[owner.name] = _Place(self._make(owner))
        self._places.move_to_end(owner.name)
        return place

    def _bind(self, connection: Connection, place: _Place) -> None:
        """Keep a session to the tenant that opened it, and the tenant as long as the session."""

        def release() -> None:
            place.held -= 1

        connection.state[_OPENED] = place.tenant.owner.name
        place.held += 1
        connection.exit_stack.callback(release)

    async def _make_room(self) -> None:
        """Close the tenants that were idle longest, as far as there are too many.

        Raises:
            MCPError: -32603, if all of them are at work.
        """
        passing = [
            (name, place)
            for name, place in self._places.items()
            if not place.tenant.owner.is_lasting
        ]
        surplus = len(passing) + 1 - self.most_passing
        for name, place in passing:
            if surplus <= 0:
                return
            if await self._is_idle(name, place):
                del self._places[name]
                surplus -= 1
                await place.tenant.aclose()
        if surplus > 0:
            raise MCPError(INTERNAL_ERROR, "Too many tenants are at work; try again in a minute.")

    async def _is_idle(self, name: str, place: _Place) -> bool:
        if not self._is_free(name, place):
            return False
        try:
            busy = await place.tenant.is_busy()
        except StoreError:
            return False
        # Somebody may have come back while the store was asked.
        return not busy and self._is_free(name, place)

    def _is_free(self, name: str, place: _Place) -> bool:
        return not place.held and self._places.get(name) is place
