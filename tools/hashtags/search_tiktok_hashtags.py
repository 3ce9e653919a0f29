"""`searchTikTokHashtags`: find hashtags by a word."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.hashtag import Hashtag, HashtagSort
from tools.params import Limit, Page, Query

_CONCISE = view("name", "video_count", "view_count", "avg_engagement_rate", "recent_count")


@tool("searchTikTokHashtags", "Search hashtags", Effect.READ, concise=_CONCISE)
async def search_tiktok_hashtags(
    deps: Deps,
    *,
    q: Annotated[Query, Field(description="Part of a hashtag")] = None,
    sort: Annotated[HashtagSort | None, Field(description="Most first")] = None,
    page: Page = 1,
    limit: Limit = 20,
) -> Answer[list[Hashtag]]:
    """Search tracked TikTok hashtags by a word, with their numbers of videos and views.

    Use it to find related or better known spellings; for the largest, `sort` by view_count. For the
    videos and creators behind one exact tag use `getTikTokHashtagDetails`; for what is trending
    `getTrendingTikTokHashtags`. What the counts cover is not documented.
    """
    reply = await deps.toklytics.search_hashtags(q=q, sort=sort, page=page, limit=limit)
    return answer("toklytics", reply, deps.now())
