"""`/creators/{username}`: everything known of one creator."""

import sqlite3
from typing import Final

from mcp_server.local.metrics import counted, tier_of
from mcp_server.local.metrics.parameters import ACTIVE_DAYS, CPM, DAY, FOLLOWER_DAYS
from mcp_server.local.toklytics import content
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.rows import (
    Record,
    creator,
    known_creator,
    rests_on_few,
    video,
    videos_by_id,
)
from mcp_server.local.toklytics.wire import Answer, iso

_SHOWN: Final = 10
_BASIS: Final = (
    "median views x CPM of the tier x niche x region x engagement against par;"
    " an estimate of this program, not an offer"
)


def creator_detail(call: Call) -> Answer:
    """Return a creator with content analysis, price estimate and growth."""
    row = known_creator(call.data, call.path["username"])
    videos = content.recent_videos(call.data, row["id"])
    newest = videos_by_id(call.data, [v["id"] for v in videos[:_SHOWN]])
    data = {
        **creator(row),
        "tier": tier_of(row["followers"]),
        "niche": row["niche"],
        "second_niche": row["niche2"],
        "niche_confidence": row["niche_conf"],
        "low_sample": rests_on_few(row),
        "engagement_rates": {
            "weighted": row["er"],
            "mean": row["er_mean"],
            "median": row["er_median"],
        },
        "top_hashtags": content.top_hashtags(videos, _SHOWN),
        "recent_videos": [video(v) for v in newest],
        "content_analysis": content.analysis(videos, row["region"]),
        "monetization": _monetization(row),
        "follower_growth": _growth(call.state, row),
    }
    meta = {
        "as_of": iso(row["scraped_at"]),
        "basis": (
            f"{counted(row['n_tracked'], row['n_viewed'], row['n_rated'])};"
            " engagement_rate weighted by views; posts_per_week over up to"
            f" {ACTIVE_DAYS} days before as_of; content of {len(videos)} newest videos"
        ),
        "low_sample": rests_on_few(row),
    }
    return Answer(data, meta=meta)


def _monetization(row: sqlite3.Row) -> Record | None:
    tier = tier_of(row["followers"])
    if row["spon_low"] is None or tier is None:
        return None
    low, mid, high = CPM[tier]
    return {
        "low": row["spon_low"],
        "mid": row["spon_mid"],
        "high": row["spon_high"],
        "currency": "USD",
        "cpm": {"low": low, "mid": mid, "high": high},
        "basis": _BASIS,
    }


def _growth(state: sqlite3.Connection, row: sqlite3.Row) -> Record:
    """Return followers won over about 7 and 30 days, and over how many days they really were."""
    found: Record = {}
    for days in FOLLOWER_DAYS:
        found[f"d{days}"], found[f"d{days}_days"] = _gained(state, row, days) or (None, None)
    return found


def _gained(state: sqlite3.Connection, row: sqlite3.Row, days: int) -> tuple[int, float] | None:
    if row["followers"] is None or row["profile_at"] is None:
        return None
    # One as old as twice the window would tell of another time.
    before = state.execute(
        "SELECT followers, scraped_at FROM creator_snapshots"
        " WHERE username = ? AND followers IS NOT NULL"
        " AND scraped_at BETWEEN ? AND ? ORDER BY scraped_at DESC LIMIT 1",
        (row["username"], row["profile_at"] - 2 * days * DAY, row["profile_at"] - days * DAY),
    ).fetchone()
    if before is None:
        return None
    return row["followers"] - before[0], round((row["profile_at"] - before[1]) / DAY, 1)
