"""`planTikTokInfluencerCampaign`: a roster of creators within a budget."""

from typing import Annotated

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.answers.samples import of_plan
from mcp_server.answers.view import view
from mcp_server.boundary import Effect, tool
from mcp_server.clients.reply import Reply
from mcp_server.deps import Deps
from mcp_server.models.market import CampaignPlan
from tools.params import Niche, Region

_CONCISE = view(
    "budget",
    "spent",
    "remaining",
    "currency",
    "niche",
    "region",
    "totals",
    "roi",
    "assumptions",
    "rules",
    "warnings",
    allocation=view("tier", "budget", "carried_over", "spent", "creators"),
    roster=view(
        "tier",
        "estimated_cost",
        "engagement_rate",
        "cpm",
        "rank_score",
        "reason",
        creator=view("username", "followers", "region"),
        estimated_views=view("median"),
        rows=5,
    ),
)


@tool("planTikTokInfluencerCampaign", "Plan a campaign", Effect.READ, concise=_CONCISE)
async def plan_tiktok_influencer_campaign(
    deps: Deps,
    *,
    budget: Annotated[
        float, Field(gt=0, le=1e12, allow_inf_nan=False, description="Whole budget, US dollars")
    ],
    niche: Niche,
    min_engagement_rate: Annotated[
        float,
        Field(ge=0, le=100, allow_inf_nan=False, description="Lowest engagement rate, percent"),
    ] = 3,
    region: Region = None,
) -> Answer[CampaignPlan]:
    """Plan a TikTok influencer campaign: a roster of creators within a budget.

    Use it when a budget and a niche are given: it spreads the budget over size classes and
    estimates cost, reach, CPM and return. Costs and returns are the API's estimates, not offers.
    Nothing is booked or spent. To look for creators without a budget use
    `searchTikTokCreators`; for what is usual in the niche `getTikTokNicheBenchmarks`.
    """
    reply = await deps.toklytics.plan_campaign(
        budget=budget, niche=niche, min_engagement_rate=min_engagement_rate, region=region
    )
    return answer("toklytics", reply, deps.now(), notes=_notes(reply))


def _notes(reply: Reply[CampaignPlan]) -> list[str]:
    """A local plan says all of this itself, as its basis."""
    return of_plan(reply.data) if reply.world is None else []
