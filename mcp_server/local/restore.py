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
from mcp_server.local.tokportal.creators import Creator, find_person, observed_videos
from mcp_server.local.tokportal.ids import account_id_of
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
Cell = str | int | float | None
Values = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class StoredRow:
    """A row that is no observation to be merged: it is put back as it was, unless it is there.

    Rows of `sources` say where a creator was first seen, those of `usernames` when it was seen
    under which handle. Both, and its dated figures, begin with handle, user id and secUid.
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
_SPAN: Final = (
    "UPDATE usernames SET first_at = coalesce(min(first_at, ?1), first_at, ?1),"
    " last_at = coalesce(max(last_at, ?2), last_at, ?2) WHERE username = ?3 AND creator_id = ?4"
)
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
            "creator_snapshots": self._creator_history,
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
                "UPDATE creators SET source = ? WHERE source = ? AND id = ?",
                [
                    (source, own, creator.id)
                    for *person, source, own in rows
                    if (creator := self._creator(person)) is not None
                ],
            ).rowcount

    def _creator(self, person: Sequence[Cell]) -> Creator | None:
        name, user_id, sec_uid = (None if one is None else str(one) for one in person)
        return None if name is None else find_person(self._data, name, user_id, sec_uid)

    def _usernames(self, rows: list[Values]) -> int:
        columns = ("username", "creator_id", "first_at", "last_at")
        with immediate(self._data):
            known: list[Values] = []
            for *person, name, first_at, last_at in rows:
                if (creator := self._creator(person)) is not None:
                    known.append((name, creator.id, first_at, last_at))
            new = self._data.executemany(_insert("usernames", columns), known).rowcount
            self._data.executemany(_SPAN, [(*row[2:], *row[:2]) for row in known])
        return new

    def _history(self, kind: str, rows: list[Values]) -> int:
        table, key, columns = HISTORIES[kind]
        with immediate(self._state):
            return self._state.executemany(_insert(table, (key, *columns)), rows).rowcount

    def _creator_history(self, rows: list[Values]) -> int:
        """Put dated figures under what their creator is called here."""
        called: dict[Values, Cell] = {}
        for row in rows:
            if (person := row[:3]) not in called:
                creator = self._creator(person)
                called[person] = row[0] if creator is None else creator.username
        return self._history("creator_history", [(called[row[:3]], *row[3:]) for row in rows])

    def _accounts(self, rows: list[Values]) -> int:
        new = 0
        with immediate(self._state):
            for asked_id, username, platform, created_at, *ids in rows:
                creator = self._creator((username, *ids))
                person: Values = (username, *ids)
                if creator is not None:
                    person = (creator.username, creator.user_id, creator.sec_uid)
                name, user_id, sec_uid = person
                account_id = self._account_id(asked_id, user_id, sec_uid)
                new += self._state.execute(
                    _insert("accounts", ACCOUNT),
                    (account_id, name, platform, created_at, user_id, sec_uid),
                ).rowcount
                if creator is not None and self._has(account_id):
                    videos = observed_videos(self._data, creator)
                    record_videos(self._state, account_id, videos)
        return new

    def _account_snapshots(self, rows: list[Values]) -> int:
        # Where the same person is an account under another id, theirs is the history to keep.
        known = {person: self._account_id(*person) for person in {row[:3] for row in rows}}
        return self._history(
            "account_history",
            [(known[row[:3]], *row[3:]) for row in rows if self._has(known[row[:3]])],
        )

    def _account_id(self, asked_id: Cell, user_id: Cell = None, sec_uid: Cell = None) -> str:
        """Return the id of an exported account here, another one where somebody else has that."""
        others = self._state.execute(
            "SELECT coalesce(user_id <> ?, sec_uid <> ?, 0) FROM accounts WHERE account_id = ?",
            (user_id, sec_uid, asked_id),
        ).fetchone()
        if others is not None and others[0]:
            return account_id_of(f"{asked_id} {user_id or sec_uid}")
        return str(asked_id)

    def _has(self, account_id: str) -> bool:
        found = self._state.execute(
            "SELECT 1 FROM accounts WHERE account_id = ?", (account_id,)
        ).fetchone()
        return found is not None
