"""What state.db keeps by handle follows the person when the handle changes."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.identity import Moved

# Whoever was stopped between the two files does this again: what moved already stays.
_OF_PERSON: Final = (
    "(user_id IS NULL OR user_id IS :user_id) AND (sec_uid IS NULL OR sec_uid IS :sec_uid)"
)
_KNOW: Final = (
    "UPDATE accounts SET user_id = :user_id, sec_uid = :sec_uid"  # noqa: S608 - our own clause
    f" WHERE username = :old AND {_OF_PERSON}"
)


def follow(state: sqlite3.Connection, moved: Sequence[Moved]) -> None:
    """Move dated figures and own accounts along with their creators, inside a transaction.

    Everything is put aside under a name that nobody can have before anything gets its new one:
    two creators may have swapped theirs. Of two looks at one time the first one stays, and where
    two own accounts turn out to be one person's, one of them keeps the name that it had.
    """
    everybody = [{**row._asdict(), "aside": f"~{row.old}"} for row in moved]
    renamed = [row for row in everybody if row["old"] != row["new"]]
    state.executemany(_KNOW, everybody)
    for table in ("creator_snapshots", "accounts"):
        of_person = f"AND {_OF_PERSON}" if table == "accounts" else ""
        # Only names of our own tables are put into these statements.
        aside = f"UPDATE {table} SET username = :aside WHERE username = :old {of_person}"  # noqa: S608
        named = f"UPDATE OR IGNORE {table} SET username = :new WHERE username = :aside"  # noqa: S608
        state.executemany(aside, renamed)
        state.executemany(named, renamed)
    state.executemany("DELETE FROM creator_snapshots WHERE username = :aside", renamed)
    state.executemany(
        "UPDATE OR IGNORE accounts SET username = :old WHERE username = :aside", renamed
    )
