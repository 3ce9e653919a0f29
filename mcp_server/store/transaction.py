"""Transactions that several processes may ask for at once."""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def immediate(
    connection: sqlite3.Connection, *, durable: bool = False
) -> Generator[sqlite3.Connection, None, None]:
    """Hold the write lock from the first statement on; all or nothing.

    Args:
        connection: In autocommit mode.
        durable: Whether the commit waits until the disk has it, so that it survives a power cut;
            other commits survive the end of the process only.
    """
    # It cannot be changed inside a transaction.
    connection.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
    # Asked for at the start: a transaction that writes only later fails if others wrote before.
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
