"""`getTrendingTikTokVideos`: what is hot in a period."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.video import TrendingPeriod, TrendingVideo
from tools.params import Rows

_CONCISE = view(
    "rank",
    "video_id",
    "description",
    "heat",
    "plays",
    "engagement_rate",
    "velocity",
    "velocity_basis",
    creator=view("username"),
)


@tool("getTrendingTikTokVideos", "Trending videos", Effect.READ, concise=_CONCISE)
async def get_trending_tiktok_videos(
    deps: Deps,
    *,
    period: Annotated[TrendingPeriod, Field(description="Time window")] = "7d",
    limit: Rows = 20,
) -> Answer[list[TrendingVideo]]:
    """List trending TikTok videos of the last 24 hours, 7 or 30 days.

    Use it for "what is trending?"; set `period`. No filters or pages: for a topic use
    `searchTikTokVideos`, for trending topics `getTrendingTikTokHashtags`, for music
    `getTrendingTikTokSounds`. Ranked by views and engagement, how is undisclosed; only tracked
    videos count.
    """
    reply = await deps.toklytics.trending_videos(period=period, limit=limit)
    return answer("toklytics", reply, deps.now())
