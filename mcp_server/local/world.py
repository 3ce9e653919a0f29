"""One opened world: its rules, its clock, and a connection per thread."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import anyio
import anyio.to_thread

from mcp_server.local.config import LocalConfig
from mcp_server.local.database import Kind, check_sqlite, open_database

T = TypeVar("T")

_READERS: Final = 4


class World:
    """A world's files, opened once per thread and kept open.

    SQLite connections stay in the thread that made them; `query` runs a function in one of a few
    worker threads, so that at most a handful of connections exist whatever the load.
    """

    def __init__(self, config: LocalConfig) -> None:
        check_sqlite()
        self.config = config
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._limiter: anyio.CapacityLimiter | None = None

    @property
    def folder(self) -> Path:
        """The folder of this world's files."""
        return self.config.folder

    def now(self) -> int:
        """Unix seconds by the world's clock."""
        return int(self.config.clock())

    def data(self) -> sqlite3.Connection:
        """This thread's connection to `data.db`."""
        return self._connection("data")

    def state(self) -> sqlite3.Connection:
        """This thread's connection to `state.db`."""
        return self._connection("state")

    def _connection(self, kind: Kind) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, kind, None)
        if found is None:
            found = open_database(self.folder, kind)
            setattr(self._local, kind, found)
            with self._lock:
                self._opened.append(found)
        return found

    async def query(self, function: Callable[[], T]) -> T:
        """Run `function` in a worker thread and return its result."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(_READERS)
        return await anyio.to_thread.run_sync(function, limiter=self._limiter)
