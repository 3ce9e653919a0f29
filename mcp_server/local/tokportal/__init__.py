"""TokPortal's side of the local upstream: the user's accounts, their analytics, and refreshes."""

from typing import Final

from starlette.routing import Route

from mcp_server.local.tokportal.call import Handler, endpoint
from mcp_server.local.tokportal.handlers import (
    get_analytics,
    get_can_refresh,
    get_me,
    get_snapshots,
    get_video,
    get_video_snapshots,
    get_videos,
    post_refresh,
)
from mcp_server.local.tokportal.listing import get_accounts
from mcp_server.local.world import World

_ANALYTICS: Final = "/accounts/{account_id}/analytics"
_VIDEO: Final = "/videos/{record_id}/analytics"
_READS: Final[dict[str, Handler]] = {
    "/me": get_me,
    "/accounts": get_accounts,
    _ANALYTICS: get_analytics,
    f"{_ANALYTICS}/can-refresh": get_can_refresh,
    f"{_ANALYTICS}/videos": get_videos,
    f"{_ANALYTICS}/snapshots": get_snapshots,
    _VIDEO: get_video,
    f"{_VIDEO}/snapshots": get_video_snapshots,
}


def routes(world: World) -> list[Route]:
    """Return the routes, relative to `/api/ext`."""
    refresh = Route(
        f"{_ANALYTICS}/refresh", endpoint(world, post_refresh), methods=["POST"], name="refresh"
    )
    reads = [Route(path, endpoint(world, read), name=path) for path, read in _READS.items()]
    return [*reads, refresh]
