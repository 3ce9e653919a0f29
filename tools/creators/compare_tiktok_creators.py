"""`compareTikTokCreators`: two to ten creators side by side."""

from mcp_server.answers.compose import answer, oldest
from mcp_server.answers.envelope import Answer
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.errors import ErrorCode, InvalidArgumentError, NotFoundError
from mcp_server.models.market import CreatorComparison
from tools.params import Usernames

_CONCISE = view(
    "comparison",
    "not_found",
    creators=view(
        "username",
        "followers",
        "region",
        "last_updated",
        metrics=view(
            "engagement_rate",
            "creator_score",
            "viral_ratio",
            "posts_per_week",
            "avg_views",
            "estimated_sponsorship_value",
            "videos_tracked",
        ),
    ),
)


@tool("compareTikTokCreators", "Compare creators", Effect.READ, concise=_CONCISE)
async def compare_tiktok_creators(deps: Deps, *, usernames: Usernames) -> Answer[CreatorComparison]:
    """Compare 2 to 10 TikTok creators side by side.

    Use it instead of several `getTikTokCreatorAnalytics` calls when usernames are known; find them
    with `searchTikTokCreators`. It covers followers, engagement rate in percent, grade, viral
    ratio, posts per week and average views. Untracked names are missing. Figures may have been seen
    at different times: each row says when. Grade and viral ratio are Toklytics' own undisclosed
    formulas.
    """
    try:
        reply = await deps.toklytics.compare_creators(usernames)
    except InvalidArgumentError as error:
        if error.code is not ErrorCode.REJECTED_REQUEST:
            raise
        raise NotFoundError(
            "The API refused the comparison; perhaps fewer than two of these names are tracked.",
            code=ErrorCode.NOT_FOUND_CREATOR,
            upstream=error.upstream,
        ) from error
    rows = reply.data.creators or []
    return answer("toklytics", reply, deps.now(), as_of=oldest(row.last_updated for row in rows))
