"""`getTikTokVideoDetails`: everything tracked about one public video."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.video import VideoDetails
from tools.params import VideoId

_CONCISE = view(
    "video_id",
    "description",
    "posted_at",
    "duration",
    "content_type",
    "plays",
    "likes",
    "comments",
    "shares",
    "saves",
    "engagement_rate",
    "saves_missing",
    "hashtags",
    "music",
    "music_title",
    "video_url",
    "is_viral",
    "vs_average",
    "percentile_in_creator",
    "age_hours",
    "views_per_hour",
    "ratios",
    creator=view("username", "followers", "verified"),
    history=view(last=5),
)


@tool("getTikTokVideoDetails", "Video details", Effect.READ, concise=_CONCISE)
async def get_tiktok_video_details(deps: Deps, *, video_id: VideoId) -> Answer[VideoDetails]:
    """Read one public TikTok video by id: figures, sound, hashtags and creator.

    Use it when the id or full address is known; short share links hold no id. `detail: "full"` may
    return 80 fields or more. Not found means not tracked by Toklytics. To find videos use
    `searchTikTokVideos`; for a post of the user's own account by its record id `getVideoAnalytics`.
    """
    reply = await deps.toklytics.get_video(video_id)
    return answer("toklytics", reply, deps.now())
