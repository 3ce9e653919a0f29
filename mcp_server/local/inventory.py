"""What a world holds: how much, from where, how old, and whose."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mcp_server.local.config import LocalConfig
from mcp_server.local.creator_metrics import marked
from mcp_server.local.database import open_database

_FILES: Final = ("data.db", "data.db-wal", "state.db", "state.db-wal")


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of the user's accounts; times in Unix seconds."""

    account_id: str
    username: str
    snapshots: int
    last_snapshot_at: int | None


@dataclass(frozen=True, slots=True)
class ImportedFormat:
    """What came from the files of one format; times in Unix seconds, by the clock of the import.

    The rows are those of every run: a file that was read twice counts twice.
    """

    format: str
    files: int
    runs: int
    read: int
    new: int
    updated: int
    rejected: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True)
class UnfinishedImport:
    """A file whose last import has no end: it was cut short, or it is still running."""

    format: str
    started_at: int
    read: int


@dataclass(frozen=True, slots=True)
class Snapshots:
    """How many dated figures there are beside the current ones."""

    videos: int
    creators: int
    accounts: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of a world; times in Unix seconds, `None` where nothing is known."""

    folder: Path
    sizes: dict[str, int]
    """Bytes of its files by their names; what is not yet in a file itself lies in its `-wal`."""
    creators: int
    videos: int
    hashtags: int
    """Those that a stored video uses."""
    sounds: int
    snapshots: Snapshots
    first_post_at: int | None
    last_post_at: int | None
    first_crawl_at: int | None
    last_crawl_at: int | None
    metrics_version: int | None
    """Of the stored figures."""
    incomplete: int
    """Creators whose figures are not computed yet: an import is running or was cut short."""
    sources: dict[str, int]
    """Creators by where they were first seen."""
    accounts: list[OwnAccount]
    formats: list[ImportedFormat]
    """The latest first."""
    unfinished: list[UnfinishedImport]
    """The latest first."""


def inventory(config: LocalConfig) -> Inventory | None:
    """Count what a world holds; `None` where it has no files. Looking creates nothing.

    Raises:
        LocalStoreError: The files cannot be used.
    """
    if not (config.folder / "data.db").exists():
        return None
    with (
        closing(open_database(config.folder, "data")) as data,
        closing(open_database(config.folder, "state")) as state,
    ):
        creators, videos, hashtags, sounds = data.execute(
            "SELECT creators, videos, hashtags, sounds FROM totals"
        ).fetchone()
        first_post_at, last_post_at = data.execute(
            "SELECT min(posted_at), max(posted_at) FROM videos"
        ).fetchone()
        snapshots, crawls = _snapshots(state)
        seen = data.execute("SELECT min(scraped_at), max(scraped_at) FROM creators").fetchone()
        times = [at for at in (*crawls, *seen) if at is not None]
        return Inventory(
            folder=config.folder,
            sizes=_sizes(config.folder),
            creators=creators,
            videos=videos,
            hashtags=hashtags,
            sounds=sounds,
            snapshots=snapshots,
            first_post_at=first_post_at,
            last_post_at=last_post_at,
            first_crawl_at=min(times, default=None),
            last_crawl_at=max(times, default=None),
            metrics_version=_metrics_version(data),
            incomplete=marked(data),
            sources=_sources(data),
            accounts=_accounts(state),
            formats=_formats(state),
            unfinished=_unfinished(state),
        )


def _sizes(folder: Path) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in _FILES:
        size = (folder / name).stat().st_size if (folder / name).exists() else 0
        if size:
            found[name] = size
    return found


def _snapshots(state: sqlite3.Connection) -> tuple[Snapshots, list[int | None]]:
    """Return how many there are, and between which times."""
    query = "SELECT count(*), min(scraped_at), max(scraped_at) FROM "
    videos, *of_videos = state.execute(f"{query} video_snapshots").fetchone()
    creators, *of_creators = state.execute(f"{query} creator_snapshots").fetchone()
    accounts, *_ = state.execute(f"{query} account_snapshots").fetchone()
    return Snapshots(videos, creators, accounts), [*of_videos, *of_creators]


def _metrics_version(data: sqlite3.Connection) -> int | None:
    row = data.execute("SELECT value FROM meta WHERE key = 'metrics_version'").fetchone()
    return None if row is None else int(row[0])


def _sources(data: sqlite3.Connection) -> dict[str, int]:
    rows = data.execute(
        "SELECT coalesce(source, 'unknown'), count(*) FROM creators GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    return {str(source): int(count) for source, count in rows}


def _accounts(state: sqlite3.Connection) -> list[OwnAccount]:
    rows = state.execute(
        """SELECT account_id, username, count(scraped_at), max(scraped_at)
           FROM accounts LEFT JOIN account_snapshots USING (account_id)
           GROUP BY account_id ORDER BY username"""
    )
    return [OwnAccount(*row) for row in rows]


def _formats(state: sqlite3.Connection) -> list[ImportedFormat]:
    rows = state.execute(
        """SELECT source, count(DISTINCT path_hash), count(*), sum(n_read), sum(n_new),
             sum(n_updated), sum(n_rejected), min(started_at), max(started_at)
           FROM import_runs GROUP BY source ORDER BY max(started_at) DESC, source"""
    )
    return [ImportedFormat(*row) for row in rows]


def _unfinished(state: sqlite3.Connection) -> list[UnfinishedImport]:
    rows = state.execute(
        """SELECT source, started_at, n_read FROM import_runs AS run
           WHERE finished_at IS NULL AND started_at =
             (SELECT max(started_at) FROM import_runs WHERE path_hash = run.path_hash)
           ORDER BY started_at DESC, id DESC"""
    )
    return [UnfinishedImport(*row) for row in rows]
