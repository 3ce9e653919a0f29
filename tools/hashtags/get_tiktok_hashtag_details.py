"""`getTikTokHashtagDetails`: one hashtag with its top videos and creators."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.hashtag import HashtagDetails
from tools.params import Tag

_CONCISE = view(
    "name",
    "description",
    "video_count",
    "view_count",
    "avg_views",
    "avg_engagement_rate",
    "recent_count",
    "growth_7d",
    "reported_views",
    top_videos=view("video_id", "description", "plays", "engagement_rate", "posted_at", rows=5),
    top_creators=view("username", "followers", "videos", "views", rows=5),
    related_hashtags=view(rows=10),
)


@tool("getTikTokHashtagDetails", "Hashtag details", Effect.READ, concise=_CONCISE)
async def get_tiktok_hashtag_details(deps: Deps, *, tag: Tag) -> Answer[HashtagDetails]:
    """Read one TikTok hashtag: its numbers, top videos and top creators.

    Use it for "how big is #X and who uses it?"; related tags are given where known. The tag
    must be exact: find spellings with `searchTikTokHashtags`. To page through all videos with
    the tag use `searchTikTokVideos` with `hashtag`; for averages of a whole topic
    `getTikTokNicheBenchmarks`. What the counts cover is not documented.
    """
    reply = await deps.toklytics.get_hashtag(tag)
    return answer("toklytics", reply, deps.now())
