"""`getTikTokCreatorAnalytics`: all that is tracked about one creator."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.creator import CreatorAnalytics
from tools.params import Username

_CONCISE = view(
    "username",
    "former_username",
    "display_name",
    "verified",
    "followers",
    "total_likes",
    "video_count",
    "bio",
    "region",
    "tier",
    "niche",
    "metrics",
    "content_analysis",
    "monetization",
    "follower_growth",
    "last_updated",
    top_hashtags=view(rows=5),
    recent_videos=view(
        "video_id", "plays", "engagement_rate", "saves_missing", "posted_at", rows=3
    ),
)


@tool("getTikTokCreatorAnalytics", "Creator analytics", Effect.READ, concise=_CONCISE)
async def get_tiktok_creator_analytics(
    deps: Deps, *, username: Username
) -> Answer[CreatorAnalytics]:
    """Read one TikTok creator's profile: size, rates, posting rhythm, hashtags, price estimate.

    Use it when the username is known. Figures are as old as `last_updated`; grade, viral ratio and
    sponsorship value are undisclosed formulas. For all tracked posts use `getTikTokCreatorVideos`;
    for several creators `compareTikTokCreators`; for the user's own account `getAccountAnalytics`.
    Not found means not tracked, not absent from TikTok: try `searchTikTokCreators`.
    """
    reply = await deps.toklytics.get_creator(username)
    return answer("toklytics", reply, deps.now(), as_of=reply.data.last_updated)
