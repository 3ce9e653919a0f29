"""What creators of a niche do: a sample of recent videos that is small enough to read at once."""

import sqlite3
from collections.abc import Sequence

from mcp_server.local.metrics.parameters import NICHE_CREATORS, NICHE_VIDEOS_EACH
from mcp_server.local.metrics.schedule import best_blocks
from mcp_server.local.toklytics import content
from mcp_server.local.toklytics.rows import Record


def recent_by_creator(
    data: sqlite3.Connection, creators: Sequence[tuple[int, str | None]]
) -> list[tuple[str | None, list[sqlite3.Row]]]:
    """Return for each creator, given by id and region, the region and the newest videos."""
    return [
        (region, content.recent_videos(data, creator_id, NICHE_VIDEOS_EACH))
        for creator_id, region in creators[:NICHE_CREATORS]
    ]


def best_times(sample: Sequence[tuple[str | None, list[sqlite3.Row]]]) -> list[Record]:
    """Return the best blocks of the week over a sample, in each creator's own time zone."""
    placed = [cell for region, videos in sample for cell in content.placed_posts(videos, region)]
    return [block._asdict() for block in best_blocks(placed)]


def niche_schedule(data: sqlite3.Connection, niche: str) -> list[Record]:
    """Return the best times of a niche's most followed creators."""
    creators = data.execute(
        "SELECT id, region FROM creators WHERE niche = ? ORDER BY followers DESC, id LIMIT ?",
        (niche, NICHE_CREATORS),
    ).fetchall()
    return best_times(recent_by_creator(data, [(row[0], row[1]) for row in creators]))
