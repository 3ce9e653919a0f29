"""Where does my account stand in its niche?"""

from typing import Final

from mcp_server.prompts.arguments import Account, Arguments, Niche
from mcp_server.prompts.rules import FIND_ACCOUNT, HONESTY, MARKET_COST, OWN_COST
from mcp_server.prompts.spec import Line, PromptSpec


class NicheComparison(Arguments):
    """Which account, against what."""

    account: Account
    niche: Niche


PROMPT: Final = PromptSpec(
    name="compare_account_with_niche",
    title="Compare my account with a niche",
    description=(
        "Place one of your own accounts in a niche: engagement, posting rhythm and size against "
        "creators of similar size, with what is not comparable. Only reads; spends no refresh."
    ),
    arguments=NicheComparison,
    essential=frozenset({"getAccountAnalytics", "getTikTokNicheBenchmarks"}),
    job="Compare one of the user's own TikTok accounts with a niche.",
    steps=(
        *FIND_ACCOUNT,
        Line("Read the account's totals with `getAccountAnalytics`."),
        Line(
            "Read `getTikTokNicheBenchmarks` for `niche` with `min_followers` and `max_followers` "
            "around the account's size, such as half and twice its followers: by default only "
            "creators from 10,000 followers count. With few creators behind it, widen the range "
            "once."
        ),
        Line(
            "Read the account's latest posts with `listAccountVideoAnalytics`, and set their "
            "formats, hashtags and times against what does best in the niche."
        ),
        Line(
            "Read two or three creators of similar size with `compareTikTokCreators`, by the "
            "usernames that the benchmark names."
        ),
        Line(
            "Answer: where the account stands, in one sentence; a table of account, niche and "
            "difference; how many creators stand behind the niche; what is not comparable; at "
            "most three things to do."
        ),
    ),
    rules=(
        *OWN_COST,
        *MARKET_COST,
        Line(
            "The account's figures come from TokPortal, the niche's from Toklytics: collected at "
            "different times, and their engagement rates may be computed differently. Say so "
            "beside the comparison, and call small differences none."
        ),
        *HONESTY,
    ),
)
