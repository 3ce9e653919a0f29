"""A lock that several processes share; it ends with the process that holds it, at the latest."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def exclusive(path: Path, *, wait: float) -> Generator[bool]:
    """Hold the lock of a file; yield whether it was to be had within `wait` seconds.

    Raises:
        OSError: The folder of the file cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        lock = sqlite3.connect(path, isolation_level=None, timeout=wait)
    except sqlite3.Error as error:
        raise OSError(None, f"cannot be opened: {error}", str(path)) from error
    with closing(lock):
        yield _locked(lock)


def _locked(lock: sqlite3.Connection) -> bool:
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        return False
    return True
