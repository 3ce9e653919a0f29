"""What a creator's recent videos are made of: formats, sounds, hashtags, posting times."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final

from mcp_server.local.metrics import average, mean, median, share_of, whole
from mcp_server.local.metrics.parameters import ANALYZED_VIDEOS, LONG_SECONDS, SHORT_SECONDS
from mcp_server.local.metrics.schedule import (
    WEEKDAYS,
    Cell,
    Post,
    best_blocks,
    by_hour,
    by_weekday,
    cells,
    zone_of,
)
from mcp_server.local.toklytics.rows import Record

_RECENT: Final = (
    "SELECT v.id, v.plays, v.duration, v.content_type, v.posted_at, v.hashtags, v.er,"
    " v.sound_id, s.original FROM videos v LEFT JOIN sounds s ON s.id = v.sound_id"
    " WHERE v.creator_id = ? ORDER BY v.posted_at DESC, v.id LIMIT ?"
)


def recent_videos(
    data: sqlite3.Connection, creator_id: int, limit: int = ANALYZED_VIDEOS
) -> list[sqlite3.Row]:
    """Return a creator's newest videos, slim."""
    return data.execute(_RECENT, (creator_id, limit)).fetchall()


def duration_kind(seconds: int | None) -> str | None:
    """Return short (under 15 s), medium (to 60 s) or long, `None` where unknown."""
    if seconds is None:
        return None
    if seconds < SHORT_SECONDS:
        return "short"
    return "medium" if seconds <= LONG_SECONDS else "long"


def analysis(videos: Sequence[sqlite3.Row], region: str | None) -> Record:
    """Return formats and posting habits; shares are percent of the videos where known.

    Of how many something is known stands beside: seconds, whose sound it is, when it was posted.
    """
    durations = [row["duration"] for row in videos if row["duration"] is not None]
    kinds = Counter(duration_kind(seconds) for seconds in durations)
    known = [row["original"] for row in videos if row["original"] is not None]
    placed = placed_posts(videos, region)
    duration = mean(durations)
    return {
        "videos_analyzed": len(videos),
        "avg_duration": None if duration is None else round(duration, 1),
        "duration_mix": {
            kind: share_of(kinds[kind], len(durations)) for kind in ("short", "medium", "long")
        },
        "slideshow_share": share_of(
            sum(row["content_type"] == "slideshow" for row in videos), len(videos)
        ),
        "original_sound_share": share_of(sum(known), len(known)),
        "best_time": [block._asdict() for block in best_blocks(placed)],
        "timezone": zone_of(region)[0],
        "posting_days": dict(zip(WEEKDAYS, by_weekday(placed), strict=True)),
        "videos_with_duration": len(durations),
        "videos_with_sound": len(known),
        "videos_with_time": len(placed),
    }


def placed_posts(videos: Sequence[sqlite3.Row], region: str | None) -> list[Cell]:
    """Place videos with a known time in the week of a region."""
    posts = [Post(at, row["plays"]) for row in videos if (at := row["posted_at"]) is not None]
    return cells(posts, region)


def schedule(placed: Sequence[Cell], region: str | None) -> Record:
    """Return when posts are made, and when they do best."""
    return {
        "timezone": zone_of(region)[0],
        "by_weekday": by_weekday(placed),
        "by_hour": by_hour(placed),
        "best": [block._asdict() for block in best_blocks(placed)],
    }


def top_hashtags(videos: Sequence[sqlite3.Row], limit: int) -> list[Record]:
    """Return the hashtags used most, with the mean views of those videos."""
    return [
        {"name": tag, "count": len(rows), "avg_views": avg_views(rows)}
        for tag, rows in most_used(videos, lambda row: (row["hashtags"] or "").split(), limit)
    ]


def most_used(
    videos: Sequence[sqlite3.Row], keys: Callable[[sqlite3.Row], Sequence[str]], limit: int
) -> list[tuple[str, list[sqlite3.Row]]]:
    """Group videos by what they use; the most used first, ties by name."""
    groups: dict[str, list[sqlite3.Row]] = {}
    for row in videos:
        for name in keys(row):
            groups.setdefault(name, []).append(row)
    return sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))[:limit]


def avg_views(videos: Sequence[sqlite3.Row]) -> int | None:
    """Return the mean of the known views as a whole number."""
    known = [row["plays"] for row in videos if row["plays"] is not None]
    return average(sum(known), len(known))


def formats(videos: Sequence[sqlite3.Row]) -> Record:
    """Return shares, median engagement and median views by format and by duration."""
    kinds = {
        "video": [row for row in videos if row["content_type"] != "slideshow"],
        "slideshow": [row for row in videos if row["content_type"] == "slideshow"],
    }
    lengths = {
        kind: [row for row in videos if duration_kind(row["duration"]) == kind]
        for kind in ("short", "medium", "long")
    }
    return {name: _format(rows, len(videos)) for name, rows in {**kinds, **lengths}.items()}


def _format(rows: Sequence[sqlite3.Row], total: int) -> Record:
    views = median([row["plays"] for row in rows if row["plays"] is not None])
    rate = median([row["er"] for row in rows if row["er"] is not None])
    return {
        "videos": len(rows),
        "share": share_of(len(rows), total),
        "median_engagement_rate": None if rate is None else round(rate, 2),
        "median_views": None if views is None else whole(views),
    }
