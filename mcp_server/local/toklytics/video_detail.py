"""`/videos/{videoId}`: everything known of one video."""

import sqlite3

from mcp_server.local.metrics import is_small, lifetime_velocity, rank, share_of
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.creator_videos import against_creator
from mcp_server.local.toklytics.history import history
from mcp_server.local.toklytics.rows import (
    Record,
    creator_brief,
    truth,
    video,
    videos_by_id,
    viewed,
)
from mcp_server.local.toklytics.wire import Answer, ApiError, iso


def video_detail(call: Call) -> Answer:
    """Return a video with sound, creator, history and how it did against the creator's others."""
    known = call.data.execute(
        "SELECT id FROM videos WHERE video_id = ?", (call.path["videoId"].strip(),)
    ).fetchone()
    if known is None:
        raise ApiError(404, "VIDEO_NOT_FOUND", "No tracked video has this id.")
    row = videos_by_id(call.data, [known["id"]])[0]
    age = None if row["posted_at"] is None else _hours(row["posted_at"], row["scraped_at"])
    data = {
        **video(row),
        "thumbnail_url": row["thumbnail_url"],
        "creator": creator_brief(row),
        "music": _music(call.data, row["sound_id"]),
        **against_creator(row),
        "percentile_in_creator": _percentile(call.data, row),
        "age_hours": age,
        "views_per_hour": lifetime_velocity(row["plays"], row["posted_at"], row["scraped_at"]),
        "ratios": {
            name: share_of(row[column], row["plays"])
            for name, column in (
                ("like", "likes"),
                ("comment", "comments"),
                ("share", "shares"),
                ("save", "saves"),
            )
        },
        "saves_missing": row["saves"] is None,
        "history": history(call.state, row),
        "last_updated": iso(row["scraped_at"]),
    }
    meta = {
        "as_of": iso(row["scraped_at"]),
        "basis": (
            "rates and ratios in percent of this video's plays; vs_average, is_viral and percentile"
            f" against the creator's {viewed(row)}"
        ),
        "low_sample": is_small(row["n_tracked"], row["n_viewed"]),
    }
    return Answer(data, meta=meta)


def _hours(posted_at: int, seen_at: int | None) -> float | None:
    return None if seen_at is None else round((seen_at - posted_at) / 3600, 1)


def _music(data: sqlite3.Connection, sound_id: int | None) -> Record | None:
    if sound_id is None:
        return None
    row = data.execute("SELECT * FROM sounds WHERE id = ?", (sound_id,)).fetchone()
    return {
        "music_id": row["music_id"],
        "title": row["title"],
        "author": row["author"],
        "original": truth(row["original"]),
        "duration": row["duration"],
    }


def _percentile(data: sqlite3.Connection, row: sqlite3.Row) -> float | None:
    """Return the percentage of the creator's videos with fewer views, equal ones half."""
    if row["plays"] is None:
        return None
    below, equal, known = data.execute(
        "SELECT count(*) FILTER (WHERE plays < :plays), count(*) FILTER (WHERE plays = :plays),"
        " count(*) FROM videos WHERE creator_id = :creator AND plays IS NOT NULL",
        {"plays": row["plays"], "creator": row["creator_id"]},
    ).fetchone()
    return rank(below, equal, known)
