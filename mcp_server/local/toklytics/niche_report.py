"""`/analytics/niche-report`: benchmarks of a niche."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.database import json_list
from mcp_server.local.metrics import (
    growth,
    is_generic,
    median,
    share_of,
    spread,
    tier_of,
    whole,
)
from mcp_server.local.metrics.parameters import (
    NICHE_CREATORS,
    NICHE_MIN_FOLLOWERS,
    NICHE_TAG_CREATORS,
    PEERS_NEEDED,
    TIERS,
)
from mcp_server.local.toklytics import content, niche_sample
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.niche import Column, Members, known, members, runs
from mcp_server.local.toklytics.rows import Record, creator, creators_by_id
from mcp_server.local.toklytics.wire import Answer, ApiError, invalid, iso

_SHOWN_CREATORS: Final = 10
_SHOWN_TAGS: Final = 20
_COLUMNS: Final = ("er", "score", "viral_ratio", "ppw", "avg_views", "median_views")
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
    found = members(call.data, niche, _COLUMNS, conditions, {"least": least, "most": most})
    if not (n := len(found.ids)):
        raise ApiError(404, "NICHE_NOT_FOUND", "No tracked creator of this niche and size.")
    first = creators_by_id(call.data, found.ids[:NICHE_CREATORS])
    sample = niche_sample.recent_by_creator(call.data, [(r["id"], r["region"]) for r in first])
    videos = [video for _, newest in sample for video in newest]
    metrics, known_of = _metrics(found)
    data: Record = {
        "niche": niche,
        "match_basis": found.match_basis,
        "creators": n,
        "low_sample": known_of < PEERS_NEEDED,
        "sample": {"videos": len(videos), "creators": len(sample)},
        "filters": {"min_followers": least, "max_followers": most},
        "metrics": metrics,
        "tiers": _tiers(found),
        "top_creators": [creator(row) for row in first[:_SHOWN_CREATORS]],
        "trending_hashtags": _hashtags(call.data, found.ids[:NICHE_TAG_CREATORS]),
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
        "basis": (
            f"{n} creators, each one's engagement_rate weighted by views; best_times in each one's"
            " own time zone"
        ),
        "low_sample": known_of < PEERS_NEEDED,
    }
    return Answer(data, meta=meta)


def _metrics(found: Members) -> tuple[Record, int]:
    """Return the distributions, and of how few creators the least known figure is known."""
    result: Record = {}
    fewest = len(found.ids)
    for name, column in _METRICS.items():
        values = known(found.followers if column == "followers" else found.columns[column])
        result[name] = {**spread(values), "n": len(values)}
        fewest = min(fewest, len(values))
    return result, fewest


def _tiers(found: Members) -> list[Record]:
    result: list[Record] = []
    edges = dict(TIERS)
    for start, stop in runs(found.followers, edges.values()):
        if (tier := tier_of(found.followers[start])) is None:
            continue
        result.append(
            {
                "tier": tier,
                "from_followers": edges[tier],
                "creators": stop - start,
                "share": share_of(stop - start, len(found.ids)),
                "median_engagement_rate": _median(found.columns["er"][start:stop], 2),
                "median_views": _median(found.columns["median_views"][start:stop], None),
            }
        )
    return result


def _median(column: Column, digits: int | None) -> float | None:
    value = median(known(column))
    if value is None:
        return None
    return whole(value) if digits is None else round(value, digits)


def _hashtags(data: sqlite3.Connection, creators: Sequence[int]) -> list[Record]:
    """Return the hashtags that most of these creators use, with their growth."""
    found = data.execute(
        "SELECT h.name, h.n7, h.n7_prev, count(*) AS creators, sum(t.n) AS uses"
        " FROM creator_tags t JOIN hashtags h ON h.id = t.hashtag_id"
        " WHERE t.creator_id IN (SELECT value FROM json_each(?))"
        " GROUP BY t.hashtag_id ORDER BY count(*) DESC, sum(t.n) DESC, h.id LIMIT 100",
        (json_list(creators),),
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
