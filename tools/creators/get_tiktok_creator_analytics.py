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
    recent_videos=view("video_id", "plays", "engagement_rate", "posted_at", rows=3),
)


@tool("getTikTokCreatorAnalytics", "Creator analytics", Effect.READ, concise=_CONCISE)
async def get_tiktok_creator_analytics(
    deps: Deps, *, username: Username
) -> Answer[CreatorAnalytics]:
    """Read everything Toklytics tracks about one TikTok creator.

    Use it for a profile of one known username: size, engagement rate in percent, posting rhythm,
    top hashtags, recent videos, price estimate. Grade, viral ratio and sponsorship value are
    Toklytics' own undisclosed formulas. Not found means not tracked there, not absent from
    TikTok: try `searchTikTokCreators`. For several creators at once use `compareTikTokCreators`;
    for the user's own account `getAccountAnalytics`.
    """
    reply = await deps.toklytics.get_creator(username)
    return answer("toklytics", reply, deps.now(), as_of=reply.data.last_updated)
