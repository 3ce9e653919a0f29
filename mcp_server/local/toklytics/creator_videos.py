"""`/creators/{username}/videos`: the videos of one creator."""

import sqlite3
from typing import Final

from mcp_server.local.metrics import is_small, viral_line
from mcp_server.local.text import normalise_tag
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.lists import count, page_of
from mcp_server.local.toklytics.rows import (
    Record,
    known_creator,
    observed,
    sample,
    video,
    videos_by_id,
    viewed,
)
from mcp_server.local.toklytics.wire import Answer, listed

_ORDERS: Final = {
    "plays": "v.plays DESC, v.id",
    "likes": "v.likes DESC, v.id",
    "comments": "v.comments DESC, v.id",
    "shares": "v.shares DESC, v.id",
    "recent": "v.posted_at DESC, v.id",
}


def creator_videos(call: Call) -> Answer:
    """List a creator's videos, the newest first by default, each against their average."""
    page = call.page()
    order = _ORDERS[call.choice("sort", tuple(_ORDERS), "recent") or "recent"]
    least = call.whole("min_views")
    tag = call.text("hashtag")
    owner = known_creator(call.data, call.path["username"])
    conditions = ["v.creator_id = :creator"]
    if least is not None:
        conditions.append("v.plays >= :least")
    if tag is not None:
        conditions.append("instr(' ' || v.hashtags || ' ', :tag) > 0")
    params = {
        "creator": owner["id"],
        "least": least,
        "tag": f" {normalise_tag(tag)} " if tag else None,
    }
    matching = f"FROM videos v WHERE {' AND '.join(conditions)}"
    total = count(call.data, matching, params)
    found = page_of(call.data, f"SELECT v.id {matching} ORDER BY {order}", params, page, total)
    rows = videos_by_id(call.data, found.ids)
    videos = [{**video(row), **against_creator(row)} for row in rows]
    meta = {
        "as_of": observed(rows),
        "basis": (
            "engagement_rate in percent of each video's plays; vs_average and is_viral against"
            f" {viewed(owner)}"
        ),
        "low_sample": is_small(owner["n_tracked"], owner["n_viewed"]),
    }
    return listed(videos, found, page, meta)


def against_creator(row: sqlite3.Row) -> Record:
    """Return how a video did against its creator's others."""
    plays, average = row["plays"], row["avg_views"]
    line = viral_line(row["median_views"], sample(row, "n_viewed"), row["followers"])
    return {
        "is_viral": None if plays is None else plays >= line,
        "vs_average": None if plays is None or not average else round(plays / average, 2),
    }
