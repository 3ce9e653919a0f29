"""Where files of the inbox go once they were read: `done`, or `rejected` with a report."""

import contextlib
import hashlib
import json
import logging
import sqlite3
from itertools import count
from pathlib import Path
from typing import Final

from mcp_server.local.providers.dropped import DONE, REJECTED, Dropped
from mcp_server.local.transaction import immediate

_LOG: Final = logging.getLogger(__name__)


class PutAway:
    """Moves files of one inbox. One that cannot be moved is remembered by its path and content."""

    def __init__(self, folder: Path, state: sqlite3.Connection) -> None:
        self._folder = folder
        self._state = state

    def remembers(self, file: Dropped) -> bool:
        """Say whether this file was read before, and could not be moved."""
        row = self._state.execute("SELECT value FROM meta WHERE key = ?", (_key(file),)).fetchone()
        return row is not None and row[0] == _digest(file.path)

    def rows_of(self, file: Dropped) -> Path | None:
        """Return where to write the rows that are rejected; `None` if nothing can be written."""
        folder = self._folder / REJECTED
        with contextlib.suppress(OSError):
            folder.mkdir(exist_ok=True)
            path = _free(folder / f"{Path(file.name).name}.rows.jsonl")
            path.touch()
            return path
        return None

    def tidy(self, rows: Path | None) -> None:
        """Remove what `rows_of` prepared where no row was rejected."""
        if rows is None:
            return
        with contextlib.suppress(OSError):
            if not rows.stat().st_size:
                rows.unlink()
                rows.parent.rmdir()  # only if it is empty now

    def keep(self, file: Dropped) -> None:
        """Put a file away that was imported."""
        self._move(file, DONE)

    def reject(self, file: Dropped, reason: str) -> None:
        """Put a file away that cannot be imported, and write down why."""
        _LOG.warning("The inbox has a file that cannot be imported: %s", file.name)
        moved = self._move(file, REJECTED)
        if moved is not None:
            report = json.dumps({"file": file.name, "reason": reason}, ensure_ascii=False)
            with contextlib.suppress(OSError):
                moved.with_name(f"{moved.name}.report.json").write_text(f"{report}\n", "utf-8")

    def _move(self, file: Dropped, where: str) -> Path | None:
        try:
            target = _free(self._folder / where / file.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            file.path.rename(target)
        except OSError:
            self._remember(file)
            return None
        return target

    def _remember(self, file: Dropped) -> None:
        with immediate(self._state):
            self._state.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)",
                (_key(file), _digest(file.path)),
            )


def _key(file: Dropped) -> str:
    return f"inbox:{file.path.absolute()}"


def _digest(path: Path) -> str | None:
    with contextlib.suppress(OSError), path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
    return None


def _free(path: Path) -> Path:
    """Return a path that does not exist yet, with a number before the ending where needed."""
    if not path.exists():
        return path
    numbered = (path.with_name(f"{path.stem}.{nth}{path.suffix}") for nth in count(2))
    return next(one for one in numbered if not one.exists())
