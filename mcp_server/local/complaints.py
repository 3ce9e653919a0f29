"""Says in plain words why the files of a world cannot be used, and what to do about it."""

import sqlite3
from typing import Final

BUSY_SECONDS: Final = 10
"""How long a command waits for another process's lock before it gives up."""

OTHER_FOLDER: Final = (
    "Mend that, or choose another data folder with --data-dir or TOKMETRICS_DATA_DIR."
)
_DAMAGED: Final = "Put a backup in its place, or move the folder away and import or generate anew."
_BUSY: Final = (
    f"is in use by another process, and was so for {BUSY_SECONDS} seconds. "
    "Wait until that one has finished, then try again."
)
_PRIMARY: Final = 0xFF

_SAID: Final = {
    sqlite3.SQLITE_FULL: (
        "cannot grow: the disk is full. What was stored is sound; make room, then run the same "
        "command again."
    ),
    sqlite3.SQLITE_READONLY: (f"cannot be changed: it or its folder is read-only. {OTHER_FOLDER}"),
    sqlite3.SQLITE_CANTOPEN: (
        f"cannot be opened: its folder is read-only, not yours, or no longer there. {OTHER_FOLDER}"
    ),
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_CORRUPT: f"cannot be used: it is damaged. {_DAMAGED}",
    sqlite3.SQLITE_NOTADB: f"cannot be used: it is damaged, or no file of Tokmetrics. {_DAMAGED}",
    sqlite3.SQLITE_IOERR: (
        "cannot be read or written: the disk or a quota is full, or the disk fails. "
        "What was stored is sound; run the same command again once that is mended."
    ),
}


def complaint(error: sqlite3.Error, what: object = "The local store") -> str:
    """Return what SQLite complains of in sentences that say what to do.

    Args:
        error: What was raised.
        what: The subject of the sentence, such as the path of the file.
    """
    said = _said(error)
    return f"{what} {said}" if said else f"{what} cannot be used: {error}."


def is_foreseen(error: sqlite3.Error) -> bool:
    """Say whether the files or the machine are at fault, rather than a statement of ours."""
    return _said(error) is not None


def _said(error: sqlite3.Error) -> str | None:
    # Absent where the module `sqlite3` itself complains.
    code: object = getattr(error, "sqlite_errorcode", None)
    return _SAID.get(code & _PRIMARY) if isinstance(code, int) else None
