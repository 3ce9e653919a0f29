"""Brings a file to the schema of this version, and refuses one it does not understand."""

import sqlite3
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from mcp_server.errors import StoreError
from mcp_server.store.transaction import immediate


@cache
def migrations() -> tuple[str, ...]:
    """Return the scripts in order; a file's version is the number of scripts it has seen."""
    folder = files("mcp_server.store").joinpath("migrations")
    scripts = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".sql")),
        key=lambda entry: entry.name,
    )
    return tuple(script.read_text("utf-8") for script in scripts)


def migrate(connection: sqlite3.Connection, scripts: Sequence[str]) -> None:
    """Run the scripts that the file has not seen, all of them or none.

    Raises:
        StoreError: The file has a newer schema, or is not a store.
        sqlite3.Error: The file cannot be used.
    """
    if _version(connection) == len(scripts):
        return
    with immediate(connection):
        # Another process may have done it meanwhile.
        version = _version(connection)
        if version > len(scripts):
            raise StoreError(
                "store.db was written by a newer version of Tokmetrics: upgrade this one, or "
                "choose another data folder."
            )
        if version == 0 and connection.execute("SELECT 1 FROM sqlite_master").fetchone():
            raise StoreError(
                "store.db holds something else than a store: choose another data folder."
            )
        for script in scripts[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version={len(scripts)}")


def _version(connection: sqlite3.Connection) -> int:
    row: tuple[int] = connection.execute("PRAGMA user_version").fetchone()
    return row[0]


def _statements(script: str) -> list[str]:
    """Split a script: `executescript` would end the transaction."""
    found: list[str] = []
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            found.append(statement)
            statement = ""
    return found
