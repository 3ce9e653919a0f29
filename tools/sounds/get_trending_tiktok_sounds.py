"""`getTrendingTikTokSounds`: sounds that are popular now."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.sound import TrendingSound
from tools.params import Rows

_CONCISE = view(
    "rank", "music_id", "title", "author", "user_count", "view_count", "recent_count", "growth"
)


@tool("getTrendingTikTokSounds", "Trending sounds", Effect.READ, concise=_CONCISE)
async def get_trending_tiktok_sounds(
    deps: Deps, *, limit: Rows = 20
) -> Answer[list[TrendingSound]]:
    """List TikTok sounds trending now, most used first.

    Use it for "which music is popular now?". No filters or pages: for a title or artist use
    `searchTikTokSounds`, for the videos behind one sound `getTikTokSoundDetails`. The time window
    is undisclosed; only tracked sounds are listed.
    """
    reply = await deps.toklytics.trending_sounds(limit=limit)
    return answer("toklytics", reply, deps.now())
