"""Counts everything derived from scratch: for a world that was loaded in bulk or migrated.

An import never needs it: it changes the same counts by what it adds.
"""

import sqlite3
from typing import Final

from mcp_server.local.windows import as_of, uses, weeks_until

_TAGGED: Final = (
    "SELECT count(*), count(*) FILTER (WHERE plays >= 0), sum(plays) FILTER (WHERE plays >= 0),"
    " hashtag_id FROM video_hashtags GROUP BY hashtag_id"
)
_SOUNDED: Final = (
    "SELECT count(*), count(plays), sum(plays), max(posted_at), sound_id"
    " FROM videos INDEXED BY videos_sound WHERE sound_id IS NOT NULL GROUP BY sound_id"
)
_COUNTS: Final = "video_count = ?, viewed_count = ?, view_count = ?"
_NONE: Final = "video_count = 0, viewed_count = 0, view_count = NULL, n7 = 0, n7_prev = 0"


def recount(data: sqlite3.Connection) -> None:
    """Count hashtags, sounds, weeks and totals anew; inside the caller's transaction.

    Peers are counted with the figures that make them peers, see `creator_metrics`.
    """
    recount_uses(data)
    recount_weeks(data)
    recount_totals(data)


def recount_uses(data: sqlite3.Connection) -> None:
    """Count the videos and views of every hashtag and sound."""
    data.execute(f"UPDATE hashtags SET {_NONE}")  # noqa: S608 (our own columns, here and below)
    data.execute(f"UPDATE sounds SET {_NONE}, last_used = NULL")  # noqa: S608
    data.executemany(
        f"UPDATE hashtags SET {_COUNTS} WHERE id = ?",  # noqa: S608
        data.execute(_TAGGED),
    )
    data.executemany(
        f"UPDATE sounds SET {_COUNTS}, last_used = ? WHERE id = ?",  # noqa: S608
        data.execute(_SOUNDED),
    )


def recount_weeks(data: sqlite3.Connection) -> None:
    """Count the uses within the two weeks before the newest observation."""
    weeks = weeks_until(as_of(data) or 0)
    for column, times in (("n7", weeks[1:]), ("n7_prev", weeks[:2])):
        tags, sounds = uses(data, *times)
        data.executemany(
            f"UPDATE hashtags SET {column} = ? WHERE name = ?",  # noqa: S608
            [(n, name) for name, n in tags.items()],
        )
        data.executemany(
            f"UPDATE sounds SET {column} = ? WHERE id = ?",  # noqa: S608
            [(n, sound_id) for sound_id, n in sounds.items()],
        )
    data.execute("UPDATE totals SET week_before = ?, week_start = ?, week_end = ?", weeks)


def recount_totals(data: sqlite3.Connection) -> None:
    """Count all creators, videos, hashtags and sounds."""
    data.execute(
        "UPDATE totals SET creators = (SELECT count(*) FROM creators),"
        " videos = (SELECT count(*) FROM videos), viewed = (SELECT count(plays) FROM videos),"
        " total_views = (SELECT coalesce(sum(plays), 0) FROM videos),"
        " hashtags = (SELECT count(*) FROM hashtags WHERE video_count > 0),"
        " sounds = (SELECT count(*) FROM sounds)"
    )


def count_rates(data: sqlite3.Connection) -> None:
    """Count the engagement rates of the peers of every band."""
    data.execute("DELETE FROM peer_rates")
    data.execute(
        "INSERT INTO peer_rates (band, rate, n)"
        " SELECT peer_band, CAST(round(100 * er) AS INTEGER), count(*) FROM creators"
        " WHERE peer_band IS NOT NULL GROUP BY 1, 2"
    )
