"""`/analytics/niche-report`: benchmarks of a niche."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.database import json_list
from mcp_server.local.metrics import growth, is_generic, median, share_of, spread, tier_of
from mcp_server.local.metrics.parameters import (
    NICHE_MIN_FOLLOWERS,
    NICHE_TAG_CREATORS,
    PEERS_NEEDED,
    TIERS,
)
from mcp_server.local.toklytics import content, niche_sample
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.niche import match_basis, members
from mcp_server.local.toklytics.rows import Record, creator, creators_by_id
from mcp_server.local.toklytics.wire import Answer, ApiError, invalid, iso

_SHOWN_TAGS: Final = 20
_COLUMNS: Final = (
    "c.id",
    "c.region",
    "c.followers",
    "c.er",
    "c.score",
    "c.viral_ratio",
    "c.ppw",
    "c.avg_views",
    "c.median_views",
)
_METRICS: Final = {
    "engagement_rate": "er",
    "followers": "followers",
    "creator_score": "score",
    "viral_ratio": "viral_ratio",
    "posts_per_week": "ppw",
    "avg_views": "avg_views",
}


def niche_report(call: Call) -> Answer:
    """Return distributions, tiers, top creators, hashtags, formats and best times of a niche."""
    niche = call.required("niche")
    least = call.whole("min_followers")
    least = NICHE_MIN_FOLLOWERS if least is None else least
    most = call.whole("max_followers")
    if most is not None and most < least:
        raise invalid("max_followers", f"at least min_followers ({least})")
    # From 0 on, creators count too whose followers no source has told.
    limits = {"c.followers >= :least": least or None, "c.followers <= :most": most}
    conditions = [test for test, value in limits.items() if value is not None]
    rows = members(call.data, niche, _COLUMNS, conditions, {"least": least, "most": most})
    if not rows:
        raise ApiError(404, "NICHE_NOT_FOUND", "No tracked creator of this niche and size.")
    sample = niche_sample.recent_by_creator(call.data, [(r["id"], r["region"]) for r in rows])
    videos = [video for _, newest in sample for video in newest]
    data: Record = {
        "niche": niche,
        "match_basis": match_basis(rows),
        "creators": len(rows),
        "low_sample": len(rows) < PEERS_NEEDED,
        "sample": {"videos": len(videos), "creators": len(sample)},
        "filters": {"min_followers": least, "max_followers": most},
        "metrics": _metrics(rows),
        "tiers": _tiers(rows),
        "top_creators": _top(call.data, rows),
        "trending_hashtags": _hashtags(call.data, rows),
        "formats": content.formats(videos),
        "best_times": niche_sample.best_times(sample),
    }
    data["basis"] = {
        "top_creators": "the most followed",
        "trending_hashtags": (
            f"the {NICHE_TAG_CREATORS} most followed creators, generic tags left out"
        ),
        "formats": f"{len(videos)} newest videos of the {len(sample)} most followed creators",
        "best_times": "the same videos, each in its creator's own time zone",
    }
    meta = {
        "as_of": iso(as_of(call.data)),
        "basis": f"{len(rows)} creators, each one's engagement_rate weighted by views",
        "low_sample": len(rows) < PEERS_NEEDED,
    }
    return Answer(data, meta=meta)


def _metrics(rows: Sequence[sqlite3.Row]) -> Record:
    result: Record = {}
    for name, column in _METRICS.items():
        values = [row[column] for row in rows if row[column] is not None]
        result[name] = {**spread(values), "n": len(values)}
    return result


def _tiers(rows: Sequence[sqlite3.Row]) -> list[Record]:
    result: list[Record] = []
    groups: dict[str | None, list[sqlite3.Row]] = {}
    for row in rows:
        groups.setdefault(tier_of(row["followers"]), []).append(row)
    for tier, least in TIERS:
        if not (group := groups.get(tier)):
            continue
        rate = median([row["er"] for row in group if row["er"] is not None])
        views = median([row["median_views"] for row in group if row["median_views"] is not None])
        result.append(
            {
                "tier": tier,
                "from_followers": least,
                "creators": len(group),
                "share": share_of(len(group), len(rows)),
                "median_engagement_rate": None if rate is None else round(rate, 2),
                "median_views": None if views is None else round(views),
            }
        )
    return result


def _top(data: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Record]:
    ids = [int(row["id"]) for row in rows[:10]]
    return [creator(row) for row in creators_by_id(data, ids)]


def _hashtags(data: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[Record]:
    """Return the hashtags that most creators of the niche use, with their growth."""
    ids = json_list([int(row["id"]) for row in rows[:NICHE_TAG_CREATORS]])
    found = data.execute(
        "SELECT h.name, h.n7, h.n7_prev, count(*) AS creators, sum(t.n) AS uses"
        " FROM creator_tags t JOIN hashtags h ON h.id = t.hashtag_id"
        " WHERE t.creator_id IN (SELECT value FROM json_each(?))"
        " GROUP BY t.hashtag_id ORDER BY count(*) DESC, sum(t.n) DESC, h.id LIMIT 100",
        (ids,),
    ).fetchall()
    listed: list[Record] = [
        {
            "name": row["name"],
            "creators": row["creators"],
            "uses": row["uses"],
            "recent_count": row["n7"],
            "growth": growth(row["n7"], row["n7_prev"]),
        }
        for row in found
        if not is_generic(row["name"])
    ]
    return listed[:_SHOWN_TAGS]
