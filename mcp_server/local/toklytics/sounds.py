"""`/sounds/…`: search, one sound, and what is used most lately."""

import sqlite3
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.metrics import growth
from mcp_server.local.metrics.parameters import MIN_VIDEOS, TRENDING_DAYS
from mcp_server.local.text import match_expression
from mcp_server.local.toklytics import top_uses
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, count, page_of
from mcp_server.local.toklytics.rows import in_order, sound, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import Answer, ApiError, Found, Page, iso, listed

_ORDERS: Final = {"user_count": "s.video_count DESC, s.id", "recent": "s.last_used DESC, s.id"}
_SELECT: Final = "SELECT * FROM sounds WHERE id IN (SELECT value FROM json_each(?))"
_COUNTS: Final = "tracked videos of this store, not TikTok's own figures"
_META: Final = {"counts": _COUNTS, "basis": "user_count and view_count of tracked videos"}

_RECENT: Final = (
    f"tracked videos posted in the {TRENDING_DAYS} days before as_of; growth against the"
    f" {TRENDING_DAYS} before them, 1 is level"
)


def search_sounds(call: Call) -> Answer:
    """Find sounds by title or author, the most used first by default."""
    page = call.page()
    meta = {**_META, "as_of": iso(as_of(call.data))}
    order = _ORDERS[call.choice("sort", tuple(_ORDERS), "user_count") or "user_count"]
    text = call.text("q")
    match = match_expression(text, prefix_last=True) if text else None
    if text and match is None:
        return listed([], NOTHING, page, meta)
    found = _found(call.data, match, order, page)
    stored = in_order(call.data.execute(_SELECT, (str(list(found.ids)),)), found.ids)
    return listed([sound(row) for row in stored], found, page, meta)


def _found(data: sqlite3.Connection, match: str | None, order: str, page: Page) -> Found:
    params = {"match": match}
    matching = "FROM sounds_fts WHERE sounds_fts MATCH :match"
    total = count(data, matching if match else "FROM sounds", params)
    fits = f"+s.id IN (SELECT rowid {matching})" if match else "1"
    query = f"SELECT s.id FROM sounds s WHERE {fits} ORDER BY {order}"  # noqa: S608 (our own)
    return page_of(data, query, params, page, total)


def sound_detail(call: Call) -> Answer:
    """Return a sound with its most viewed videos and their creators."""
    row = call.data.execute(
        "SELECT * FROM sounds WHERE music_id = ?", (call.path["musicId"].strip(),)
    ).fetchone()
    if row is None:
        raise ApiError(404, "SOUND_NOT_FOUND", "No tracked video uses a sound with this id.")
    sample = top_uses.most_viewed(call.data, top_uses.SOUNDED, row["id"])
    shown = videos_by_id(call.data, [int(v["id"]) for v in sample[:20]])
    data = {
        **sound(row),
        "recent_count": row["n7"],
        "growth_7d": growth(row["n7"], row["n7_prev"]),
        "reported_uses": row["reported_uses"],
        "top_videos": [video_of_creator(v) for v in shown],
        "top_creators": top_uses.top_creators(call.data, sample, 10),
    }
    meta = {
        "counts": _COUNTS,
        "basis": (
            f"{row['video_count']} tracked videos; top over the {len(sample)} most viewed;"
            f" growth_7d: {TRENDING_DAYS} days before as_of against the {TRENDING_DAYS} before"
        ),
        "low_sample": row["video_count"] < MIN_VIDEOS,
        "as_of": iso(as_of(call.data)),
    }
    return Answer(data, meta=meta)


def trending_sounds(call: Call) -> Answer:
    """Return the sounds used most in the last 7 days of the store."""
    rows = call.data.execute(
        "SELECT * FROM sounds WHERE n7 > 0 ORDER BY n7 DESC, id LIMIT ?", (call.limit(),)
    ).fetchall()
    data = [
        {
            "rank": rank,
            **sound(row),
            "recent_count": row["n7"],
            "growth": growth(row["n7"], row["n7_prev"]),
        }
        for rank, row in enumerate(rows, start=1)
    ]
    meta = {
        "counts": _COUNTS,
        "period": "7d",
        "as_of": iso(as_of(call.data)),
        "basis": _RECENT,
        "low_sample": any(row["n7"] + row["n7_prev"] < MIN_VIDEOS for row in rows),
    }
    return Answer(data, meta=meta)
