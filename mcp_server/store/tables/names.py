"""Public names that answers brought, the newest of each kind."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from mcp_server.store.records import NameKind
from mcp_server.store.tables.columns import micros
from mcp_server.store.transaction import immediate

KEPT: Final = 10_000
"""Names of one kind and partition; those seen longest ago are forgotten first."""

_PUT: Final = (
    "INSERT INTO names (partition, kind, name, seen_at) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (partition, kind, name) DO UPDATE SET seen_at = excluded.seen_at"
    " WHERE excluded.seen_at > names.seen_at"
)
_FORGET: Final = (
    "DELETE FROM names WHERE partition = :partition AND kind = :kind AND name IN"
    " (SELECT name FROM names WHERE partition = :partition AND kind = :kind"
    " ORDER BY seen_at DESC, name DESC LIMIT -1 OFFSET :kept)"
)


def put(
    connection: sqlite3.Connection,
    partition: str,
    names: Mapping[NameKind, Sequence[str]],
    seen_at: datetime,
) -> None:
    """Remember names of several kinds in one transaction."""
    moment = micros(seen_at)
    with immediate(connection):
        for kind, given in names.items():
            rows = [(partition, kind, name, moment) for name in given]
            connection.executemany(_PUT, rows)
            connection.execute(_FORGET, {"partition": partition, "kind": kind, "kept": KEPT})


def known(connection: sqlite3.Connection, partition: str, kind: NameKind) -> list[str]:
    """Return the names of a kind, those seen last first."""
    rows = connection.execute(
        "SELECT name FROM names WHERE partition = ? AND kind = ? ORDER BY seen_at DESC, name",
        (partition, kind),
    )
    return [str(row[0]) for row in rows]


def move(connection: sqlite3.Connection, old: str, new: str) -> int:
    """Give the names of `old` to `new` inside a transaction; return how many there were."""
    connection.execute(
        "INSERT INTO names (partition, kind, name, seen_at)"
        " SELECT ?, kind, name, seen_at FROM names WHERE partition = ?"
        " ON CONFLICT (partition, kind, name) DO UPDATE SET"
        " seen_at = max(excluded.seen_at, names.seen_at)",
        (new, old),
    )
    moved = connection.execute("DELETE FROM names WHERE partition = ?", (old,)).rowcount
    kinds = connection.execute("SELECT DISTINCT kind FROM names WHERE partition = ?", (new,))
    for (kind,) in kinds.fetchall():
        connection.execute(_FORGET, {"partition": new, "kind": kind, "kept": KEPT})
    return moved
