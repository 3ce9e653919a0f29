"""What a tool may use."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeAlias

from mcp_server.clients.toklytics import ToklyticsClient
from mcp_server.freshness.cache import CachedToklytics
from mcp_server.freshness.purse import Purse
from mcp_server.freshness.reading import AccountReader
from mcp_server.freshness.refresh import RefreshEngine
from mcp_server.settings import World
from mcp_server.store.interface import Store


def utc_now() -> datetime:
    """The wall clock, as an aware time."""
    return datetime.now(UTC)


async def _say_nothing(message: str) -> None:
    del message


@dataclass(frozen=True, slots=True)
class Caller:
    """Who made the call."""

    client_name: str | None = None
    """As the client introduced itself."""
    progress: Callable[[str], Awaitable[None]] = _say_nothing
    """Tells the client that something is going on, if it wants to know."""


@dataclass(frozen=True, slots=True)
class Deps:
    """One per tenant, with the caller of each call; a tool gets it as its first argument."""

    toklytics: ToklyticsClient
    """Behind the cache, as fresh as this call asked for."""
    cache: CachedToklytics
    accounts: AccountReader
    """Reads own accounts, and stores what comes."""
    engine: RefreshEngine
    store: Store
    partition: Callable[[], Awaitable[str]]
    """Names the part of the store that belongs to the tenant's TokPortal key and address."""
    available: frozenset[str]
    """Names of the tools that are switched on."""
    world: World | None = None
    """The world of the embedded local upstream, where that answers."""
    max_wait_seconds: float | None = None
    """The operator's own limit of one call's waiting."""
    now: Callable[[], datetime] = utc_now
    caller: Caller = Caller()
    purse: Purse | None = None
    """How many refreshes the caller may still begin, where that is limited."""

    @property
    def local(self) -> bool:
        """Whether the embedded local upstream answers."""
        return self.world is not None

    def called_by(self, caller: Caller, max_age_seconds: object) -> "Deps":
        """Return the same for one call, with the market data as fresh as it asked for."""
        if isinstance(max_age_seconds, int):
            return replace(self, caller=caller, toklytics=self.cache.within(max_age_seconds))
        return replace(self, caller=caller)


DepsNow: TypeAlias = Callable[[], Deps]
"""What the message that is being answered may use, which follows from who sent it."""
