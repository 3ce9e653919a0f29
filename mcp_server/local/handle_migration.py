"""Brings what versions up to 3 knew of handles up to date.

They kept one owner of each handle, bound own accounts to handles, and called somebody whose
handle was another's `HANDLE~ROW`, by the number of the row.
"""

import sqlite3
from collections.abc import Generator, Iterable
from contextlib import closing, contextmanager
from pathlib import Path

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

    Both stand in the file beside. Without it accounts stay bound to their handles.
    """
    state.execute("ALTER TABLE accounts ADD COLUMN user_id TEXT")
    state.execute("ALTER TABLE accounts ADD COLUMN sec_uid TEXT")
    with _data_beside(state) as data:
        if data is None:
            return
        for (name,) in state.execute(
            "SELECT username FROM accounts UNION"
            " SELECT username FROM creator_snapshots WHERE username LIKE '%~%'"
        ).fetchall():
            _bind(state, data, str(name))


def _bind(state: sqlite3.Connection, data: sqlite3.Connection, name: str) -> None:
    _, mark, row_id = name.rpartition("~")
    row = data.execute(
        "SELECT user_id, sec_uid FROM creators WHERE id = ?1"
        if mark
        else """SELECT user_id, sec_uid FROM creators WHERE id = coalesce(
             (SELECT id FROM creators WHERE username = ?1),
             (SELECT creator_id FROM usernames WHERE username = ?1))""",
        (row_id or name,),
    ).fetchone()
    if row is None:
        return
    called = former_name(_handle(name), *row) if mark else name
    state.execute(
        "UPDATE accounts SET username = ?, user_id = ?, sec_uid = ? WHERE username = ?",
        (called, *row, name),
    )
    state.execute("UPDATE creator_snapshots SET username = ? WHERE username = ?", (called, name))


def _handle(name: str) -> str:
    return name.partition("~")[0]


@contextmanager
def _data_beside(state: sqlite3.Connection) -> Generator[sqlite3.Connection | None]:
    """Open data.db of the same folder to read, of whatever version; `None` where there is none."""
    path = Path(state.execute("PRAGMA database_list").fetchone()[2]).with_name("data.db")
    if not path.is_file():
        yield None
        return
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as data:
        yield data
