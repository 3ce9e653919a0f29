"""Kept answers of a market API."""

import sqlite3
from datetime import datetime

from mcp_server.store.records import CacheEntry
from mcp_server.store.tables.columns import dumped, loaded, micros, moment
from mcp_server.store.transaction import immediate


def get(connection: sqlite3.Connection, partition: str, name: str) -> CacheEntry | None:
    """Return an answer, however old."""
    row: tuple[str, int] | None = connection.execute(
        "SELECT body, stored_at FROM cache WHERE partition = ? AND name = ?", (partition, name)
    ).fetchone()
    return None if row is None else CacheEntry(loaded(row[0]), moment(row[1]))


def put(
    connection: sqlite3.Connection,
    partition: str,
    name: str,
    entry: CacheEntry,
    keep_until: datetime,
) -> None:
    """Keep an answer unless a newer one is there."""
    with immediate(connection):
        connection.execute(
            "INSERT INTO cache (partition, name, stored_at, keep_until, body)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (partition, name) DO UPDATE SET"
            " stored_at = excluded.stored_at, keep_until = excluded.keep_until,"
            " body = excluded.body WHERE excluded.stored_at >= cache.stored_at",
            (partition, name, micros(entry.stored_at), micros(keep_until), dumped(entry.body)),
        )


def prune(connection: sqlite3.Connection, now: datetime) -> int:
    """Drop the answers that are kept long enough."""
    with immediate(connection):
        return connection.execute(
            "DELETE FROM cache WHERE keep_until <= ?", (micros(now),)
        ).rowcount
