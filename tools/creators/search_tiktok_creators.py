"""`searchTikTokCreators`: find creators by text and size."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer, oldest
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import SortOrder
from mcp_server.models.creator import Creator, CreatorSort
from tools.params import Count, Limit, Page, Query, Region

_FIGURES = (
    "engagement_rate",
    "creator_score",
    "posts_per_week",
    "avg_views",
    "estimated_sponsorship_value",
    "videos_rated",
)
_METRICS = view("viral_ratio", *_FIGURES)
_NAMES = ("username", "former_username")
_CONCISE = view(*_NAMES, "display_name", "followers", "region", metrics=_METRICS)
_BY_SORT = {
    "likes": view(*_NAMES, "followers", "region", "total_likes", metrics=_METRICS),
    "videos": view(*_NAMES, "followers", "region", "video_count", metrics=_METRICS),
    "recent": view(*_NAMES, "followers", "last_updated", metrics=view(*_FIGURES)),
}


@tool("searchTikTokCreators", "Search creators", Effect.READ, concise=_CONCISE, by_sort=_BY_SORT)
async def search_tiktok_creators(
    deps: Deps,
    *,
    q: Annotated[Query, Field(description="Name, username or niche word")] = None,
    min_followers: Annotated[Count, Field(description="Fewest followers")] = None,
    max_followers: Annotated[Count, Field(description="Most followers")] = None,
    verified: Annotated[
        bool | None, Field(description="true: only creators whom TikTok verified")
    ] = None,
    region: Region = None,
    sort: Annotated[CreatorSort | None, Field(description="Sort field")] = None,
    order: Annotated[SortOrder | None, Field(description="Sort direction")] = None,
    page: Page = 1,
    limit: Limit = 20,
) -> Answer[list[Creator]]:
    """Search tracked TikTok creators by words, follower range, region or verification.

    Use it to find creators for a brief, or the exact username behind a name. Engagement rate and
    grade cannot be filtered or sorted on. Grade, viral ratio and price estimate are Toklytics'
    undisclosed formulas. For one known creator use `getTikTokCreatorAnalytics`; for several
    `compareTikTokCreators`; for a roster within a budget `planTikTokInfluencerCampaign`.
    """
    reply = await deps.toklytics.search_creators(
        q=q,
        min_followers=min_followers,
        max_followers=max_followers,
        verified=verified,
        region=region,
        sort=sort,
        order=order,
        page=page,
        limit=limit,
    )
    return answer(
        "toklytics", reply, deps.now(), as_of=oldest(row.last_updated for row in reply.data)
    )
