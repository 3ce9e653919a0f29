"""`/videos/trending`: what was posted lately and is hot."""

from mcp_server.local.aggregates import as_of
from mcp_server.local.metrics.trends import PERIODS
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.history import velocities
from mcp_server.local.toklytics.rows import Record, video_of_creator, videos_by_id
from mcp_server.local.toklytics.wire import Answer, iso


def trending_videos(call: Call) -> Answer:
    """Return the hottest videos posted in the period before the newest observation."""
    period = call.choice("period", tuple(PERIODS), "7d") or "7d"
    limit = call.limit()
    end = as_of(call.data) or 0
    ids = call.data.execute(
        "SELECT id FROM videos INDEXED BY videos_posted_heat"
        " WHERE posted_at > ? AND posted_at <= ? AND heat IS NOT NULL"
        " ORDER BY heat DESC, id LIMIT ?",
        (end - PERIODS[period], end, limit),
    ).fetchall()
    rows = videos_by_id(call.data, [int(row[0]) for row in ids])
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
    return Answer(data, meta={"period": period, "as_of": iso(end or None)})
