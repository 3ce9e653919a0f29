"""A few connections to one SQLite file, used from threads, with errors that say what to do."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from threading import Lock
from typing import Final, NamedTuple, Protocol, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter

from mcp_server.errors import StoreError
from mcp_server.store.migrate import migrate, migrations

T = TypeVar("T")
Connect = Callable[[Path], sqlite3.Connection]

MOST_CONNECTIONS: Final = 4
BUSY_SECONDS: Final = 5.0
_IMPATIENT_SECONDS: Final = 0.05
_SWITCHES: Final = 20
_PRIMARY: Final = 0xFF  # SQLite's extended codes keep the primary one in the low byte

log = logging.getLogger(__name__)


class Connections(Protocol):
    """Runs work on a connection."""

    replaced: int
    """How often another file was found in the place of the one that was open."""

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in a thread; once begun, it ends even if the caller is cancelled.

        Raises:
            StoreError: The file cannot be used.
        """
        ...

    async def aclose(self) -> None:
        """Close every connection, when the work that has begun is done."""
        ...


class _Held(NamedTuple):
    """A connection, and which file it is open on."""

    connection: sqlite3.Connection
    file: tuple[int, int] | None


def _file_at(path: Path) -> tuple[int, int] | None:
    """Tell a file from another of the same name; `None` if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


class Pool:
    """At most four connections, opened when needed and kept."""

    def __init__(
        self, path: Path, connect: Connect | None = None, busy_seconds: float = BUSY_SECONDS
    ) -> None:
        self._path = path
        self._connect = connect or connect_file
        self._busy_seconds = busy_seconds
        self._limiter = CapacityLimiter(MOST_CONNECTIONS)
        self._lock = Lock()
        self._idle: list[_Held] = []
        self._begun: set[Awaitable[object]] = set()
        self._is_closed = False
        self._is_stuck = False
        self.replaced = 0

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in a thread; see `Connections`."""
        # A task of its own, so that a caller who is cancelled leaves and the work goes on.
        task = asyncio.ensure_future(
            anyio.to_thread.run_sync(self.run_here, work, limiter=self._limiter)
        )
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)
        task.add_done_callback(_heard)
        return await asyncio.shield(task)

    def run_here(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do `work` in this thread.

        Raises:
            StoreError: The file cannot be used.
        """
        try:
            held = self._take()
            try:
                result = work(held.connection)
            finally:
                self._give_back(held)
        except (sqlite3.Error, OSError, UnicodeEncodeError) as error:
            self._is_stuck = _is_busy(error)
            raise explained(error, self._path) from error
        self._is_stuck = False
        return result

    async def aclose(self) -> None:
        """Close every connection; see `Connections`."""
        await asyncio.gather(*self._begun, return_exceptions=True)
        self.close()

    def close(self) -> None:
        """Close every connection that is idle, and the others when they come back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for held in idle:
            held.connection.close()

    def _take(self) -> _Held:
        while True:
            with self._lock:
                if self._is_closed:
                    raise StoreError("The store is closed.")
                held = self._idle.pop() if self._idle else None
            if held is None:
                connection = self._opened()
                held = _Held(connection, _file_at(self._path))
            elif held.file != _file_at(self._path):
                # Two files under one name would be two ledgers: what one forbids, the other allows.
                self.replaced += 1
                log.warning("%s was removed or replaced, and is opened anew.", self._path.name)
                held.connection.close()
                continue
            self._set_patience(held.connection)
            return held

    def _set_patience(self, connection: sqlite3.Connection) -> None:
        """Say how long to wait for a lock; once that was in vain, nobody waits long again."""
        most = _IMPATIENT_SECONDS if self._is_stuck else self._busy_seconds
        connection.execute(f"PRAGMA busy_timeout={int(1000 * min(most, self._busy_seconds))}")

    def _give_back(self, held: _Held) -> None:
        with self._lock:
            if not self._is_closed:
                self._idle.append(held)
                return
        held.connection.close()

    def _opened(self) -> sqlite3.Connection:
        connection = self._connect(self._path)
        try:
            self._set_patience(connection)
            _switch_to_wal(connection)
            connection.execute("PRAGMA cache_size=-1024")  # KiB, of each connection
            # What macOS calls a sync leaves the data in the disk's own memory.
            connection.execute("PRAGMA fullfsync=ON")
            migrate(connection, migrations())
        except BaseException:
            connection.close()
            raise
        return connection


class Unusable:
    """Stands in for the connections to a file that cannot be used."""

    def __init__(self, error: StoreError) -> None:
        self._error = error
        self.replaced = 0

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Refuse."""
        del work
        raise self._error

    async def aclose(self) -> None:
        """Nothing is open."""


def _heard(task: asyncio.Future[T]) -> None:
    """Take note of a failure that nobody waits for any more; it is in the log."""
    if not task.cancelled():
        task.exception()


def connect_file(path: Path) -> sqlite3.Connection:
    """Open the file, for its owner alone if it is new."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Make readers and the writer independent, also while other processes open the file.

    The switch is refused at once while another connection makes it, whatever `busy_timeout`
    says; asking for the write lock waits until it is made.
    """
    for _ in range(_SWITCHES):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def _is_busy(error: Exception) -> bool:
    return _code(error) in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def _code(error: Exception) -> int | None:
    code: object = getattr(error, "sqlite_errorcode", None)
    return code & _PRIMARY if isinstance(code, int) else None


_REASONS: Final = {
    sqlite3.SQLITE_CORRUPT: "store.db is damaged: the operator should move it away, keep it for "
    "its history, and restart; a new one is made.",
    sqlite3.SQLITE_BUSY: "store.db is locked by another program.",
    sqlite3.SQLITE_READONLY: "store.db cannot be written: the operator should make the file and "
    "its folder writable.",
    sqlite3.SQLITE_FULL: "There is no room left on the disk of store.db.",
    sqlite3.SQLITE_CANTOPEN: "store.db cannot be opened: the operator should check the data "
    "folder and its permissions.",
    sqlite3.SQLITE_IOERR: "The disk of store.db fails to read or write.",
}
_REASONS_OF: Final = _REASONS | {
    sqlite3.SQLITE_NOTADB: _REASONS[sqlite3.SQLITE_CORRUPT],
    sqlite3.SQLITE_LOCKED: _REASONS[sqlite3.SQLITE_BUSY],
    sqlite3.SQLITE_PERM: _REASONS[sqlite3.SQLITE_CANTOPEN],
    sqlite3.SQLITE_AUTH: _REASONS[sqlite3.SQLITE_CANTOPEN],
}


def explained(error: Exception, path: Path) -> StoreError:
    """Return the error in our words; the log, not the model, gets the path and the details."""
    log.warning("%s: %s: %s", path, type(error).__name__, error)
    if isinstance(error, OSError):
        return StoreError(_REASONS[sqlite3.SQLITE_CANTOPEN])
    reason = _REASONS_OF.get(_code(error) or 0)
    return StoreError(reason, retryable=_is_busy(error))
