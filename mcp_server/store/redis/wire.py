"""The connections to the server, and what goes wrong on them in our words."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar, cast
from urllib.parse import urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BusyLoadingError,
    NoScriptError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as LostError
from redis.exceptions import TimeoutError as LateError

from mcp_server.errors import StoreError
from mcp_server.store.redis.outage import PATIENCE_SECONDS, Outage
from mcp_server.store.redis.replies import Command, Reply, encoded

T = TypeVar("T")

CONNECT_SECONDS: Final = 1.0
MOST_CONNECTIONS: Final = 16


class _Pipeline(Protocol):
    def execute_command(self, *arguments: bytes) -> object: ...
    async def execute(self) -> list[Reply]: ...


class _Pool(Protocol):
    async def disconnect(self, inuse_connections: bool) -> None: ...  # noqa: FBT001 - the library's


class _Client(Protocol):
    response_callbacks: dict[str, object]
    connection_pool: _Pool

    async def execute_command(self, *arguments: bytes) -> Reply: ...
    def pipeline(self, *, transaction: bool) -> _Pipeline: ...
    async def aclose(self) -> None: ...


class _Library(Protocol):
    def from_url(self, url: str, **options: object) -> _Client: ...


class Wire:
    """Sends commands; connects when needed and again after every outage.

    Args:
        url: Where the server is, with user name, password and database as needed.
        seconds: A clock that is never set.
    """

    def __init__(self, url: str, seconds: Callable[[], float]) -> None:
        self.outage = Outage(shown(url), seconds)
        self._client = _connected(url)
        self._room = asyncio.Semaphore(MOST_CONNECTIONS)
        self._is_closed = False

    async def ask(self, *commands: Command) -> list[Reply]:
        """Send commands, which may be sent twice; return their answers.

        Several are done as one.

        Raises:
            StoreError: There was no answer, or a refusal.
        """
        sent = [tuple(encoded(argument) for argument in command) for command in commands]

        async def call() -> list[Reply]:
            try:
                return await self._send(sent)
            except (LostError, ConnectionError) as error:
                if isinstance(error, BusyLoadingError) or _is_denied(error):
                    raise
                # Perhaps only a connection that was idle while the server started anew; then
                # the other idle ones are no better.
                await self._client.connection_pool.disconnect(inuse_connections=False)
                return await self._send(sent)

        return await self._sure(call)

    async def one(self, *command: str | bytes | int) -> Reply:
        """Send one command; see `ask`."""
        return (await self.ask(command))[0]

    async def run(self, script: str, digest: str, keys: Sequence[str], rest: Command) -> Reply:
        """Run a script, which the server keeps by its digest; see `ask`."""
        said = [encoded(one) for one in (len(keys), *keys, *rest)]

        async def call() -> Reply:
            try:
                return await self._client.execute_command(b"EVALSHA", encoded(digest), *said)
            except NoScriptError:
                return await self._client.execute_command(b"EVAL", encoded(script), *said)

        return await self._sure(call)

    async def aclose(self) -> None:
        """Close every connection."""
        self._is_closed = True
        await self._client.aclose()

    async def _send(self, commands: Sequence[tuple[bytes, ...]]) -> list[Reply]:
        if len(commands) == 1:
            return [await self._client.execute_command(*commands[0])]
        pipeline = self._client.pipeline(transaction=True)
        for command in commands:
            pipeline.execute_command(*command)
        return await pipeline.execute()

    async def _sure(self, call: Callable[[], Awaitable[T]]) -> T:
        if self._is_closed:
            raise StoreError("The store is closed.")
        patience = self.outage.patience()
        try:
            async with asyncio.timeout(patience), self._room:
                found = await call()
        except (RedisError, OSError) as error:
            raise self._explained(error) from error
        self.outage.end()
        return found

    def _explained(self, error: Exception) -> StoreError:
        """Return the error in our words; the log, not the model, gets the details."""
        is_away = not isinstance(error, ResponseError)
        reason = StoreError(_reason(error), retryable=is_away and not _is_denied(error))
        # The text of a refusal may repeat what was sent.
        detail = type(error).__name__
        (self.outage.begin if is_away else self.outage.refused)(reason, detail)
        return reason


def shown(url: str) -> str:
    """Return a server's address for people, without user and password."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or 6379}{parts.path.rstrip('/')}"


def _connected(url: str) -> _Client:
    scheme, _, rest = url.partition("://")
    # Valkey speaks the same protocol.
    known = {"valkey": "redis", "valkeys": "rediss"}.get(scheme, scheme)
    client = cast("_Library", Redis).from_url(
        f"{known}://{rest}",
        protocol=2,
        socket_connect_timeout=CONNECT_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        # What was sent may have been done: whether to send it again is for the caller to say.
        retry=Retry(NoBackoff(), 0),
        max_connections=2 * MOST_CONNECTIONS,
        client_name="tokmetrics",
    )
    # Replies as the server sends them, whatever this version of the library makes of them.
    client.response_callbacks.clear()
    return client


def _is_denied(error: Exception) -> bool:
    return isinstance(error, AuthenticationError | AuthorizationError)


_REASONS: Final[Sequence[tuple[type[Exception] | tuple[type[Exception], ...], str]]] = (
    (
        (AuthenticationError, AuthorizationError),
        "The store's Redis does not accept us: the operator should check TOKMETRICS_STORE.",
    ),
    (BusyLoadingError, "The store's Redis is starting."),
    ((LateError, TimeoutError), "The store's Redis does not answer."),
    ((LostError, OSError), "The store's Redis cannot be reached."),
    (OutOfMemoryError, "The store's Redis has no memory left."),
    (ReadOnlyError, "The store's Redis takes no changes: it is a copy of another one."),
)


def _reason(error: Exception) -> str:
    found = (text for kinds, text in _REASONS if isinstance(error, kinds))
    return next(found, "The store's Redis refuses what is needed.")
