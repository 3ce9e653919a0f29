"""What an import did, file by file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

Progress = Callable[[str, int, int], None]
"""Told what is read, how many bytes of it, and of how many; all files together are one thing."""

FileProgress = Callable[[int], None]
"""Told how many bytes of a file are done."""


_COLUMNS_SHOWN: Final = 12


def _listed(names: list[str]) -> str:
    more = len(names) - _COLUMNS_SHOWN
    return ", ".join(names[:_COLUMNS_SHOWN]) + (f" and {more} more" if more > 0 else "")


@dataclass(slots=True)
class FileReport:
    """What came of one file. A row is rejected, or its records are new, updated or unchanged."""

    path: Path
    format: str
    read: int = 0
    """Rows."""
    records: int = 0
    """Videos and profiles: a row may say several things."""
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: dict[str, int] = field(default_factory=dict[str, int])
    """Why rows were rejected, most frequent first."""
    scraped_at: int | None = None
    """The crawl time given to rows that have none; `None` where every row has its own."""
    scraped_at_inferred: bool = False
    """Whether that time is an assumption rather than one that was given."""
    scraped_at_of_file: bool = False
    """Whether it is the file's date; else the newest post's where it is an assumption."""
    differing: int = 0
    """Videos with other figures than those stored of the same assumed time."""
    undated: int = 0
    """Videos and profiles for which there was no time to assume either: they become no history."""
    shifted: int = 0
    """Post times that were of another time zone."""
    unread: dict[str, int] = field(default_factory=dict[str, int])
    """Cells of stored rows that say no such value, by their column; they became unknown."""
    examples: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """The first such cells of each column; none of a private file."""
    future: int = 0
    """Crawl times from the future, which were taken for none."""
    strange: list[str] = field(default_factory=list[str])
    """Filled columns of a flat table that go by no known name."""
    videos: int = 0
    viewless: int = 0
    """Those of the videos whose row says no views."""
    sounds_without_id: int = 0
    """Sounds that could not be stored: a title alone does not tell two of them apart."""
    formats: dict[str, int] = field(default_factory=dict[str, int])
    """How many rows were of which format; several where a file mixes them."""
    stored: int = 0
    """How many rows were read when the last chunk was stored: all, unless interrupted."""
    interrupted_at: int | None = None
    """How many rows the last import of this file had read when it was cut short."""

    def remarks(self) -> list[str]:
        """Return what else there is to say, in sentences."""
        found: list[str] = []
        if self.interrupted_at is not None:
            found.append(
                f"an earlier import stopped after {self.interrupted_at:,} rows; "
                f"this one {'completed it' if self.stored == self.read else 'stopped as well'}"
            )
        if self.undated:
            found.append(
                "no crawl time, and no post to take one from, so that a later crawl shows no "
                f"growth: {self.undated:,} (--scraped-at gives one)"
            )
        if self.differing:
            found.append(
                f"{_rows(self.differing)} at the same assumed time, and the higher figures stay: "
                "--scraped-at tells which are newer"
            )
        if len(self.formats) > 1:
            mixed = ", ".join(f"{count:,} {name}" for name, count in self.formats.items())
            found.append(f"several formats in one file: {mixed}")
        for column, count in self.unread.items():
            shown = ", ".join(repr(example) for example in self.examples.get(column, []))
            such = f" (such as {shown})" if shown else ""
            found.append(f"unknown, as the cell could not be read: {column}, {count:,}{such}")
        if self.future:
            found.append(f"crawl times that lie in the future, not used: {self.future:,}")
        if self.strange:
            lacking = "no video has views; " if 0 < self.videos == self.viewless else ""
            found.append(f"{lacking}columns of unknown names, not read: {_listed(self.strange)}")
        if self.sounds_without_id:
            found.append(f"sounds left out, as they have no id: {self.sounds_without_id:,}")
        return found


def _rows(count: int) -> str:
    return "1 row differs" if count == 1 else f"{count:,} rows differ"


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do."""

    files: list[FileReport]
    snapshots: int
    """Account snapshots that were new or other than before."""
    dry_run: bool
    skipped: list[Path] = field(default_factory=list[Path])
    """Files of a folder that are in no known format."""
    unreadable: dict[Path, str] = field(default_factory=dict[Path, str])
    """Files of a folder that could not be looked into, each with the reason."""
    added: frozenset[str] = frozenset()
    """Ids of the accounts that were made of the files' creators."""

    @property
    def rejected(self) -> int:
        """Rejected rows of all files."""
        return sum(file.rejected for file in self.files)
