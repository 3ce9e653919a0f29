"""`/videos/trending`: what was posted lately and is hot."""

import heapq
import math
import sqlite3
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.metrics import heat
from mcp_server.local.metrics.parameters import MIN_VIDEOS, VELOCITY_LEAST_HOURS
from mcp_server.local.metrics.trends import PERIODS
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.history import BETWEEN, LIFETIME, velocities
from mcp_server.local.toklytics.lists import Params, count
from mcp_server.local.toklytics.rows import Record, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import Answer, iso

_WALKED: Final = 300_000
"""Of the most viewed videos: nearly always enough, and soon read."""
_POSTED: Final = "posted_at > :since AND posted_at <= :until"
_RANKED: Final = f"FROM videos INDEXED BY videos_posted_heat WHERE {_POSTED} AND heat IS NOT NULL"
_BY_TIME: Final = f"SELECT id {_RANKED} ORDER BY heat DESC, id LIMIT :limit"
_BY_VIEWS: Final = (
    f"SELECT plays, heat, id FROM videos INDEXED BY videos_plays WHERE {_POSTED}"  # noqa: S608
    " AND plays IS NOT NULL ORDER BY plays DESC, id LIMIT :limit"
)


def trending_videos(call: Call) -> Answer:
    """Return the hottest videos posted in the period before the newest observation."""
    period = call.choice("period", tuple(PERIODS), "7d") or "7d"
    end = as_of(call.data) or 0
    posted = {"since": end - PERIODS[period], "until": end}
    videos, capped = count(call.data, _RANKED, posted)
    ids = _hottest(call.data, posted, call.limit(), many=capped)
    rows = videos_by_id(call.data, ids)
    speeds = velocities(call.state, rows)
    data: list[Record] = []
    for rank, row in enumerate(rows, start=1):
        speed, basis = speeds[row["video_id"]]
        data.append(
            {
                **video_of_creator(row),
                "rank": rank,
                "heat": round(row["heat"]),
                "velocity": speed,
                "velocity_basis": basis,
            }
        )
    meta = {
        "period": period,
        "as_of": iso(end or None),
        "basis": _basis(period, f"{videos}+" if capped else str(videos)),
        "low_sample": videos < MIN_VIDEOS,
    }
    return Answer(data, meta=meta)


def _basis(period: str, videos: str) -> str:
    return (
        f"highest heat of {videos} videos posted in the {period} before as_of; velocity is plays"
        f" per hour, {BETWEEN} of at least {VELOCITY_LEAST_HOURS:g} h, else of a {LIFETIME}"
    )


def _hottest(data: sqlite3.Connection, posted: Params, limit: int, *, many: bool) -> list[int]:
    """Read a short period whole; meet the hot ones of a long one on the way down the views.

    Heat follows from the views within a factor, so that the walk ends once no video further down
    can be as hot as those that were found.
    """
    found = _met(data, posted, limit) if many else None
    if found is None:
        found = [int(row[0]) for row in data.execute(_BY_TIME, {**posted, "limit": limit})]
    return found


def _met(data: sqlite3.Connection, posted: Params, limit: int) -> list[int] | None:
    """Return the hottest of a period by going down the views; `None` where that takes too long."""
    found: list[tuple[float, int]] = []
    walk = data.execute(_BY_VIEWS, {**posted, "limit": _WALKED})
    for plays, its_heat, row_id in walk:
        if len(found) < limit:
            heapq.heappush(found, (its_heat, -row_id))
        elif _hottest_of(plays) < found[0][0]:
            return [-row_id for _, row_id in sorted(found, reverse=True)]
        else:
            heapq.heappushpop(found, (its_heat, -row_id))
    return None


def _hottest_of(plays: int) -> float:
    return heat(plays, math.inf) or 0.0
