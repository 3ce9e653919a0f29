"""`compareTikTokCreators`: two to ten creators side by side."""

from http import HTTPStatus
from typing import Final

from mcp_server.answers.compose import answer, oldest
from mcp_server.answers.envelope import Answer
from mcp_server.answers.samples import of_comparison
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.errors import ErrorCode, InvalidArgumentError, NotFoundError
from mcp_server.models.market import CreatorComparison
from tools.params import Usernames

_BEST = view("best", "why")  # the values stand in the rows
_CONCISE = view(
    "not_found",
    comparison=view(
        followers=_BEST,
        engagement_rate=_BEST,
        creator_score=_BEST,
        viral_ratio=_BEST,
        posts_per_week=_BEST,
        avg_views=_BEST,
    ),
    creators=view(
        "username",
        "former_username",
        "followers",
        "last_updated",
        metrics=view(
            "engagement_rate",
            "creator_score",
            "viral_ratio",
            "posts_per_week",
            "avg_views",
            "videos_rated",
        ),
    ),
)


_ABOUT_NAMES: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_TOO_FEW: Final = ("TOO_FEW_", "NOT_ENOUGH_")


@tool("compareTikTokCreators", "Compare creators", Effect.READ, concise=_CONCISE)
async def compare_tiktok_creators(deps: Deps, *, usernames: Usernames) -> Answer[CreatorComparison]:
    """Compare 2 to 10 TikTok creators side by side.

    Use it when usernames are known; find them with `searchTikTokCreators`, and read one alone with
    `getTikTokCreatorAnalytics`. It covers followers, engagement rate in percent, grade, viral
    ratio, posts per week and average views. Untracked names may be missing. Figures may have been
    seen at different times. Grade and viral ratio are undisclosed formulas.
    """
    try:
        reply = await deps.toklytics.compare_creators(usernames)
    except InvalidArgumentError as error:
        if error.http_status not in _ABOUT_NAMES:
            raise
        raise _refusal(error) from error
    rows = reply.data.creators or []
    return answer(
        "toklytics",
        reply,
        deps.now(),
        as_of=oldest(row.last_updated for row in rows),
        notes=of_comparison(reply.data),
    )


def _refusal(error: InvalidArgumentError) -> NotFoundError | InvalidArgumentError:
    """Call it not found only where the API's code says so; the contract has a bare 400."""
    if (error.upstream_code or "").upper().startswith(_TOO_FEW):
        return NotFoundError(
            "Fewer than two of these creators are tracked by Toklytics.",
            code=ErrorCode.NOT_FOUND_CREATOR,
            upstream=error.upstream,
        )
    return InvalidArgumentError(
        "The API refused the comparison as invalid; perhaps fewer than two of these names are "
        "tracked.",
        parameter="usernames",
        code=error.code,
        upstream=error.upstream,
    )
