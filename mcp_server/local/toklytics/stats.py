"""`/analytics/platform-stats`: what this store holds."""

import json

from mcp_server.local.aggregates import as_of
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.rows import Record
from mcp_server.local.toklytics.wire import Answer, iso


def platform_stats(call: Call) -> Answer:
    """Return the totals as the last import left them."""
    row = call.data.execute("SELECT value FROM meta WHERE key = 'stats'").fetchone()
    counted: Record = {} if row is None else json.loads(row[0])
    newest = counted.get("newest_video_at")
    imported = call.state.execute("SELECT max(finished_at) FROM import_runs").fetchone()[0]
    data = {
        "creators": counted.get("creators", 0),
        "videos": counted.get("videos", 0),
        "total_views": counted.get("total_views"),
        "hashtags": counted.get("hashtags", 0),
        "sounds": counted.get("sounds", 0),
        "newest_video_at": iso(newest if isinstance(newest, int) else None),
        "last_import_at": iso(imported),
    }
    return Answer(data, meta={"as_of": iso(as_of(call.data))})
