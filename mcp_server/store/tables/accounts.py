"""Accounts that an upstream has named."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from mcp_server.store.records import KnownAccount
from mcp_server.store.rules import merged
from mcp_server.store.tables import changes
from mcp_server.store.tables.columns import dumped, loaded, micros, moment
from mcp_server.store.transaction import immediate

_SELECT: Final = (
    "SELECT account_id, username, platform, first_seen_at, last_seen_at, body"
    " FROM accounts WHERE partition = ?"
)
_Row = tuple[str, str | None, str | None, int, int, str]


def put(connection: sqlite3.Connection, partition: str, accounts: Sequence[KnownAccount]) -> bool:
    """Remember accounts; True if one is new."""
    with immediate(connection):
        # One by one, since a list may name an account twice.
        news = [remember(connection, partition, account) for account in accounts]
        if any(news):
            changes.add(connection, partition)
    return any(news)


def remember(connection: sqlite3.Connection, partition: str, account: KnownAccount) -> bool:
    """Write one account inside a transaction; True if it is new."""
    row: _Row | None = connection.execute(
        _SELECT + " AND account_id = ?", (partition, account.account_id)
    ).fetchone()
    kept = account if row is None else merged(_account(row), account)
    connection.execute(
        "INSERT OR REPLACE INTO accounts (partition, account_id, username, platform,"
        " first_seen_at, last_seen_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            partition,
            kept.account_id,
            kept.username,
            kept.platform,
            micros(kept.first_seen_at),
            micros(kept.last_seen_at),
            dumped(kept.body),
        ),
    )
    return row is None


def known(connection: sqlite3.Connection, partition: str) -> list[KnownAccount]:
    """Return the accounts by username, then id."""
    rows: Iterable[_Row] = connection.execute(
        _SELECT + " ORDER BY username, account_id", (partition,)
    )
    return [_account(row) for row in rows]


def _account(row: _Row) -> KnownAccount:
    account_id, username, platform, first_seen_at, last_seen_at, body = row
    return KnownAccount(
        account_id,
        username,
        platform,
        moment(first_seen_at),
        moment(last_seen_at),
        loaded(body),
    )
