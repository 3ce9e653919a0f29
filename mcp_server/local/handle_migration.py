"""Brings what versions up to 3 knew of handles up to date.

They kept one owner of each handle, bound own accounts to handles, and called somebody whose
handle was another's `HANDLE~ROW`, by the number of the row.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import NamedTuple

from mcp_server.local.handles import former_name


def fill_usernames(data: sqlite3.Connection, made: Iterable[str]) -> None:
    """Make the table of handles anew; the time that was known of each was the first one.

    Args:
        data: The file.
        made: The statements that make today's table.
    """
    data.execute("ALTER TABLE usernames RENAME TO old_usernames")
    for statement in made:
        data.execute(statement)
    data.execute(
        "INSERT INTO usernames SELECT username, creator_id, seen_at, seen_at FROM old_usernames"
        " WHERE username NOT LIKE '%~%'"
    )
    data.execute("DROP TABLE old_usernames")
    data.execute(
        """INSERT INTO usernames
           SELECT CASE WHEN username LIKE '%~%'
               THEN substr(username, 1, instr(username, '~') - 1) ELSE username END,
             id, scraped_at, scraped_at
           FROM creators WHERE true
           ON CONFLICT (username, creator_id) DO UPDATE
           SET last_at = coalesce(excluded.last_at, last_at)"""
    )
    # The others have to be read before any is renamed: the index that finds them changes.
    for row in data.execute(
        "SELECT username, id, user_id, sec_uid FROM creators WHERE username LIKE '%~%'"
    ).fetchall():
        data.execute(
            "UPDATE creators SET username = ? WHERE id = ?",
            (former_name(_handle(row[0]), row[2], row[3]), row[1]),
        )


def bind_accounts(state: sqlite3.Connection) -> None:
    """Give own accounts the ids of their creators, and put dated figures under today's names.

    Both stand in the file beside. Where that cannot be read, accounts stay bound to their handles.
    """
    state.execute("ALTER TABLE accounts ADD COLUMN user_id TEXT")
    state.execute("ALTER TABLE accounts ADD COLUMN sec_uid TEXT")
    names = state.execute(
        "SELECT username FROM accounts UNION"
        " SELECT username FROM creator_snapshots WHERE username LIKE '%~%'"
    ).fetchall()
    path = Path(state.execute("PRAGMA database_list").fetchone()[2]).with_name("data.db")
    persons: list[_Person] = []
    if names and path.is_file():
        with (
            suppress(sqlite3.Error),
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as data,
        ):
            persons += (found for row in names if (found := _person(data, str(row[0]))))
    for person in persons:
        state.execute(
            "UPDATE accounts SET username = :called, user_id = :user_id, sec_uid = :sec_uid"
            " WHERE username = :name",
            person._asdict(),
        )
        state.execute(
            "UPDATE creator_snapshots SET username = :called WHERE username = :name",
            person._asdict(),
        )


class _Person(NamedTuple):
    name: str
    called: str
    user_id: str | None
    sec_uid: str | None


def _person(data: sqlite3.Connection, name: str) -> _Person | None:
    """Return who was called so, by a file of whatever version."""
    handle, mark, row_id = name.partition("~")
    if mark:
        row = data.execute(
            "SELECT user_id, sec_uid FROM creators WHERE id = ?", (row_id,)
        ).fetchone()
    else:
        row = data.execute(
            """SELECT user_id, sec_uid FROM creators WHERE id = coalesce(
                 (SELECT id FROM creators WHERE username = :name),
                 (SELECT creator_id FROM usernames WHERE username = :name))""",
            {"name": name},
        ).fetchone()
    if row is None:
        return None
    user_id, sec_uid = row
    called = former_name(handle, user_id, sec_uid) if mark else name
    return _Person(name, called, user_id, sec_uid)


def _handle(name: str) -> str:
    return name.partition("~")[0]
