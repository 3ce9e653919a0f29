"""`getTikTokNicheBenchmarks`: what is usual in a niche."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.samples import of_niche
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.market import NicheReport
from tools.params import Count, Niche

_SPREAD = view("mean", "p25", "p50", "p75", "n")
_CONCISE = view(
    "niche",
    "match_basis",
    "creators",
    "filters",
    "tiers",
    "formats",
    "low_sample",
    top_creators=view(
        "username",
        "followers",
        metrics=view("engagement_rate", "creator_score", "videos_rated"),
        rows=5,
    ),
    metrics=view(
        followers=_SPREAD,
        engagement_rate=_SPREAD,
        creator_score=_SPREAD,
        viral_ratio=_SPREAD,
        posts_per_week=_SPREAD,
        avg_views=_SPREAD,
    ),
    trending_hashtags=view(rows=3),
    best_times=view(rows=3),
)


@tool("getTikTokNicheBenchmarks", "Niche benchmarks", Effect.READ, concise=_CONCISE)
async def get_tiktok_niche_benchmarks(
    deps: Deps,
    *,
    niche: Niche,
    min_followers: Annotated[int, Field(ge=0, le=10**15, description="Fewest followers")] = 10_000,
    max_followers: Annotated[Count, Field(description="Most followers")] = None,
) -> Answer[NicheReport]:
    """Report a TikTok niche's engagement, follower sizes, posting frequency and top creators.

    Use it for "what is a good engagement rate for fitness?" or to place one account; rates are
    percent. By default only creators from 10,000 followers count: set the range you compare with.
    Not found means no data for that niche: try a broader word. For named creators use
    `compareTikTokCreators`; for a roster with costs `planTikTokInfluencerCampaign`.
    """
    reply = await deps.toklytics.niche_report(
        niche, min_followers=min_followers, max_followers=max_followers
    )
    return answer("toklytics", reply, deps.now(), notes=of_niche(reply.data))
