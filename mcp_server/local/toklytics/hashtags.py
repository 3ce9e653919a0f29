"""`/hashtags/…`: search, one hashtag, and what grows."""

import sqlite3
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.metrics import average, growth, is_small
from mcp_server.local.metrics.parameters import TRENDING_DAYS
from mcp_server.local.text import normalise_tag
from mcp_server.local.toklytics import top_uses
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import NOTHING, count, page_of
from mcp_server.local.toklytics.rows import Record, in_order, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import Answer, ApiError, Found, Page, iso, listed

_ORDERS: Final = ("video_count", "view_count")
_COUNTS: Final = "tracked videos of this store, not TikTok's own figures"
_BASIS: Final = (
    "counts are tracked videos; avg_engagement_rate weighted by views over those of the"
    f" {top_uses.RATED} most viewed that have a rate"
)
_RECENT: Final = (
    f"tracked videos posted in the {TRENDING_DAYS} days before as_of; growth against the"
    f" {TRENDING_DAYS} before them, 1 is level"
)
_SELECT: Final = "SELECT * FROM hashtags WHERE id IN (SELECT value FROM json_each(?))"


def search_hashtags(call: Call) -> Answer:
    """Find hashtags that contain a word, those that begin with it first."""
    page = call.page()
    column = call.choice("sort", _ORDERS, "video_count") or "video_count"
    text = call.text("q")
    name = normalise_tag(text) if text else None
    if name is None:
        found = _all(call.data, column, page)
    else:
        found = _containing(call.data, name, column, page) if name else NOTHING
    rows = _rows(call.data, list(found.ids))
    data: list[Record] = []
    few = False
    for row in rows:
        top = top_uses.most_viewed(call.data, top_uses.TAGGED, row["id"], top_uses.RATED)
        rated = top_uses.sums(top)
        few = few or is_small(row["video_count"], rated.videos)
        data.append({**_counts(row), "avg_engagement_rate": rated.rate})
    return listed(data, found, page, _meta(call.data, _BASIS, few=few))


def _meta(data: sqlite3.Connection, basis: str, *, few: bool) -> Record:
    return {"counts": _COUNTS, "as_of": iso(as_of(data)), "basis": basis, "low_sample": few}


def _all(data: sqlite3.Connection, column: str, page: Page) -> Found:
    rows = "FROM hashtags WHERE video_count > 0"
    return page_of(
        data, f"SELECT id {rows} ORDER BY {column} DESC, id", {}, page, count(data, rows, {})
    )


def _containing(data: sqlite3.Connection, name: str, column: str, page: Page) -> Found:
    """One look at every name finds the page and the total; there are far fewer than videos."""
    rows = data.execute(
        "SELECT id FROM hashtags WHERE instr(name, :name) AND video_count > 0"  # noqa: S608
        f" ORDER BY name = :name DESC, instr(name, :name) = 1 DESC, {column} DESC, id",
        {"name": name},
    ).fetchall()
    ids = [int(row[0]) for row in rows[page.offset : page.offset + page.limit]]
    return Found(ids, len(rows), capped=False, has_more=len(rows) > page.offset + page.limit)


def _rows(data: sqlite3.Connection, ids: list[int]) -> list[sqlite3.Row]:
    return in_order(data.execute(_SELECT, (str(ids),)), ids)


def _counts(row: sqlite3.Row) -> Record:
    return {
        "name": row["name"],
        "video_count": row["video_count"],
        "view_count": row["view_count"],
        "recent_count": row["n7"],
    }


def hashtag_detail(call: Call) -> Answer:
    """Return a hashtag with its most viewed videos, their creators and related hashtags."""
    row = call.data.execute(
        "SELECT * FROM hashtags WHERE name = ? AND video_count > 0",
        (normalise_tag(call.path["tag"]),),
    ).fetchone()
    if row is None:
        raise ApiError(404, "HASHTAG_NOT_FOUND", "No tracked video uses this hashtag.")
    sample = top_uses.most_viewed(call.data, top_uses.TAGGED, row["id"])
    rated = top_uses.sums(sample[: top_uses.RATED])
    shown = videos_by_id(call.data, [int(v["id"]) for v in sample[:20]])
    known = row["viewed_count"]
    data = {
        **_counts(row),
        "description": row["description"],
        "avg_views": average(row["view_count"] or 0, known),
        "avg_engagement_rate": rated.rate,
        "growth_7d": growth(row["n7"], row["n7_prev"]),
        "reported_views": row["reported_views"],
        "reported_videos": row["reported_videos"],
        "top_videos": [video_of_creator(v) for v in shown],
        "top_creators": top_uses.top_creators(call.data, sample, 10),
        "related_hashtags": top_uses.related_tags(sample, row["name"], 10),
    }
    basis = (
        f"{row['video_count']} tracked videos; avg_engagement_rate weighted by views over"
        f" {rated.videos} of the {min(len(sample), top_uses.RATED)} most viewed, top and related"
        f" over {len(sample)};"
        f" growth_7d: {TRENDING_DAYS} days before as_of against the {TRENDING_DAYS} before them"
    )
    few = is_small(row["video_count"], rated.videos)
    return Answer(data, meta=_meta(call.data, basis, few=few))


def trending_hashtags(call: Call) -> Answer:
    """Return the hashtags used most in the last 7 days of the store."""
    rows = call.data.execute(
        "SELECT * FROM hashtags WHERE n7 > 0 ORDER BY n7 DESC, id LIMIT ?", (call.limit(),)
    ).fetchall()
    data = [
        {"rank": rank, **_counts(row), "growth": growth(row["n7"], row["n7_prev"])}
        for rank, row in enumerate(rows, start=1)
    ]
    few = any(is_small(row["n7"] + row["n7_prev"]) for row in rows)
    return Answer(data, meta={"period": "7d", **_meta(call.data, _RECENT, few=few)})
