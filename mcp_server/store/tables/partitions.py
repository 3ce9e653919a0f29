"""The secret behind the names of partitions, and moving one partition to another."""

import sqlite3
from collections.abc import Callable

from mcp_server.store.tables import accounts, changes, names, quota
from mcp_server.store.transaction import immediate


def secret(connection: sqlite3.Connection, new_secret: Callable[[], bytes]) -> bytes:
    """Return the secret of this file, made at the first call of any process."""
    if (known := _secret(connection)) is None:
        with immediate(connection, durable=True):
            connection.execute(
                "INSERT OR IGNORE INTO secrets (name, value) VALUES ('partition', ?)",
                (new_secret(),),
            )
            known = _secret(connection)
    return known or b""


def _secret(connection: sqlite3.Connection) -> bytes | None:
    row: tuple[bytes] | None = connection.execute(
        "SELECT value FROM secrets WHERE name = 'partition'"
    ).fetchone()
    return None if row is None else row[0]


def move(connection: sqlite3.Connection, old: str, new: str) -> int:
    """Give everything of `old` to `new`; return how many entries moved."""
    if old == new:
        return 0
    with immediate(connection, durable=True):
        moved = _move_snapshots(connection, old, new) + _move_accounts(connection, old, new)
        moved += _rename(connection, "jobs", old, new)
        moved += _rename(connection, "video_accounts", old, new)
        connection.execute("DELETE FROM video_accounts WHERE partition = ?", (old,))
        moved += _rename(connection, "cache", old, new)
        connection.execute("DELETE FROM cache WHERE partition = ?", (old,))
        moved += names.move(connection, old, new)
        last = quota.seen(connection, old)
        if last.seen_at is not None:
            quota.merge(connection, new, last.limit, last.used, last.seen_at)
            connection.execute("DELETE FROM quota WHERE partition = ?", (old,))
        if moved:
            changes.add(connection, new)
    return moved


def _move_snapshots(connection: sqlite3.Connection, old: str, new: str) -> int:
    """Move snapshots; of two of the same time, the one stored later stays."""
    for loser, winner in ((new, old), (old, new)):
        connection.execute(
            "DELETE FROM snapshots WHERE partition = ? AND EXISTS (SELECT 1 FROM snapshots other"
            " WHERE other.partition = ? AND other.kind = snapshots.kind"
            " AND other.subject = snapshots.subject AND other.scraped_at IS snapshots.scraped_at"
            " AND other.stored_at >= snapshots.stored_at)",
            (loser, winner),
        )
    return _rename(connection, "snapshots", old, new)


def _move_accounts(connection: sqlite3.Connection, old: str, new: str) -> int:
    moved = accounts.known(connection, old)
    for account in moved:
        accounts.remember(connection, new, account)
    connection.execute("DELETE FROM accounts WHERE partition = ?", (old,))
    return len(moved)


def _rename(connection: sqlite3.Connection, table: str, old: str, new: str) -> int:
    """Move the rows that `new` does not have already."""
    return connection.execute(
        f"UPDATE OR IGNORE {table} SET partition = ? WHERE partition = ?",  # noqa: S608 - our own text
        (new, old),
    ).rowcount
