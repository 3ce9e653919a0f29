"""`getTikTokCreatorTopContent`: what works best for one creator."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.creator import CreatorTopContent
from tools.params import Username

_VIDEO = ("video_id", "description", "plays", "engagement_rate", "saves_missing", "posted_at")
_CONCISE = view(
    "username",
    "ranked_by",
    top_by_views=view(*_VIDEO, rows=4),
    top_by_engagement=view(*_VIDEO, rows=3),
    top_by_likes=view("video_id", "description", "likes", "posted_at", rows=4),
    top_hashtags=view(rows=3),
    top_sounds=view("music_id", "title", "count", "avg_views", rows=2),
    posting_schedule=view("timezone", "posts_per_week", "best_basis", "best"),
)


@tool("getTikTokCreatorTopContent", "Creator's top content", Effect.READ, concise=_CONCISE)
async def get_tiktok_creator_top_content(
    deps: Deps, *, username: Username
) -> Answer[CreatorTopContent]:
    """Summarize one TikTok creator's best videos, hashtags, sounds and posting times.

    Use it for "what content works for X?" or "when does X post?". For a list to page or filter use
    `getTikTokCreatorVideos`; for size and rates `getTikTokCreatorAnalytics`. Only tracked videos
    count, perhaps fewer than the creator has; the time zone of posting times is undisclosed.
    """
    reply = await deps.toklytics.get_creator_top_content(username)
    return answer("toklytics", reply, deps.now())
