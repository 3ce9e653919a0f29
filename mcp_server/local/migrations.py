"""Brings the files of an older schema up to date, in place: what is in them stays."""

import sqlite3
from collections.abc import Callable, Mapping
from importlib.resources import files
from typing import Final

from mcp_server.local.handle_migration import bind_accounts, fill_usernames
from mcp_server.local.recount import recount

Step = Callable[[sqlite3.Connection], None]


def statements(script: str) -> list[str]:
    """Cut a script into its statements."""
    found: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found


def schema(kind: str) -> list[str]:
    """Return the statements that make an empty file of today's schema."""
    return statements(files("mcp_server.local").joinpath(f"{kind}.sql").read_text("utf-8"))


def _created(name: str) -> list[str]:
    """Return the statements of today's schema that make a table and its first rows."""
    return [
        text
        for text in schema("data")
        if f"CREATE TABLE {name} " in text or f"INSERT INTO {name} " in text
    ]


def _index(name: str) -> list[str]:
    """Return the statements that replace an index by today's."""
    made = [text for text in schema("data") if f"INDEX {name} " in text]
    return [f"DROP INDEX {name}", *made]


def _counts_kept_current(data: sqlite3.Connection) -> None:
    """1 to 2: counts change with the rows they count, so nothing is marked to be recounted."""
    for statement in (
        "ALTER TABLE sounds ADD COLUMN viewed_count INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE creators ADD COLUMN peer_band INTEGER",
        *_index("videos_plays"),
        *_created("totals"),
        *_created("peer_rates"),
        "DROP TABLE dirty_hashtags",
        "DROP TABLE dirty_sounds",
        "DELETE FROM meta WHERE key = 'stats'",
    ):
        data.execute(statement)
    recount(data)


def _niches_read_from_an_index(data: sqlite3.Connection) -> None:
    """2 to 3: the index of a niche holds all figures that its report and a plan ask for."""
    for statement in _index("creators_niche"):
        data.execute(statement)


def _samples_of_creators(data: sqlite3.Connection) -> None:
    """3 to 4: creators know how many videos stand behind each figure, once computed again.

    And captions are entered into the full text together.
    """
    for column in (
        "n_viewed",
        "n_rated",
        "n_unsaved",
        "rated_views",
        "rated_likes",
        "rated_comments",
        "rated_shares",
        "rated_saves",
    ):
        data.execute(f"ALTER TABLE creators ADD COLUMN {column} INTEGER")
    data.execute("DROP TRIGGER videos_fts_insert")  # see data.sql


def _samples_of_snapshots(state: sqlite3.Connection) -> None:
    """3 to 4: an account's totals know their formulas, which so far were those of version 1."""
    for column in ("n_viewed", "n_rated", "metrics_version"):
        state.execute(f"ALTER TABLE account_snapshots ADD COLUMN {column} INTEGER")
    state.execute("UPDATE account_snapshots SET metrics_version = 1")


_DATA: Final[Mapping[int, Step]] = {
    1: _counts_kept_current,
    2: _niches_read_from_an_index,
    3: _samples_of_creators,
}
_STATE: Final[Mapping[int, Step]] = {3: _samples_of_snapshots}


def _handles_with_times(data: sqlite3.Connection) -> None:
    """3 to 4: it is known who was seen under a handle when, also where several were."""
    index = [text for text in schema("data") if "INDEX usernames_creator " in text]
    fill_usernames(data, [*_created("usernames"), *index])


_HANDLES: Final[Mapping[str, Mapping[int, Step]]] = {
    "data": {3: _handles_with_times},
    "state": {3: bind_accounts},
}


def migrate(connection: sqlite3.Connection, kind: str, version: int, to: int) -> None:
    """Change a file of an older version, inside the caller's transaction."""
    steps = _DATA if kind == "data" else _STATE
    for older in range(version, to):
        for step in (steps.get(older), _HANDLES[kind].get(older)):
            if step is not None:
                step(connection)
    connection.execute("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(to),))
