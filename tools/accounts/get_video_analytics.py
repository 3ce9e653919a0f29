"""`getVideoAnalytics`: the collected figures of one post of an own account."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import VideoAnalytics
from tools.params import VideoAnalyticsId


@tool("getVideoAnalytics", "Own video's analytics", Effect.READ)
async def get_video_analytics(
    deps: Deps, *, video_analytics_id: VideoAnalyticsId
) -> Answer[VideoAnalytics]:
    """Read the collected figures of one post of an own account by its record id.

    Use it only to look at one known record again: `listAccountVideoAnalytics` rows hold the same
    figures and the `id`. For any public TikTok video, by TikTok's own id or address, use
    `getTikTokVideoDetails`. The figures come from the account's last refresh; reading costs no
    quota.
    """
    reply = await deps.accounts.video(video_analytics_id)
    return answer("tokportal", reply, deps.now(), as_of=reply.data.scraped_at)
