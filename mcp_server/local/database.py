"""Opens the two SQLite files of a world: the data and the state of the user's accounts."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, Literal, TypeVar

from mcp_server.local.complaints import BUSY_SECONDS, OTHER_FOLDER, complaint
from mcp_server.local.migrations import migrate, schema
from mcp_server.local.text import segment
from mcp_server.local.transaction import immediate

SCHEMA_VERSION: Final = 4
_BUSY_MS: Final = 1_000 * BUSY_SECONDS
_SWITCHES: Final = 20
_OTHER_PYTHON: Final = (
    "Another Python has one: those of python.org and of uv (`uv python install 3.13`) do. "
    "Then, in the checkout of Tokmetrics: `PYTHON=/path/to/that/python make bootstrap`."
)

Kind = Literal["data", "state"]
T = TypeVar("T")


class LocalStoreError(Exception):
    """The local files cannot be used as they are; the message says what to do."""


def check_sqlite() -> None:
    """Refuse a SQLite without what the schema needs.

    Raises:
        LocalStoreError: SQLite is older than 3.35 or was built without FTS5.
    """
    if sqlite3.sqlite_version_info < (3, 35):
        raise LocalStoreError(
            f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed. {_OTHER_PYTHON}"
        )
    with sqlite3.connect(":memory:") as probe:
        options = {row[0] for row in probe.execute("PRAGMA compile_options")}
    probe.close()
    if "ENABLE_FTS5" not in options:
        raise LocalStoreError(
            f"This Python's SQLite has no full-text search (FTS5), which is needed. {_OTHER_PYTHON}"
        )


def _configure(connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.create_function("segment", 1, segment, deterministic=True)
    connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
    connection.execute("PRAGMA foreign_keys=OFF")  # the importer writes parents first
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA temp_store=MEMORY")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch a new file to WAL, though others that open it do the same at this moment.

    SQLite refuses the switch at once while another connection is at it, without the wait that
    `busy_timeout` promises. Asking for the write lock does wait, until the other is done.
    """
    for _ in range(_SWITCHES - 1):
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("COMMIT")
        else:
            return
    connection.execute("PRAGMA journal_mode=WAL")


def open_database(folder: Path, kind: Kind) -> sqlite3.Connection:
    """Open `data.db` or `state.db` in `folder`, creating the file and its schema where needed.

    What cannot be written is opened for reading. The connection is in autocommit mode: writers
    say `BEGIN IMMEDIATE` themselves. One thread at a time may use it, whichever that is.

    Raises:
        LocalStoreError: The file is damaged, unreadable, or of a newer Tokmetrics.
    """
    path = folder / f"{kind}.db"
    if path.is_dir():
        raise LocalStoreError(f"{path} is a folder where a file of Tokmetrics should be.")
    writable = not path.exists() or _is_writable(path)
    try:
        connection = _connect(path) if writable else connect_to_read(path)
    except OSError as error:
        what = error.filename or folder
        raise LocalStoreError(
            f"{what} cannot be opened: {error.strerror}. {OTHER_FOLDER}"
        ) from error
    except sqlite3.Error as error:
        raise LocalStoreError(complaint(error, path)) from error
    try:
        _configure(connection)
        if writable:
            _switch_to_wal(connection)
            connection.execute("PRAGMA synchronous=NORMAL")
        _ensure_schema(connection, kind, writable=writable)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise LocalStoreError(complaint(error, path)) from error
    except LocalStoreError:
        connection.close()
        raise
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite3.connect(path, isolation_level=None, check_same_thread=False)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a file that exists, and change nothing of it.

    In a read-only folder SQLite cannot put its lock files. Without a journal beside the file nobody
    was writing when the folder became read-only: then it is read as one that never changes. Else
    the journal has to be read too.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    journal = path.with_name(f"{path.name}-wal")
    alone = not journal.exists() or journal.stat().st_size == 0
    fixed = alone and not _is_writable(path)
    uri = f"{path.resolve().as_uri()}?{'immutable=1' if fixed else 'mode=ro'}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def _is_writable(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _ensure_schema(connection: sqlite3.Connection, kind: Kind, *, writable: bool) -> None:
    version = _version(connection)
    if version is None or version < SCHEMA_VERSION:
        if not writable:
            raise LocalStoreError(
                f"The local {kind} file is of an older Tokmetrics, and read-only: it cannot be "
                f"brought up to date. {OTHER_FOLDER}"
            )
        # Another process may do it at the same time: look again under the write lock.
        with immediate(connection):
            version = _make_current(connection, kind, _version(connection))
    if version > SCHEMA_VERSION:
        raise LocalStoreError(
            f"The local {kind} file has schema {version}, this Tokmetrics knows {SCHEMA_VERSION}: "
            "upgrade Tokmetrics, or choose another data folder."
        )


def _make_current(connection: sqlite3.Connection, kind: Kind, version: int | None) -> int:
    """Create or migrate, inside a transaction; return the version that the file then has."""
    if version is None:
        for statement in schema(kind):
            connection.execute(statement)
        connection.execute(
            "INSERT INTO meta (key, value) VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),)
        )
    elif version < SCHEMA_VERSION:
        migrate(connection, kind, version, SCHEMA_VERSION)
    return max(version or 0, SCHEMA_VERSION)


def _version(connection: sqlite3.Connection) -> int | None:
    known = connection.execute(
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"
    ).fetchone()
    if known is None:
        return None
    row = connection.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone()
    return None if row is None else int(row[0])


def json_list(values: Iterable[str] | Iterable[int]) -> str:
    """Return values for `IN (SELECT value FROM json_each(?))`: one statement for any number."""
    return json.dumps(list(values), ensure_ascii=False)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of at most `size` items."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
