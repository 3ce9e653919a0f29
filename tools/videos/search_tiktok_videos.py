"""`searchTikTokVideos`: find public videos by caption, hashtag, creator or size."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import View, view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.video import ContentType, Duration, FoundVideo, VideoSearchSort
from tools.params import Count, Limit, OptionalTag, OptionalUsername, Page, Query


def _row(count: str) -> View:
    return view(
        "video_id",
        "description",
        "posted_at",
        "plays",
        count,
        "engagement_rate",
        "saves_missing",
        creator=view("username"),
    )


_BY_SORT = {"shares": _row("shares")}


@tool("searchTikTokVideos", "Search videos", Effect.READ, concise=_row("likes"), by_sort=_BY_SORT)
async def search_tiktok_videos(
    deps: Deps,
    *,
    q: Annotated[Query, Field(description="Words of the caption")] = None,
    hashtag: OptionalTag = None,
    creator: OptionalUsername = None,
    min_views: Annotated[Count, Field(description="Only videos with this many views")] = None,
    duration: Annotated[
        Duration | None, Field(description="Length class; the bounds are the API's own")
    ] = None,
    content_type: Annotated[ContentType | None, Field(description="Kind of post")] = None,
    sort: Annotated[VideoSearchSort | None, Field(description="Most first; recent: newest")] = None,
    page: Page = 1,
    limit: Limit = 20,
) -> Answer[list[FoundVideo]]:
    """Search tracked public TikTok videos by caption words, hashtag, creator, views or length.

    Use it for "videos about X" or examples of a format. Dates and engagement rate cannot be
    filtered on: for the last days use `getTrendingTikTokVideos`. For one creator's videos against
    their average use `getTikTokCreatorVideos`; for one video `getTikTokVideoDetails`.
    """
    reply = await deps.toklytics.search_videos(
        q=q,
        hashtag=hashtag,
        creator=creator,
        min_views=min_views,
        duration=duration,
        content_type=content_type,
        sort=sort,
        page=page,
        limit=limit,
    )
    return answer("toklytics", reply, deps.now())
