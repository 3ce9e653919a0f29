"""A throw-away copy of a world, so that a dry run takes the same path as an import."""

import shutil
import sqlite3
from collections.abc import Callable, Generator
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
from mcp_server.local.importers.report import Progress

_KINDS: Final[tuple[Kind, ...]] = ("data", "state")
_PAGES: Final = 2_000
"""How many pages are copied between two looks at how far it is."""
_WHAT: Final = "copy for the dry run"
_MEGABYTE: Final = 1_000_000


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@contextmanager
def scratch_copy(
    config: LocalConfig,
    progress: Progress | None = None,
    *,
    free_bytes: Callable[[Path], int] = _free_bytes,
) -> Generator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """Copy the files of a world, or make empty ones where it has none, and open the copy.

    Args:
        config: Whose world.
        progress: Told how far the copy is.
        free_bytes: Says how much a folder's disk can still take.

    Raises:
        LocalStoreError: The files cannot be read, or the copy does not fit.
    """
    with TemporaryDirectory(prefix="tokmetrics-") as folder:
        copy = Path(folder)
        files = [config.folder / f"{kind}.db" for kind in _KINDS]
        _refuse_too_large(sum(_size(path) for path in files), free_bytes(copy), copy.parent)
        for path in files:
            _copy(path, copy / path.name, progress)
        with (
            closing(open_database(copy, "data")) as data,
            closing(open_database(copy, "state")) as state,
        ):
            yield data, state


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _refuse_too_large(needed: int, free: int, folder: Path) -> None:
    if needed > free:
        raise LocalStoreError(
            f"A dry run works on a copy of the world, {needed // _MEGABYTE:,} MB; {folder} has "
            f"{free // _MEGABYTE:,} MB left. The variable TMPDIR names another folder."
        )


def _copy(path: Path, target: Path, progress: Progress | None) -> None:
    if not path.exists():
        return
    size = path.stat().st_size

    def tell(_status: int, remaining: int, pages: int) -> None:
        if progress and remaining:
            progress(_WHAT, size * (pages - remaining) // pages, size)

    try:
        with (
            closing(connect_to_read(path)) as source,
            closing(sqlite3.connect(target)) as destination,
        ):
            # One moment of the world: else each write by others would begin the copy anew.
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(destination, pages=_PAGES, progress=tell)
    except sqlite3.Error as error:
        raise LocalStoreError(f"{path} cannot be read: {error}") from error
