"""What can this budget do?"""

from typing import Annotated, Final

from pydantic import Field

from mcp_server.prompts.arguments import Arguments, Niche
from mcp_server.prompts.rules import HONESTY, MARKET_COST
from mcp_server.prompts.spec import Line, PromptSpec


class Campaign(Arguments):
    """Budget and aim."""

    niche: Niche
    budget: Annotated[
        float, Field(gt=0, le=1e12, description="Whole budget in US dollars, digits only")
    ]
    region: Annotated[
        str | None, Field(max_length=200, description="Region as Toklytics writes it, such as US")
    ] = None
    min_engagement_rate: Annotated[
        float, Field(ge=0, le=100, description="Lowest engagement rate, percent")
    ] = 3
    goal: Annotated[str | None, Field(max_length=500, description="What the campaign is for")] = (
        None
    )


PROMPT: Final = PromptSpec(
    name="campaign_plan",
    title="Campaign plan with a budget",
    description=(
        "Plan a TikTok influencer campaign within a budget: roster, estimated cost and reach, "
        "risks, alternatives. Only reads the market; nothing is booked or paid."
    ),
    arguments=Campaign,
    essential=frozenset({"planTikTokInfluencerCampaign"}),
    job="Plan a TikTok influencer campaign within the user's budget.",
    steps=(
        Line(
            "Call `planTikTokInfluencerCampaign` with `niche`, `budget` and `min_engagement_rate`, "
            "and with `region` where given."
        ),
        Line(
            "Check its expectations against `getTikTokNicheBenchmarks` for `niche`, and say how "
            "many creators stand behind them."
        ),
        Line(
            "Check the roster with `compareTikTokCreators`, 2 to 10 usernames per call, and mark "
            "who posts rarely or whose average views do not fit the price."
        ),
        Line("Look for one or two replacements with `searchTikTokCreators` where somebody fails."),
        Line(
            "Answer: the plan in two sentences, measured against `goal` where given; the roster "
            "with estimated cost and reach; what is left of the budget, and no roster above it; "
            "the assumptions; the risks; what to ask the creators before anything is agreed."
        ),
    ),
    rules=(
        *MARKET_COST,
        Line(
            "Costs, reach and returns are estimates from past figures, not offers: say so next to "
            "the sums. Nothing here books, contacts or pays anybody."
        ),
        *HONESTY,
    ),
)
