"""A throw-away copy of a world, so that a dry run takes the same path as an import."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from mcp_server.local.config import LocalConfig
from mcp_server.local.database import (
    Kind,
    LocalStoreError,
    connect_to_read,
    open_database,
)

_KINDS: Final[tuple[Kind, ...]] = ("data", "state")


@contextmanager
def scratch_copy(config: LocalConfig) -> Generator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Copy the files of a world, or make empty ones where it has none, and open the copy.

    Raises:
        LocalStoreError: The files cannot be read.
    """
    with TemporaryDirectory(prefix="tokmetrics-") as folder:
        copy = Path(folder)
        for kind in _KINDS:
            _copy(config.folder / f"{kind}.db", copy / f"{kind}.db")
        with (
            closing(open_database(copy, "data")) as data,
            closing(open_database(copy, "state")) as state,
        ):
            yield data, state


def _copy(path: Path, target: Path) -> None:
    if not path.exists():
        return
    try:
        with (
            closing(connect_to_read(path)) as source,
            closing(sqlite3.connect(target)) as destination,
        ):
            source.backup(destination)
    except sqlite3.Error as error:
        raise LocalStoreError(f"{path} cannot be read: {error}") from error
