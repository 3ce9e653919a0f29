"""What a world holds: how much, from where, how old, and whose."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from mcp_server.local.config import LocalConfig
from mcp_server.local.database import open_database


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """One of the user's accounts; times in Unix seconds."""

    account_id: str
    username: str
    snapshots: int
    last_snapshot_at: int | None


@dataclass(frozen=True, slots=True)
class ImportRun:
    """One file that was read; without `finished_at` it was interrupted."""

    source: str
    started_at: int
    finished_at: int | None
    read: int
    new: int
    updated: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Inventory:
    """The contents of a world; times in Unix seconds, `None` where nothing is known."""

    folder: Path
    creators: int
    videos: int
    hashtags: int
    sounds: int
    oldest_post_at: int | None
    newest_post_at: int | None
    oldest_observation_at: int | None
    newest_observation_at: int | None
    sources: dict[str, int]
    """Creators by where they were last seen."""
    accounts: list[OwnAccount]
    imports: list[ImportRun]
    """The newest first."""


def inventory(config: LocalConfig, *, imports: int = 10) -> Inventory | None:
    """Count what a world holds; `None` where it has no files. Looking creates nothing.

    Args:
        config: Which world.
        imports: How many of the last imports to name.

    Raises:
        LocalStoreError: The files cannot be used.
    """
    if not (config.folder / "data.db").exists():
        return None
    with (
        closing(open_database(config.folder, "data")) as data,
        closing(open_database(config.folder, "state")) as state,
    ):
        posts = _range(data, "SELECT min(posted_at), max(posted_at) FROM videos")
        seen = _range(data, "SELECT min(scraped_at), max(scraped_at) FROM creators")
        sources = data.execute(
            "SELECT coalesce(source, 'unknown'), count(*) FROM creators GROUP BY 1 ORDER BY 2 DESC"
        ).fetchall()
        return Inventory(
            folder=config.folder,
            creators=_count(data, "SELECT count(*) FROM creators"),
            videos=_count(data, "SELECT count(*) FROM videos"),
            hashtags=_count(data, "SELECT count(*) FROM hashtags"),
            sounds=_count(data, "SELECT count(*) FROM sounds"),
            oldest_post_at=posts[0],
            newest_post_at=posts[1],
            oldest_observation_at=seen[0],
            newest_observation_at=seen[1],
            sources={str(source): int(count) for source, count in sources},
            accounts=_accounts(state),
            imports=_imports(state, imports),
        )


def _count(data: sqlite3.Connection, query: str) -> int:
    return int(data.execute(query).fetchone()[0])


def _range(data: sqlite3.Connection, query: str) -> tuple[int | None, int | None]:
    least, most = data.execute(query).fetchone()
    return least, most


def _accounts(state: sqlite3.Connection) -> list[OwnAccount]:
    rows = state.execute(
        """SELECT account_id, username, count(scraped_at), max(scraped_at)
           FROM accounts LEFT JOIN account_snapshots USING (account_id)
           GROUP BY account_id ORDER BY username"""
    )
    return [OwnAccount(*row) for row in rows]


def _imports(state: sqlite3.Connection, most: int) -> list[ImportRun]:
    rows = state.execute(
        """SELECT source, started_at, finished_at, n_read, n_new, n_updated, n_rejected
           FROM import_runs ORDER BY id DESC LIMIT ?""",
        (most,),
    )
    return [ImportRun(*row) for row in rows]
