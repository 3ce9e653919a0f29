"""`/analytics/platform-stats`: what this store holds."""

from mcp_server.local.aggregates import as_of
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.wire import Answer, iso


def platform_stats(call: Call) -> Answer:
    """Return the totals, which every write keeps current."""
    row = call.data.execute("SELECT * FROM totals").fetchone()
    newest = call.data.execute("SELECT max(posted_at) FROM videos").fetchone()[0]
    imported = call.state.execute("SELECT max(finished_at) FROM import_runs").fetchone()[0]
    data = {
        "creators": row["creators"],
        "videos": row["videos"],
        "total_views": row["total_views"] if row["viewed"] else None,
        "hashtags": row["hashtags"],
        "sounds": row["sounds"],
        "newest_video_at": iso(newest),
        "last_import_at": iso(imported),
    }
    return Answer(data, meta={"as_of": iso(as_of(call.data)), "basis": "everything stored"})
