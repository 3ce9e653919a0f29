"""A write transaction that several processes may ask for at once."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass


@contextmanager
def immediate(connection: sqlite3.Connection) -> Generator[sqlite3.Connection, None, None]:
    """Hold the write lock of the file from the first statement to the last; all or nothing.

    Taking it at the start, rather than at the first write, is what makes "read, decide, write"
    safe: a deferred transaction would fail instead of waiting once somebody else has written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def reading(connection: sqlite3.Connection) -> Generator[sqlite3.Connection, None, None]:
    """Read the file as it is at the first statement, whatever others write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield connection
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


@dataclass(slots=True)
class Waited:
    """Whether what was tried had to be left because others kept the write lock."""

    in_vain: bool = False


@contextmanager
def giving_up(connection: sqlite3.Connection, after_ms: int) -> Generator[Waited]:
    """Wait for each write lock no longer than this, and leave the rest undone where that fails."""
    (usual,) = connection.execute("PRAGMA busy_timeout").fetchone()
    connection.execute(f"PRAGMA busy_timeout={after_ms}")
    waited = Waited()
    try:
        yield waited
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
            raise
        waited.in_vain = True
    finally:
        connection.execute(f"PRAGMA busy_timeout={usual}")
