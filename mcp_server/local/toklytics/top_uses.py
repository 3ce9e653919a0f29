"""Who and what stands behind a hashtag or a sound, from its most viewed videos."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Final

from mcp_server.local.metrics import Counts, Rated, rated
from mcp_server.local.metrics.parameters import RATED_VIDEOS, TOP_VIDEOS
from mcp_server.local.toklytics.rows import Record, briefs_by_id, creator_brief

SAMPLE: Final = TOP_VIDEOS
"""Most viewed videos that stand for all; a hashtag may have millions."""
RATED: Final = RATED_VIDEOS
"""The same where many hashtags are rated at once."""

TAGGED: Final = (
    "SELECT v.creator_id, v.plays, v.likes, v.comments, v.shares, v.saves, v.hashtags, v.id"
    " FROM (SELECT video_id, plays FROM video_hashtags WHERE hashtag_id = ?"
    " ORDER BY plays DESC, video_id LIMIT ?) top"
    " CROSS JOIN videos v ON v.id = top.video_id"
)
SOUNDED: Final = (
    "SELECT v.creator_id, v.plays, v.id"
    " FROM videos v WHERE v.sound_id = ? ORDER BY v.plays DESC, v.id LIMIT ?"
)


def most_viewed(
    data: sqlite3.Connection, query: str, row_id: int, limit: int = SAMPLE
) -> list[sqlite3.Row]:
    """Return the most viewed videos of a hashtag or sound, the most viewed first."""
    return data.execute(query, (row_id, limit)).fetchall()


def sums(videos: Sequence[sqlite3.Row]) -> Rated:
    """Add up those videos that have an engagement rate; it is weighted by views."""
    return rated(Counts(*tuple(row)[1:6]) for row in videos)


def top_creators(
    data: sqlite3.Connection, videos: Sequence[sqlite3.Row], limit: int
) -> list[Record]:
    """Return who got the most views with these videos."""
    owners = [row["creator_id"] for row in videos]
    posts = Counter(owners)
    views = dict.fromkeys(posts, 0)
    for owner, row in zip(owners, videos, strict=True):
        views[owner] += row["plays"] or 0
    ranked = sorted(views, key=lambda creator_id: (-views[creator_id], creator_id))[:limit]
    return [
        {**creator_brief(row), "videos": posts[row["id"]], "views": views[row["id"]]}
        for row in briefs_by_id(data, ranked)
    ]


def related_tags(videos: Sequence[sqlite3.Row], but: str, limit: int) -> list[Record]:
    """Return the hashtags that are used together with one most often."""
    counts: Counter[str] = Counter(" ".join(row["hashtags"] or "" for row in videos).split())
    counts.pop(but, None)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return [{"name": name, "count": count} for name, count in ranked]
