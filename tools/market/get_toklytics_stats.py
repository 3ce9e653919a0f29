"""`getToklyticsStats`: how much Toklytics tracks."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.market import PlatformStats


@tool("getToklyticsStats", "Toklytics coverage", Effect.READ)
async def get_toklytics_stats(deps: Deps) -> Answer[PlatformStats]:
    """Read how much Toklytics tracks in all: creators, videos, views, hashtags and sounds.

    Use it to judge coverage, as when a search finds little or before calling a sample
    representative. It says nothing about TikTok as a whole nor about one topic: for a niche use
    `getTikTokNicheBenchmarks`.
    """
    reply = await deps.toklytics.platform_stats()
    return answer("toklytics", reply, deps.now())
