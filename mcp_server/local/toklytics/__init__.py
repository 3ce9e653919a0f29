"""Toklytics' side of the local upstream: all 17 read operations over the stored videos."""

import uuid
from collections.abc import Callable
from typing import Final

from starlette.responses import Response
from starlette.routing import Route

from mcp_server.local.toklytics.call import Operation
from mcp_server.local.toklytics.comparison import compare_creators
from mcp_server.local.toklytics.creator_detail import creator_detail
from mcp_server.local.toklytics.creator_search import search_creators
from mcp_server.local.toklytics.creator_videos import creator_videos
from mcp_server.local.toklytics.hashtags import hashtag_detail, search_hashtags, trending_hashtags
from mcp_server.local.toklytics.kept import kept
from mcp_server.local.toklytics.niche_report import niche_report
from mcp_server.local.toklytics.planner import plan_campaign
from mcp_server.local.toklytics.route import SegmentRoute, endpoint
from mcp_server.local.toklytics.sounds import search_sounds, sound_detail, trending_sounds
from mcp_server.local.toklytics.stats import platform_stats
from mcp_server.local.toklytics.top_content import top_content
from mcp_server.local.toklytics.trending_videos import trending_videos
from mcp_server.local.toklytics.video_detail import video_detail
from mcp_server.local.toklytics.video_search import search_videos
from mcp_server.local.toklytics.wire import ApiError, failure
from mcp_server.local.world import World

__all__ = ["error_response", "routes"]

# `search` and `trending` stand before the path parameter that would swallow them.
_OPERATIONS: Final[tuple[tuple[str, Operation], ...]] = (
    ("/creators/search", search_creators),
    ("/creators/{username}", creator_detail),
    ("/creators/{username}/videos", creator_videos),
    ("/creators/{username}/top-content", top_content),
    ("/videos/search", search_videos),
    ("/videos/trending", trending_videos),
    ("/videos/{videoId}", video_detail),
    ("/hashtags/search", search_hashtags),
    ("/hashtags/trending", trending_hashtags),
    ("/hashtags/{tag}", hashtag_detail),
    ("/sounds/search", search_sounds),
    ("/sounds/trending", trending_sounds),
    ("/sounds/{musicId}", sound_detail),
    ("/analytics/platform-stats", platform_stats),
    ("/analytics/creator-comparison", compare_creators),
    ("/analytics/niche-report", kept(niche_report)),
    ("/analytics/campaign-planner", kept(plan_campaign)),
)


def routes(world: World, *, new_id: Callable[[], str] = lambda: uuid.uuid4().hex) -> list[Route]:
    """Return the routes of all operations, with paths relative to `/api/v1`.

    Args:
        world: The files to read.
        new_id: Gives each answer its request id.
    """
    return [
        SegmentRoute(path, endpoint(world, operation, new_id), methods=["GET"])
        for path, operation in _OPERATIONS
    ]


def error_response(
    world: World, status: int, code: str, message: str, *, request_id: str
) -> Response:
    """Return an error of the app around these routes in the shape of this API."""
    return failure(world.config, request_id, ApiError(status, code, message))
