"""Snapshots: one per subject and time of collection."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from mcp_server.models.basis import Basis
from mcp_server.store.records import Body, Kind, Mode, StoredSnapshot
from mcp_server.store.rules import completed, record_ids, told
from mcp_server.store.tables import changes
from mcp_server.store.tables.columns import (
    Value,
    dumped,
    loaded,
    micros,
    moment,
    optional_micros,
    optional_moment,
)
from mcp_server.store.transaction import immediate

_SELECT: Final = (
    "SELECT kind, subject, scraped_at, stored_at, body, account_id, synthetic, mode,"
    " metrics_version, basis, low_sample"
    " FROM snapshots WHERE partition = ? AND kind = ? AND subject = ?"
)
# COALESCE as in the index: that is how SQLite finds it there.
_SELECT_SAME_TIME: Final = (
    "SELECT id, stored_at, body, metrics_version, basis, low_sample FROM snapshots"
    " WHERE partition = ? AND kind = ? AND subject = ?"
    " AND COALESCE(scraped_at, -9223372036854775808) = COALESCE(?, -9223372036854775808)"
)
_Told = tuple[int | None, str | None, int | None]
_Row = tuple[Kind, str, int | None, int, str, str | None, int, Mode, *_Told]


def put(connection: sqlite3.Connection, partition: str, snapshot: StoredSnapshot) -> bool:
    """Keep a snapshot; True if it is news."""
    with immediate(connection):
        if not _keep(connection, partition, snapshot):
            return False
        if snapshot.kind == "videos" and snapshot.account_id is not None:
            _note_videos(connection, partition, snapshot.account_id, snapshot.body)
        changes.add(
            connection, partition, account_id=snapshot.account_id, snapshot_kind=snapshot.kind
        )
    return True


def _keep(connection: sqlite3.Connection, partition: str, new: StoredSnapshot) -> bool:
    """Write it unless the stored one of that time is the same or was stored later."""
    body, stored_at = dumped(new.body), micros(new.stored_at)
    key = (partition, new.kind, new.subject, optional_micros(new.scraped_at))
    rest = (stored_at, new.account_id, new.synthetic, new.mode, body, *_told(new.basis))
    found: tuple[int, int, str, *_Told] | None = connection.execute(
        _SELECT_SAME_TIME, key
    ).fetchone()
    if found is None:
        connection.execute(
            "INSERT INTO snapshots (partition, kind, subject, scraped_at, stored_at, account_id,"
            " synthetic, mode, body, metrics_version, basis, low_sample)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            key + rest,
        )
        return True
    row_id, known_at, known, *_ = found
    if known_at > stored_at:
        return False
    # Under the write lock: two pages of one list may come in at the same time.
    body = dumped(completed(new.kind, new.body, loaded(known)))
    basis = _told(told(new.basis, _basis(found[3:])))
    if known == body:
        # The same figures are no news; on what they rest may have become known.
        connection.execute(
            "UPDATE snapshots SET metrics_version = ?, basis = ?, low_sample = ?"
            " WHERE id = ? AND (metrics_version, basis, low_sample) IS NOT (?, ?, ?)",
            (*basis, row_id, *basis),
        )
        return False
    rest = (stored_at, new.account_id, new.synthetic, new.mode, body, *basis)
    connection.execute(
        "UPDATE snapshots SET stored_at = ?, account_id = ?, synthetic = ?, mode = ?, body = ?,"
        " metrics_version = ?, basis = ?, low_sample = ? WHERE id = ?",
        (*rest, row_id),
    )
    return True


def _note_videos(
    connection: sqlite3.Connection, partition: str, account_id: str, body: Body
) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO video_accounts (partition, record_id, account_id) VALUES (?, ?, ?)",
        [(partition, record_id, account_id) for record_id in record_ids(body)],
    )


def video_account(connection: sqlite3.Connection, partition: str, record_id: str) -> str | None:
    """Return the account whose stored videos hold this record."""
    row: tuple[str] | None = connection.execute(
        "SELECT account_id FROM video_accounts WHERE partition = ? AND record_id = ?",
        (partition, record_id),
    ).fetchone()
    return None if row is None else row[0]


def at(
    connection: sqlite3.Connection, partition: str, kind: Kind, subject: str, scraped_at: datetime
) -> StoredSnapshot | None:
    """Return the one of this time, else the newest of this second."""
    second = scraped_at.replace(microsecond=0)
    found = _selected(
        connection,
        " AND scraped_at >= ? AND scraped_at < ?"
        " ORDER BY scraped_at = ? DESC, scraped_at DESC LIMIT 1",
        partition,
        kind,
        subject,
        micros(second),
        micros(second + timedelta(seconds=1)),
        micros(scraped_at),
    )
    return found[0] if found else None


def between(
    connection: sqlite3.Connection,
    partition: str,
    kind: Kind,
    subject: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[StoredSnapshot]:
    """Return the newest `limit` of a span, by rising time."""
    where, values = "", list[Value]([partition, kind, subject])
    if since is not None:
        where += " AND scraped_at >= ?"
        values.append(micros(since))
    if until is not None:
        where += " AND (scraped_at <= ? OR scraped_at IS NULL)"
        values.append(micros(until))
    # In SQLite, NULL is less than any number, and a negative limit is none.
    newest_first = _selected(
        connection,
        where + " ORDER BY scraped_at DESC LIMIT ?",
        *values,
        -1 if limit is None else limit,
    )
    return newest_first[::-1]


def prune(connection: sqlite3.Connection, partition: str, before: datetime) -> int:
    """Drop what was collected before, except the newest of each subject."""
    with immediate(connection):
        return connection.execute(
            "DELETE FROM snapshots WHERE partition = ? AND COALESCE(scraped_at, stored_at) < ?"
            " AND EXISTS (SELECT 1 FROM snapshots newer WHERE newer.partition = snapshots.partition"
            " AND newer.kind = snapshots.kind AND newer.subject = snapshots.subject"
            " AND newer.scraped_at IS NOT NULL"
            " AND (snapshots.scraped_at IS NULL OR newer.scraped_at > snapshots.scraped_at))",
            (partition, micros(before)),
        ).rowcount


def _selected(connection: sqlite3.Connection, rest: str, /, *values: Value) -> list[StoredSnapshot]:
    rows: Iterable[_Row] = connection.execute(_SELECT + rest, values)
    return [_snapshot(row) for row in rows]


def _snapshot(row: _Row) -> StoredSnapshot:
    kind, subject, scraped_at, stored_at, body, account_id, synthetic, mode, *_ = row
    return StoredSnapshot(
        kind=kind,
        subject=subject,
        scraped_at=optional_moment(scraped_at),
        stored_at=moment(stored_at),
        body=loaded(body),
        account_id=account_id,
        synthetic=bool(synthetic),
        mode=mode,
        basis=_basis(row[8:]),
    )


def _told(basis: Basis) -> _Told:
    return basis.metrics_version, basis.text, basis.low_sample


def _basis(columns: _Told) -> Basis:
    version, text, low_sample = columns
    return Basis(version, text, None if low_sample is None else bool(low_sample))
