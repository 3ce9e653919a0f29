"""`getTikTokCreatorVideos`: one creator's tracked videos."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import View, view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.video import CreatorVideo, CreatorVideoSort
from tools.params import Count, Limit, OptionalTag, Page, Username


def _row(count: str) -> View:
    return view(
        "video_id",
        "description",
        "posted_at",
        "plays",
        count,
        "engagement_rate",
        "saves_missing",
        "is_viral",
        "vs_average",
    )


_BY_SORT = {"comments": _row("comments"), "shares": _row("shares")}


@tool(
    "getTikTokCreatorVideos",
    "Creator's videos",
    Effect.READ,
    concise=_row("likes"),
    by_sort=_BY_SORT,
)
async def get_tiktok_creator_videos(
    deps: Deps,
    *,
    username: Username,
    sort: Annotated[
        CreatorVideoSort | None, Field(description="Most first; recent: newest")
    ] = None,
    min_views: Annotated[Count, Field(description="Only videos with this many views")] = None,
    hashtag: OptionalTag = None,
    page: Page = 1,
    limit: Limit = 20,
) -> Answer[list[CreatorVideo]]:
    """List one TikTok creator's tracked videos and how each compares with their average.

    Use it to page through a creator's posts, by most views or newest, or those with one hashtag.
    For a ready summary of the best posts, hashtags and posting times use
    `getTikTokCreatorTopContent`; to search across creators `searchTikTokVideos`; for the user's
    own account `listAccountVideoAnalytics`. Only tracked videos are counted.
    """
    reply = await deps.toklytics.get_creator_videos(
        username, sort=sort, min_views=min_views, hashtag=hashtag, page=page, limit=limit
    )
    return answer("toklytics", reply, deps.now())
