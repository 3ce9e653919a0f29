"""`listAccountVideoAnalytics`: the collected figures of an own account's posts."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer, oldest
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import SortOrder, VideoAnalytics, VideoSort
from tools.params import AccountId, Page, PerPage

_CONCISE = view(
    "id",
    "description",
    "upload_date",
    "views",
    "likes",
    "shares",
    "bookmarks",
    "engagement_rate",
)


@tool("listAccountVideoAnalytics", "Own account's videos", Effect.READ, concise=_CONCISE)
async def list_account_video_analytics(
    deps: Deps,
    *,
    account_id: AccountId,
    sort_by: Annotated[VideoSort, Field(description="Sort field")] = "upload_date",
    sort_order: Annotated[SortOrder, Field(description="Sort direction")] = "desc",
    page: Page = 1,
    per_page: PerPage = 20,
) -> Answer[list[VideoAnalytics]]:
    """List the posts of one own account with their views, likes, shares and engagement rate.

    Use it for "which of my videos did best?" (`sort_by` views, likes or engagement_rate) or for
    the newest posts. Figures come from the last refresh, as old as `as_of`.
    For totals use `getAccountAnalytics`; for other people's videos `getTikTokCreatorVideos`.
    Free of quota. Each row's `id` is what `getVideoAnalytics` takes.
    """
    reply = await deps.accounts.videos(
        account_id, sort_by=sort_by, sort_order=sort_order, page=page, per_page=per_page
    )
    return answer(
        "tokportal", reply, deps.now(), as_of=oldest(video.scraped_at for video in reply.data)
    )
