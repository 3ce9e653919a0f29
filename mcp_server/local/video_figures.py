"""What the formulas say about one video from its counts alone: the columns `er` and `heat`."""

import sqlite3
from typing import Final, NamedTuple

from mcp_server.local.metrics import Counts, engagement_rate, heat

_VIDEOS: Final = (
    "SELECT id, er, heat, plays, likes, comments, shares, saves FROM videos"
    " WHERE creator_id IN (SELECT value FROM json_each(?))"
)
_UPDATE: Final = "UPDATE videos SET er = ?, heat = ? WHERE id = ?"


class VideoFigures(NamedTuple):
    """The computed columns of `videos`."""

    er: float | None
    heat: float | None


def figures_of(counts: Counts) -> VideoFigures:
    """Return the figures of a video with these counts."""
    rate = engagement_rate(counts)
    return VideoFigures(rate, heat(counts.plays, rate))


def compute_again(data: sqlite3.Connection, creators: str) -> None:
    """Compute the videos of some creators by today's formulas; inside the caller's transaction.

    Only rows that then differ are written: most formulas change few of them, and indexes hold
    the heat.
    """
    changed: list[tuple[float | None, float | None, int]] = []
    for row_id, er, hot, *counts in data.execute(_VIDEOS, (creators,)):
        found = figures_of(Counts(*counts))
        if found != (er, hot):
            changed.append((found.er, found.heat, row_id))
    data.executemany(_UPDATE, changed)
