"""The log of imports in `state.db`, from which a later one learns that this one was cut short."""

import hashlib
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from mcp_server.local.importers.report import FileReport
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_LATEST: Final = """SELECT finished_at, n_read FROM import_runs WHERE path_hash = ?
   ORDER BY started_at DESC LIMIT 1"""
_FINISHED: Final = """SELECT started_at, finished_at FROM import_runs WHERE path_hash = ?
   ORDER BY started_at DESC LIMIT 1"""
_BEGIN: Final = """INSERT INTO import_runs (source, path_hash, started_at) VALUES (?, ?, ?)
   ON CONFLICT (path_hash, started_at) DO UPDATE SET finished_at = NULL"""
_ADD: Final = """UPDATE import_runs SET finished_at = ?, n_read = n_read + ?, n_new = n_new + ?,
     n_updated = n_updated + ?, n_rejected = n_rejected + ?
   WHERE path_hash = ? AND started_at = ?"""


class Run:
    """The row of one file's import. It is kept current, so that even a killed process left it."""

    def __init__(self, state: sqlite3.Connection, key: tuple[str, int]) -> None:
        self._state = state
        self._key = key
        self._logged = (0, 0, 0, 0)

    def note(self, report: FileReport, finished_at: int | None = None) -> None:
        """Write down how far the import is."""
        now = (report.read, report.new, report.updated, report.rejected)
        more = tuple(new - old for new, old in zip(now, self._logged, strict=True))
        with immediate(self._state):
            self._state.execute(_ADD, (finished_at, *more, *self._key))
        self._logged = now


def was_imported(state: sqlite3.Connection, path: Path, changed_at: float) -> bool:
    """Say whether the last import of a file came to its end, and the file is still the same."""
    row = state.execute(_FINISHED, (_hash(path),)).fetchone()
    return row is not None and row[1] is not None and row[0] >= changed_at


def _hash(path: Path) -> str:
    return hashlib.sha256(str(path.resolve()).encode()).hexdigest()


@contextmanager
def logged(world: World, report: FileReport) -> Generator[Run]:
    """Log the import of one file; a row without an end was interrupted.

    Sets `report.interrupted_at` where the last import of this file never came to its end.
    """
    state = world.state()
    path_hash = _hash(report.path)
    last = state.execute(_LATEST, (path_hash,)).fetchone()
    if last is not None and last[0] is None:
        report.interrupted_at = int(last[1])
    key = (path_hash, world.now())
    with immediate(state):
        state.execute(_BEGIN, (report.format, *key))
    run = Run(state, key)
    finished_at: int | None = None
    try:
        yield run
        finished_at = world.now()
    finally:
        run.note(report, finished_at)
