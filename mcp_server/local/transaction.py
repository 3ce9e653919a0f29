"""A write transaction that several processes may ask for at once."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager


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
