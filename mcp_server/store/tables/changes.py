"""What is new, so that every process on the file can tell its subscribers."""

import sqlite3
from typing import Final

from mcp_server.store.records import Change, Kind

KEPT: Final = 10_000
"""Changes further back are forgotten: a process that far behind reads everything anyway."""


def add(
    connection: sqlite3.Connection,
    partition: str,
    *,
    account_id: str | None = None,
    snapshot_kind: Kind | None = None,
) -> None:
    """Note a new snapshot of a kind, or, without a kind, new accounts."""
    kind = "accounts" if snapshot_kind is None else "snapshot"
    added = connection.execute(
        "INSERT INTO changes (partition, kind, account_id, snapshot_kind) VALUES (?, ?, ?, ?)",
        (partition, kind, account_id, snapshot_kind),
    ).lastrowid
    connection.execute("DELETE FROM changes WHERE seq <= ?", ((added or 0) - KEPT,))


def since(connection: sqlite3.Connection, seq: int) -> list[Change]:
    """Return what came after `seq`."""
    rows = connection.execute(
        "SELECT seq, partition, kind, account_id, snapshot_kind FROM changes"
        " WHERE seq > ? ORDER BY seq",
        (seq,),
    )
    return [Change(*row) for row in rows]


def last(connection: sqlite3.Connection) -> int:
    """Return the newest number."""
    row: tuple[int] = connection.execute("SELECT COALESCE(MAX(seq), 0) FROM changes").fetchone()
    return row[0]
