"""`/analytics/creator-comparison`: two to ten creators side by side."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from mcp_server.local.metrics import tier_of
from mcp_server.local.metrics.parameters import COMPARED_VIDEOS, MIN_VIDEOS
from mcp_server.local.metrics.score import band_of
from mcp_server.local.toklytics import content
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.rows import Record, creator, find_creator
from mcp_server.local.toklytics.wire import Answer, ApiError, invalid, iso

_LEAST: Final = 2
_MOST: Final = 10
# What the figures are ranked by, and what is shown of them: a grade by its points.
_COMPARED: Final = {
    "engagement_rate": ("er", "er"),
    "followers": ("followers", "followers"),
    "creator_score": ("score", "grade"),
    "viral_ratio": ("viral_ratio", "viral_ratio"),
    "posts_per_week": ("ppw", "ppw"),
    "avg_views": ("avg_views", "avg_views"),
}


def compare_creators(call: Call) -> Answer:
    """Compare creators; names that are not tracked are listed, not guessed."""
    names = _names(call.required("usernames"))
    if not _LEAST <= len(names) <= _MOST:
        raise invalid("usernames", f"{_LEAST} to {_MOST} distinct names, separated by commas")
    found: dict[int, sqlite3.Row] = {}
    not_found: list[str] = []
    for name in names:
        if (row := find_creator(call.data, name)) is None:
            not_found.append(name)
        else:
            found[row["id"]] = row
    rows = list(found.values())
    if len(rows) < _LEAST:
        raise ApiError(
            400, "TOO_FEW_CREATORS", f"At least {_LEAST} of the creators have to be tracked."
        )
    data = {
        "creators": [_side(call.data, row) for row in rows],
        "comparison": {name: _compare(rows, *columns) for name, columns in _COMPARED.items()},
        "not_found": not_found,
    }
    oldest = min((row["scraped_at"] for row in rows if row["scraped_at"]), default=None)
    meta = {
        "as_of": iso(oldest),
        "engagement_method": "weighted: interactions of all tracked videos by their views",
    }
    return Answer(data, meta=meta)


def _names(text: str) -> list[str]:
    names = (part.strip().removeprefix("@").strip() for part in text.split(","))
    return list({name.lower(): name for name in names if name}.values())


def _side(data: sqlite3.Connection, row: sqlite3.Row) -> Record:
    videos = content.recent_videos(data, row["id"], COMPARED_VIDEOS)
    return {
        **creator(row),
        "tier": tier_of(row["followers"]),
        "niche": row["niche"],
        "low_sample": row["n_tracked"] < MIN_VIDEOS,
        "content_analysis": content.analysis(videos, row["region"]),
    }


def _compare(rows: Sequence[sqlite3.Row], ranked: str, shown: str) -> Record:
    """Return every value and who alone has the highest of at least two.

    Grades are ranked only where they have one basis.
    """
    known = sorted(
        (row for row in rows if row[ranked] is not None), key=lambda row: row[ranked], reverse=True
    )
    leads = len(known) >= _LEAST and known[0][ranked] > known[1][ranked]
    if ranked == "score" and len({_basis(row) for row in rows}) > 1:
        leads = False  # each is measured against others of its own size
    best = known[0]["username"] if leads else None
    return {"best": best, "values": {row["username"]: row[shown] for row in rows}}


def _basis(row: sqlite3.Row) -> tuple[str | None, int | None]:
    """Return by what pars a creator is graded: that of the size class, that of the band."""
    followers = row["followers"]
    return tier_of(followers), None if followers is None else band_of(followers)
