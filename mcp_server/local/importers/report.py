"""What an import did, file by file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Progress = Callable[[Path, int, int], None]
"""Told the file, the bytes of it that are read, and the bytes there are."""


@dataclass(slots=True)
class FileReport:
    """What came of one file. A row is new, updated, unchanged or rejected."""

    path: Path
    format: str
    read: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    """Why rows were rejected, most frequent first."""
    scraped_at: int | None = None
    """The crawl time given to rows that have none; `None` where every row has its own."""
    scraped_at_inferred: bool = False
    """Whether that time is the newest post time of the file rather than one that was given."""
    shifted: int = 0
    """Post times that were of another time zone."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    files: list[FileReport]
    snapshots: int
    """Accounts that got a newer snapshot."""
    dry_run: bool

    @property
    def rejected(self) -> int:
        """Rejected rows of all files."""
        return sum(file.rejected for file in self.files)
