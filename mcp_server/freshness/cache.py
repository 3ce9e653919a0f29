"""Toklytics behind a cache: an answer is asked for once, and kept for as long as its kind allows.

The cache stands between the client and its transport. It keeps the upstream's own body, which
the client reads anew each time, so that a kept answer is typed and cleaned like a new one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from json import dumps
from typing import Final, Literal, Self, TypeAlias, TypeVar

import anyio
from pydantic import JsonValue, ValidationError

from mcp_server.clients.body import BadAnswerError, Content
from mcp_server.clients.call import Call
from mcp_server.clients.reply import Reply
from mcp_server.clients.toklytics import ToklyticsClient
from mcp_server.clients.transport import Reader, Sender
from mcp_server.errors import (
    AppError,
    RateLimitedError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.names.seen import names_in
from mcp_server.settings import Settings, World
from mcp_server.store.interface import Store
from mcp_server.store.records import CacheEntry, NameKind

T = TypeVar("T")

CacheUse: TypeAlias = Literal["hit", "joined", "miss", "stale"]
"""How an answer came about: kept, asked for by another caller, asked for, or kept too long."""

KEEP_STALE: Final = timedelta(days=3)
"""How long an answer may stand in for an upstream that does not answer."""
PATIENCE_SECONDS: Final = 15.0
"""How long a caller waits for a newer answer than the one at hand, unless it insists on one."""
_PRUNE_EVERY: Final = 100
_LIMITED_SECONDS: Final = 60.0
_MOST_LIMITED_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """For how many seconds an answer is good, by its kind; 0 switches the cache off."""

    trending: float
    search: float
    profile: float
    market: float

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Take them from the settings."""
        return cls(
            trending=settings.cache_trending_seconds,
            search=settings.cache_search_seconds,
            profile=settings.cache_profile_seconds,
            market=settings.cache_market_seconds,
        )

    @classmethod
    def off(cls) -> Self:
        """Keep nothing, as for a local upstream, whose data changes under a cache."""
        return cls(0, 0, 0, 0)

    def seconds(self, call: Call) -> float:
        """Return how long the answer to a call is good."""
        first, _, rest = call.path.removeprefix("/").partition("/")
        if first == "analytics":
            return self.market
        return {"trending": self.trending, "search": self.search}.get(rest, self.profile)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a request brought, as it is stored and as others who asked the same get it."""

    body: JsonValue
    stored_at: datetime
    request_id: str | None
    world: World | None = None
    cached: bool = False
    stale: bool = False

    @classmethod
    def of(cls, entry: CacheEntry) -> Self:
        request_id = entry.body.get("request_id")
        return cls(
            body=entry.body.get("body"),
            stored_at=entry.stored_at,
            request_id=request_id if isinstance(request_id, str) else None,
            cached=True,
        )

    def entry(self) -> CacheEntry:
        return CacheEntry({"body": self.body, "request_id": self.request_id}, self.stored_at)

    def reply(self, content: Content[T]) -> Reply[T]:
        return Reply(
            content.data,
            self.stored_at,
            content.pagination,
            self.request_id,
            self.world,
            content.meta,
            cached=self.cached,
            stale=self.stale,
            stored_at=self.stored_at if self.cached else None,
        )


@dataclass(slots=True)
class _Flight:
    """A request on its way; without a result when it ends, whoever waits asks again."""

    done: anyio.Event = field(default_factory=anyio.Event)
    result: _Kept | AppError | None = None


@dataclass(frozen=True, slots=True)
class _Question:
    call: Call
    partition: str
    name: str
    lifetime: float
    max_age: float | None

    def is_answered_by(self, kept: _Kept, now: datetime) -> bool:
        """Say whether an answer is young enough; one from the future tells of a moved clock."""
        age = (now - kept.stored_at).total_seconds()
        most = self.lifetime if self.max_age is None else min(self.lifetime, self.max_age)
        return 0 <= age < most


class CachedToklytics:
    """Keeps Toklytics' answers for one key at one address, and the public names in them.

    Identical requests at the same time are one request. When the API is down, too slow or
    limits the rate, an older answer comes back as `stale`. Without one, and for every other
    failure, the error is raised as without a cache, and never kept.
    """

    def __init__(
        self,
        transport: Sender,
        store: Store,
        partition: Callable[[], Awaitable[str]],
        lifetimes: Lifetimes,
        now: Callable[[], datetime],
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        told: Callable[[CacheUse], None] = lambda _: None,
    ) -> None:
        """Put a cache before a transport.

        Args:
            transport: Where answers come from.
            store: Where they are kept.
            partition: Names what this key may see at this address.
            lifetimes: How long answers are good; `Lifetimes.off()` for a local upstream.
            now: The clock.
            patience_seconds: See `PATIENCE_SECONDS`.
            told: Learns how each answer came about.
        """
        self._transport = transport
        self._store = store
        self._partition = partition
        self._lifetimes = lifetimes
        self._now = now
        self._patience = patience_seconds
        self._told = told
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._kept_since_pruning = 0
        self._limited_until: datetime | None = None

    @property
    def is_limited(self) -> bool:
        """Whether the API has asked for a pause that is not over."""
        return self._limited_until is not None and self._now() < self._limited_until

    async def known_names(self, kind: NameKind) -> list[str]:
        """Return the names that kept answers have brought, those seen last first."""
        return await self._store.names(await self._partition(), kind)

    def once(self) -> ToklyticsClient:
        """Return a client that asks at most once per call, whatever fails."""
        return ToklyticsClient(_Once(self))

    def within(self, max_age_seconds: float | None = None) -> ToklyticsClient:
        """Return a client whose answers are at most this old, 0 for new ones.

        None leaves it to the lifetimes, which a larger age does not exceed either.
        """
        return ToklyticsClient(_Within(self, max_age_seconds))

    async def send(self, call: Call, read: Reader[T], max_age_seconds: float | None) -> Reply[T]:
        """Answer a call from what is kept, from a request on its way, or by a new one.

        Raises:
            AppError: What the transport raised.
        """
        lifetime = self._lifetimes.seconds(call)
        if lifetime <= 0 or call.method != "GET":
            return await self._ask(call, read)
        question = _Question(call, await self._partition(), _name(call), lifetime, max_age_seconds)
        key = (question.partition, question.name)
        while (flight := self._flights.get(key)) is not None:
            await flight.done.wait()
            if isinstance(flight.result, AppError):
                raise flight.result
            if flight.result is not None:
                self._told("joined")
                return flight.result.reply(read(flight.result.body))
        flight = self._flights[key] = _Flight()
        try:
            return await self._lead(flight, question, read)
        finally:
            del self._flights[key]
            flight.done.set()

    async def _lead(self, flight: _Flight, question: _Question, read: Reader[T]) -> Reply[T]:
        """Look, and ask; what was asked for is shared, what was found others find themselves."""
        entry = await self._store.cache_get(question.partition, question.name)
        old = None if entry is None else _readable(_Kept.of(entry), read)
        if old is not None and question.is_answered_by(old[0], self._now()):
            self._told("hit")
            return old[0].reply(old[1])
        patience = self._patience if old is not None and question.max_age is None else None
        self._told("miss")
        try:
            reply, fetched = await self._fetch(question.call, read, patience)
        except AppError as error:
            if old is None or not _is_away(error):
                flight.result = error
                raise
            self._told("stale")
            flight.result = stale = replace(old[0], stale=True)
            return stale.reply(old[1])
        flight.result = fetched
        # A local upstream behind an address: its data changes, and its worlds share the address.
        if fetched.world is None:
            await self._keep(question, fetched)
        return reply

    async def _fetch(
        self, call: Call, read: Reader[T], patience: float | None
    ) -> tuple[Reply[T], _Kept]:
        """Ask the upstream, and look over the client's shoulder while it reads."""
        bodies: list[JsonValue] = []

        def read_and_keep(body: JsonValue) -> Content[T]:
            bodies.append(body)
            return read(body)

        try:
            with anyio.fail_after(patience):
                reply = await self._ask(call, read_and_keep)
        except TimeoutError:
            raise UpstreamTimeoutError from None
        return reply, _Kept(bodies[-1], reply.received_at, reply.request_id, reply.world)

    async def _ask(self, call: Call, read: Reader[T]) -> Reply[T]:
        """Ask the upstream, and remember when it wants to be left alone."""
        try:
            return await self._transport.send(call, read)
        except RateLimitedError as error:
            wait = error.retry_after_seconds
            seconds = _LIMITED_SECONDS if wait is None else min(wait, _MOST_LIMITED_SECONDS)
            self._limited_until = self._now() + timedelta(seconds=seconds)
            raise

    async def _keep(self, question: _Question, kept: _Kept) -> None:
        until = kept.stored_at + max(KEEP_STALE, timedelta(seconds=question.lifetime))
        await self._store.cache_put(
            question.partition, question.name, kept.entry(), keep_until=until
        )
        if names := names_in(question.call.path, kept.body):
            await self._store.put_names(question.partition, names, kept.stored_at)
        if self._kept_since_pruning == 0:
            await self._store.cache_prune(self._now())
        self._kept_since_pruning = (self._kept_since_pruning + 1) % _PRUNE_EVERY


@dataclass(frozen=True, slots=True)
class _Within:
    """The cache as a transport whose answers have a greatest age."""

    cache: CachedToklytics
    max_age_seconds: float | None

    async def send(self, call: Call, read: Reader[T]) -> Reply[T]:
        return await self.cache.send(call, read, self.max_age_seconds)


@dataclass(frozen=True, slots=True)
class _Once:
    """The cache as a transport that repeats nothing."""

    cache: CachedToklytics

    async def send(self, call: Call, read: Reader[T]) -> Reply[T]:
        return await self.cache.send(replace(call, repeat=False), read, None)


def _name(call: Call) -> str:
    """Return what makes a call the same as another."""
    params = {name: value for name, value in call.params.items() if value is not None}
    return f"{call.path}?{dumps(params, sort_keys=True)}"


def _readable(kept: _Kept, read: Reader[T]) -> tuple[_Kept, Content[T]] | None:
    """Read what is kept; an older version may have kept what this one does not take."""
    try:
        return kept, read(kept.body)
    except (BadAnswerError, ValidationError):
        return None


def _is_away(error: AppError) -> bool:
    """Say whether the API is down, too slow or limiting, rather than refusing this call."""
    away = (UpstreamUnavailableError, UpstreamTimeoutError, RateLimitedError)
    return isinstance(error, away) and error.retryable
