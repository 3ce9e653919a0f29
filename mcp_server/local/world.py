"""One opened world: its rules, its clock, and a few connections that threads borrow."""

import sqlite3
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from mcp_server.local.config import LocalConfig
from mcp_server.local.database import Kind, check_sqlite, open_database

T = TypeVar("T")

_READERS: Final = 4


class _Connections:
    """The two files as one borrower uses them, each opened when it is first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: dict[Kind, sqlite3.Connection] = {}
        self.beside: dict[type, object] = {}

    def get(self, kind: Kind) -> sqlite3.Connection:
        if kind not in self._found:
            self._found[kind] = open_database(self._folder, kind)
        return self._found[kind]

    def close(self) -> None:
        for connection in self._found.values():
            connection.close()
        self._found.clear()
        self.beside.clear()


def _close_all(opened: list[_Connections]) -> None:
    for connections in opened:
        connections.close()


class World:
    """A world's files, opened when needed and kept open until `close`.

    A thread has its own connections. `query` runs a function in a worker thread that borrows
    a pair for that time, since worker threads come and go: so that at most a handful of
    connections exist whatever the load, and however long the process lives.
    """

    def __init__(self, config: LocalConfig) -> None:
        check_sqlite()
        self.config = config
        self._local = threading.local()
        self._opened: list[_Connections] = []
        self._idle: list[_Connections] = []
        self._lock = threading.Lock()
        self._limiter: anyio.CapacityLimiter | None = None
        # An app that is dropped takes its world along: nobody else could close it then.
        weakref.finalize(self, _close_all, self._opened).atexit = False

    @property
    def folder(self) -> Path:
        """The folder of this world's files."""
        return self.config.folder

    def now(self) -> int:
        """Unix seconds by the world's clock."""
        return int(self.config.clock())

    def data(self) -> sqlite3.Connection:
        """This thread's connection to `data.db`."""
        return self._connections().get("data")

    def state(self) -> sqlite3.Connection:
        """This thread's connection to `state.db`."""
        return self._connections().get("state")

    def per_connection(self, kind: type[T]) -> T:
        """Return the one object of a kind that lives as long as this thread's connections do."""
        beside = self._connections().beside
        found = beside.setdefault(kind, kind())
        assert isinstance(found, kind)  # noqa: S101 (stored under its own type)
        return found

    async def query(self, function: Callable[[], T]) -> T:
        """Run `function` in a worker thread and return its result."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_READERS)
        return await anyio.to_thread.run_sync(self._with_borrowed, function, limiter=self._limiter)

    def close(self) -> None:
        """Close every connection; only when no query is running. Using the world opens anew."""
        with self._lock:
            _close_all(self._opened)

    def _connections(self) -> _Connections:
        found: _Connections | None = getattr(self._local, "connections", None)
        if found is None:
            found = self._local.connections = self._open()
        return found

    def _open(self) -> _Connections:
        connections = _Connections(self.folder)
        with self._lock:
            self._opened.append(connections)
        return connections

    def _with_borrowed(self, function: Callable[[], T]) -> T:
        with self._lock:
            connections = self._idle.pop() if self._idle else None
        self._local.connections = connections or self._open()
        try:
            return function()
        finally:
            with self._lock:
                self._idle.append(self._local.connections)
            del self._local.connections
