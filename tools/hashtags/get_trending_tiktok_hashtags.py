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
    """List TikTok hashtags trending now, by video count and popularity.

    Use it for "which hashtags are hot?". No topic, country, period or pages: for tags with a word
    use `searchTikTokHashtags`, for a niche's tags `getTikTokNicheBenchmarks`, for one tag's videos
    `getTikTokHashtagDetails`. The time window is undisclosed.
    """
    reply = await deps.toklytics.trending_hashtags(limit=limit)
    return answer("toklytics", reply, deps.now())
