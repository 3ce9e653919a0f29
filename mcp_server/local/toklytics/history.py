"""Former observations of videos: the history of one, the present speed of many."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from mcp_server.local.database import json_list
from mcp_server.local.metrics import lifetime_velocity, velocity_between
from mcp_server.local.metrics.parameters import VELOCITY_LEAST_HOURS
from mcp_server.local.toklytics.rows import Record
from mcp_server.local.toklytics.wire import iso

_COUNTS = ("plays", "likes", "comments", "shares", "saves")
BETWEEN: Final = "between_crawls"
LIFETIME: Final = "lifetime"
_LEAST_SECONDS: Final = int(VELOCITY_LEAST_HOURS * 3600)


def history(state: sqlite3.Connection, row: sqlite3.Row) -> list[Record]:
    """Return all observations of a video, the oldest first, the stored row among them."""
    stored = state.execute(
        "SELECT * FROM video_snapshots WHERE video_id = ? ORDER BY scraped_at", (row["video_id"],)
    ).fetchall()
    found = {snapshot["scraped_at"]: snapshot for snapshot in stored}
    if row["scraped_at"] is not None:
        found[row["scraped_at"]] = row
    return [
        {"scraped_at": iso(at), **{name: found[at][name] for name in _COUNTS}}
        for at in sorted(found)
    ]


def velocities(
    state: sqlite3.Connection, rows: Sequence[sqlite3.Row]
) -> dict[str, tuple[float | None, str]]:
    """Return plays per hour by video id, and whether it is between two crawls or a lifetime's.

    The earlier crawl is the last one that is at least an hour older.
    """
    ids = json_list([row["video_id"] for row in rows])
    seen: dict[str, dict[int, int]] = {}
    snapshots: Iterable[sqlite3.Row] = state.execute(
        "SELECT video_id, scraped_at, plays FROM video_snapshots"
        " WHERE video_id IN (SELECT value FROM json_each(?)) AND plays IS NOT NULL",
        (ids,),
    )
    for video_id, at, plays in snapshots:
        seen.setdefault(video_id, {})[at] = plays
    result: dict[str, tuple[float | None, str]] = {}
    for row in rows:
        times = seen.get(row["video_id"], {})
        if row["scraped_at"] is not None and row["plays"] is not None:
            times[row["scraped_at"]] = row["plays"]
        result[row["video_id"]] = _velocity(row, times)
    return result


def _velocity(row: sqlite3.Row, times: dict[int, int]) -> tuple[float | None, str]:
    last = max(times, default=0)
    before = max((at for at in times if last - at >= _LEAST_SECONDS), default=None)
    if before is not None:
        return velocity_between(times[last], last, times[before], before), BETWEEN
    speed = lifetime_velocity(row["plays"], row["posted_at"], row["scraped_at"])
    return speed, LIFETIME
