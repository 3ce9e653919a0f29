"""Whether somebody is importing into a world: what is not computed yet is then no leftover.

A lock says so, of a file beside the world's own. Any number of imports share it, and it ends with
their processes, however those end.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

_FILE: Final = "import.lock"
_WAIT_SECONDS: Final = 5.0


@contextmanager
def importing(folder: Path) -> Generator[None]:
    """Say that an import into the world of a folder goes on.

    Where the lock cannot be had, it goes on all the same: others may then compute what it has
    marked, and it does so again.
    """
    with _held(folder, _WAIT_SECONDS, ("BEGIN", "SELECT count(*) FROM sqlite_master")):
        yield


@contextmanager
def alone(folder: Path) -> Generator[bool]:
    """Yield whether nobody imports into the world of a folder, and keep it so."""
    with _held(folder, 0.0, ("BEGIN EXCLUSIVE",)) as held:
        yield held


@contextmanager
def _held(folder: Path, wait: float, statements: Sequence[str]) -> Generator[bool]:
    with ExitStack() as stack:
        held = True
        try:
            path = folder / _FILE
            lock = stack.enter_context(closing(sqlite3.connect(path, wait, isolation_level=None)))
            for statement in statements:
                lock.execute(statement).fetchall()
        except sqlite3.Error:
            held = False
        yield held
