"""Which creators fit this brief?"""

from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from mcp_server.prompts.arguments import Arguments, Fewest, Most, Niche
from mcp_server.prompts.rules import HONESTY, MARKET_COST
from mcp_server.prompts.spec import Line, PromptSpec


class Shortlist(Arguments):
    """What is looked for."""

    brief: Annotated[
        str,
        Field(min_length=1, max_length=2_000, description="Product, audience, tone, exclusions"),
    ]
    niche: Niche
    count: Annotated[int, Field(ge=1, le=20, description="Creators wanted, 1 to 20")] = 5
    min_followers: Fewest = None
    max_followers: Most = None
    region: Annotated[
        str | None, Field(max_length=200, description="Region as Toklytics writes it, such as US")
    ] = None

    creator: Annotated[
        str | None, Field(max_length=64, description="Username of a creator to look like")
    ] = None
    hashtag: Annotated[
        str | None, Field(max_length=64, description="Hashtag they should post under")
    ] = None

    @model_validator(mode="after")
    def _range(self) -> Self:
        low, high = self.min_followers, self.max_followers
        if low is not None and high is not None and low > high:
            raise ValueError("min_followers is above max_followers")
        return self


PROMPT: Final = PromptSpec(
    name="creator_shortlist",
    title="Creator shortlist for a brief",
    description=(
        "Shortlist public TikTok creators for a brief, each with the figures and the reason, and "
        "with what speaks against. Only reads the market; spends no refresh."
    ),
    arguments=Shortlist,
    essential=frozenset({"searchTikTokCreators"}),
    job="Shortlist public TikTok creators who fit the user's brief.",
    steps=(
        Line(
            "From `brief`, write down what can be checked with figures and what only a person "
            "can judge."
        ),
        Line(
            "If `creator` is given, read it with `getTikTokCreatorAnalytics`: its size, region "
            "and topics show what is wanted."
        ),
        Line(
            "If `hashtag` is given, take the leading creators of `getTikTokHashtagDetails` as "
            "further candidates."
        ),
        Line(
            "Find candidates with `searchTikTokCreators`: `niche` as `q`, with `min_followers`, "
            "`max_followers` and `region` where given. If too few come, try one or two related "
            "words before widening the range, and say so."
        ),
        Line(
            "Compare the best with `compareTikTokCreators`, 2 to 10 usernames per call, for "
            "engagement, posting rhythm and average views."
        ),
        Line(
            "Look at the posts of the finalists with `getTikTokCreatorTopContent`: do topic and "
            "hashtags fit the brief?"
        ),
        Line(
            "Place their engagement against `getTikTokNicheBenchmarks` for `niche`, with a range "
            "of followers that contains them, and say how many creators stand behind it."
        ),
        Line(
            "Answer with at most `count` creators, best first: username, followers, engagement "
            "rate, average views, when seen, why they fit, what speaks against. Fewer that fit "
            "are better than a full list. Close with what a person must check."
        ),
    ),
    rules=(
        *MARKET_COST,
        Line(
            "Grade, viral ratio and price estimates are Toklytics' own and undisclosed: quote them "
            "as such, and rank by nothing else than figures you show."
        ),
        Line("Not found means not tracked by Toklytics, not absent from TikTok."),
        *HONESTY,
    ),
)
