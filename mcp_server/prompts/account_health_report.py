"""How is my account doing?"""

from typing import Annotated, Final

from pydantic import Field

from mcp_server.prompts.arguments import Account, Arguments
from mcp_server.prompts.rules import FIND_ACCOUNT, HONESTY, OWN_COST
from mcp_server.prompts.spec import Line, PromptSpec


class HealthReport(Arguments):
    """Which account, and how far back."""

    account: Account
    days: Annotated[int, Field(ge=1, le=365, description="Days to look back, 1 to 365")] = 28


PROMPT: Final = PromptSpec(
    name="account_health_report",
    title="Account health report",
    description=(
        "Report how one of your own accounts is doing: totals, growth, best and weakest posts, "
        "and what to do next. Only reads; spends no refresh."
    ),
    arguments=HealthReport,
    essential=frozenset({"getAccountAnalytics"}),
    job="Write a health report about one of the user's own TikTok accounts.",
    steps=(
        *FIND_ACCOUNT,
        Line("Read the totals with `getAccountAnalytics`."),
        Line(
            "Read growth with `getAccountAnalyticsHistory` over the last `days` days, for "
            "followers_count, then total_views and average_engagement_rate. It only knows what "
            "was stored: name gaps, and say if it is shorter than asked for."
        ),
        Line(
            "Read posts with `listAccountVideoAnalytics`, once by upload_date and once by views, "
            "both descending. Name the three best and the weakest of the period, and what the "
            "best have in common."
        ),
        Line(
            "Write: a verdict in one sentence; a table of figures with their change; what works; "
            "what does not; at most three things to do, each with the figure it rests on."
        ),
        Line(
            "If the figures are too old for a verdict, say so, and offer a refresh by "
            "`refreshAccountAnalyticsAndWait` instead of starting one."
        ),
    ),
    rules=(*OWN_COST, *HONESTY),
)
