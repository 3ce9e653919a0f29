"""`/creators/{username}/top-content`: what worked best for one creator."""

import sqlite3
from typing import Final

from mcp_server.local.metrics import counted, is_small
from mcp_server.local.metrics.parameters import ACTIVE_DAYS, SEEN_ENOUGH
from mcp_server.local.toklytics import content
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.niche_sample import niche_schedule
from mcp_server.local.toklytics.rows import (
    Record,
    known_creator,
    rests_on_few,
    video,
    videos_by_id,
)
from mcp_server.local.toklytics.wire import Answer, iso

_SHOWN: Final = 10
_OWN: Final = "creator"
_ZONES: Final = "in each creator's own time zone"


def top_content(call: Call) -> Answer:
    """Return top videos by views and by engagement, hashtags, sounds and posting times.

    Where no source told a single video's views, the most liked stand beside the empty lists.
    """
    row = known_creator(call.data, call.path["username"])
    videos = content.recent_videos(call.data, row["id"])
    schedule = _schedule(call.data, row, videos)
    by_views = _videos(call.data, row["id"], "v.plays IS NOT NULL", "v.plays DESC", 0)
    data: Record = {
        "username": row["username"],
        "ranked_by": "views" if by_views else "likes",
        "top_by_views": by_views,
        "top_by_engagement": _videos(
            call.data,
            row["id"],
            "v.er IS NOT NULL AND v.plays >= :least",
            "v.er DESC",
            SEEN_ENOUGH * (row["median_views"] or 0),
        ),
        "top_hashtags": content.top_hashtags(videos, _SHOWN),
        "top_sounds": _sounds(call.data, videos),
        "posting_schedule": schedule,
    }
    if not by_views:
        data["top_by_likes"] = _videos(
            call.data, row["id"], "v.likes IS NOT NULL", "+v.likes DESC", 0
        )
    meta = {
        "as_of": iso(row["scraped_at"]),
        "basis": _basis(row, len(videos), viewed=bool(by_views)) + _best(schedule),
        "low_sample": rests_on_few(row) if by_views else is_small(row["n_tracked"]),
    }
    return Answer(data, meta=meta)


def _basis(row: sqlite3.Row, newest: int, *, viewed: bool) -> str:
    if not viewed:
        return f"likes of {row['n_tracked']} tracked videos: their views are unknown"
    return (
        f"{counted(row['n_tracked'], row['n_viewed'], row['n_rated'])}; hashtags, sounds, times of"
        f" {newest} newest; posts_per_week over up to {ACTIVE_DAYS} days"
    )


def _videos(
    data: sqlite3.Connection, creator_id: int, condition: str, order: str, least: float
) -> list[Record]:
    ids = data.execute(
        f"SELECT v.id FROM videos v WHERE v.creator_id = :creator AND {condition}"  # noqa: S608
        f" ORDER BY {order}, v.id LIMIT {_SHOWN}",
        {"creator": creator_id, "least": least},
    ).fetchall()
    return [video(row) for row in videos_by_id(data, [int(i[0]) for i in ids])]


def _sounds(data: sqlite3.Connection, videos: list[sqlite3.Row]) -> list[Record]:
    used = content.most_used(
        videos, lambda row: [] if row["sound_id"] is None else [str(row["sound_id"])], _SHOWN
    )
    result: list[Record] = []
    for sound_id, rows in used:
        sound = data.execute("SELECT * FROM sounds WHERE id = ?", (int(sound_id),)).fetchone()
        result.append(
            {
                "music_id": sound["music_id"],
                "title": sound["title"],
                "author": sound["author"],
                "count": len(rows),
                "avg_views": content.avg_views(rows),
            }
        )
    return result


def _schedule(data: sqlite3.Connection, row: sqlite3.Row, videos: list[sqlite3.Row]) -> Record:
    """Return the creator's own best times, where there are none those of the niche, or none."""
    own = content.schedule(content.placed_posts(videos, row["region"]), row["region"])
    basis = _OWN if own["best"] else None
    if basis is None and row["niche"] and (best := niche_schedule(data, row["niche"])):
        own["best"], basis = best, f"niche {row['niche']}, {_ZONES}"
    return {**own, "best_basis": basis, "posts_per_week": row["ppw"]}


def _best(schedule: Record) -> str:
    """Return in words that the best times are not the creator's own."""
    basis = schedule["best_basis"]
    if basis is None:
        return "; no best times found"
    return "" if basis == _OWN else f"; best times of the {basis}"
