"""Puts back what an export holds beside observations: history, accounts, sounds, hashtags."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Literal

from mcp_server.local.ingest import Ingest, Outcome
from mcp_server.local.interchange import ACCOUNT, HASHTAG, HISTORIES, SOUND
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import record_videos
from mcp_server.local.tokportal.creators import find_creator, observed_videos
from mcp_server.local.transaction import immediate

Table = Literal[
    "hashtags",
    "sounds",
    "sources",
    "usernames",
    "video_snapshots",
    "creator_snapshots",
    "accounts",
    "account_snapshots",
]
Values = tuple[str | int | float | None, ...]


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row that is no observation to be merged: it is put back as it was, unless it is there.

    Rows of `sources` say where a creator was first seen, those of `usernames` a former handle.
    """

    table: Table
    values: Values


def add(
    ingest: Ingest,
    data: sqlite3.Connection,
    state: sqlite3.Connection,
    records: Sequence[VideoRecord | CreatorRecord | StoredRow],
) -> Outcome:
    """Write one chunk: hashtags and sounds, then the observations, then what refers to them."""
    rows = [record for record in records if isinstance(record, StoredRow)]
    seen = [record for record in records if not isinstance(record, StoredRow)]
    restore = _Restore(data, state)
    new = restore.write(row for row in rows if row.table in _FIRST)
    outcome = ingest.add(seen)
    new += restore.write(row for row in rows if row.table not in _FIRST)
    unchanged = outcome.unchanged + len(rows) - new
    return Outcome(outcome.new + new, outcome.updated, unchanged, outcome.differing)


_FIRST: Final = frozenset({"hashtags", "sounds"})
_SOUND_FACTS: Final = ", ".join(f"{name} = coalesce({name}, ?)" for name in SOUND[1:])
_TAG_FACTS: Final = ", ".join(f"{name} = coalesce({name}, ?)" for name in HASHTAG[1:])


def _insert(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join("?" * len(columns))
    names = ", ".join(columns)
    return f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - our own names


def _table(row: StoredRow) -> Table:
    return row.table


class _Restore:
    def __init__(self, data: sqlite3.Connection, state: sqlite3.Connection) -> None:
        self._data = data
        self._state = state

    def write(self, rows: Iterable[StoredRow]) -> int:
        """Write rows in their order, those of one table together; return how many are new."""
        writers: dict[Table, Callable[[list[Values]], int]] = {
            "hashtags": self._hashtags,
            "sounds": self._sounds,
            "sources": self._sources,
            "usernames": self._usernames,
            "accounts": self._accounts,
            "account_snapshots": self._account_snapshots,
            "video_snapshots": lambda values: self._history("video_history", values),
            "creator_snapshots": lambda values: self._history("creator_history", values),
        }
        return sum(
            writers[table]([row.values for row in group])
            for table, group in groupby(rows, key=_table)
        )

    def _hashtags(self, rows: list[Values]) -> int:
        with immediate(self._data):
            new = self._data.executemany(_insert("hashtags", HASHTAG), rows).rowcount
            self._data.executemany(
                f"UPDATE hashtags SET {_TAG_FACTS} WHERE name = ?",  # noqa: S608 - our own names
                [(*row[1:], row[0]) for row in rows],
            )
        return new

    def _sounds(self, rows: list[Values]) -> int:
        with immediate(self._data):
            new = self._data.executemany(_insert("sounds", SOUND), rows).rowcount
            self._data.executemany(
                f"UPDATE sounds SET {_SOUND_FACTS} WHERE music_id = ?",  # noqa: S608 - our own names
                [(*row[1:], row[0]) for row in rows],
            )
            self._data.execute("UPDATE totals SET sounds = sounds + ?", (new,))
        return new

    def _sources(self, rows: list[Values]) -> int:
        with immediate(self._data):
            return self._data.executemany(
                "UPDATE creators SET source = ?2 WHERE username = ?1 AND source = ?3", rows
            ).rowcount

    def _usernames(self, rows: list[Values]) -> int:
        with immediate(self._data):
            return self._data.executemany(
                "INSERT OR IGNORE INTO usernames (username, creator_id, seen_at)"
                " SELECT ?1, id, ?3 FROM creators WHERE username = ?2",
                rows,
            ).rowcount

    def _history(self, kind: str, rows: list[Values]) -> int:
        table, key, columns = HISTORIES[kind]
        with immediate(self._state):
            return self._state.executemany(_insert(table, (key, *columns)), rows).rowcount

    def _accounts(self, rows: list[Values]) -> int:
        with immediate(self._state):
            new = self._state.executemany(_insert("accounts", ACCOUNT), rows).rowcount
            for account_id, username, *_ in rows:
                creator = find_creator(self._data, str(username))
                if creator is not None and self._has(account_id):
                    videos = observed_videos(self._data, creator)
                    record_videos(self._state, str(account_id), videos)
        return new

    def _account_snapshots(self, rows: list[Values]) -> int:
        # Where the same person is an account under another id, theirs is the history to keep.
        return self._history("account_history", [row for row in rows if self._has(row[0])])

    def _has(self, account_id: str | float | None) -> bool:
        found = self._state.execute(
            "SELECT 1 FROM accounts WHERE account_id = ?", (account_id,)
        ).fetchone()
        return found is not None
