"""`getTrendingTikTokHashtags`: hashtags that are popular now."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.hashtag import TrendingHashtag
from tools.params import Rows

_CONCISE = view("rank", "name", "video_count", "view_count", "recent_count", "growth")


@tool("getTrendingTikTokHashtags", "Trending hashtags", Effect.READ, concise=_CONCISE)
async def get_trending_tiktok_hashtags(
    deps: Deps, *, limit: Rows = 20
) -> Answer[list[TrendingHashtag]]:
    """List the TikTok hashtags that are trending now, most popular first.

    Use it for "which hashtags are hot?". There is no topic, country or period to choose: for a
    topic use `searchTikTokHashtags`, for one tag's videos `getTikTokHashtagDetails`,
    for tags of a niche `getTikTokNicheBenchmarks`. The time window is undisclosed.
    """
    reply = await deps.toklytics.trending_hashtags(limit=limit)
    return answer("toklytics", reply, deps.now())
