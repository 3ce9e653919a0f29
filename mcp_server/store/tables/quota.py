"""The quota as last seen."""

import sqlite3
from datetime import datetime

from mcp_server.store.records import NO_QUOTA, QuotaView
from mcp_server.store.rules import counted, month_of, viewed
from mcp_server.store.tables import jobs
from mcp_server.store.tables.columns import moment, optional_micros
from mcp_server.store.transaction import immediate


def note(
    connection: sqlite3.Connection,
    partition: str,
    limit: int | None,
    used: int | None,
    seen_at: datetime,
) -> None:
    """Remember another look at the quota."""
    with immediate(connection, durable=True):
        merge(connection, partition, limit, used, seen_at)


def merge(
    connection: sqlite3.Connection,
    partition: str,
    limit: int | None,
    used: int | None,
    seen_at: datetime,
) -> None:
    """Do what `note` does, inside a transaction."""
    kept = counted(seen(connection, partition), limit, used, seen_at)
    if kept is not None:
        connection.execute(
            "INSERT OR REPLACE INTO quota (partition, most, used, seen_at) VALUES (?, ?, ?, ?)",
            (partition, kept.limit, kept.used, optional_micros(kept.seen_at)),
        )


def view(connection: sqlite3.Connection, partition: str, now: datetime) -> QuotaView:
    """Return the quota as it is worth now."""
    recent = jobs.active_or_posted_since(connection, partition, month_of(now))
    return viewed(seen(connection, partition), recent, now)


def seen(connection: sqlite3.Connection, partition: str) -> QuotaView:
    """Return what was seen last, in whichever month."""
    row: tuple[int | None, int | None, int] | None = connection.execute(
        "SELECT most, used, seen_at FROM quota WHERE partition = ?", (partition,)
    ).fetchone()
    return NO_QUOTA if row is None else QuotaView(row[0], row[1], moment(row[2]), 0)
