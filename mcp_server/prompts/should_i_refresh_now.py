"""Is a refresh worth one of this month's?"""

from typing import Annotated, Final

from pydantic import Field

from mcp_server.prompts.arguments import Account, Arguments
from mcp_server.prompts.rules import FIND_ACCOUNT, HONESTY, OWN_COST, REFRESHING
from mcp_server.prompts.spec import Line, PromptSpec


class RefreshAdvice(Arguments):
    """Which account, and how young its figures must be."""

    account: Account
    max_age_hours: Annotated[
        float, Field(ge=0, le=8760, description="Hours after which figures are too old for you")
    ] = 24


PROMPT: Final = PromptSpec(
    name="should_i_refresh_now",
    title="Should I refresh now?",
    description=(
        "Advise whether to spend one of this month's refreshes on an own account now: age of the "
        "figures, cooldown, refreshes left. Spends nothing by itself."
    ),
    arguments=RefreshAdvice,
    essential=frozenset({"getAccountAnalytics", "canRefreshAccountAnalytics"}),
    job="Advise whether one of the user's own TikTok accounts should be refreshed now.",
    steps=(
        *FIND_ACCOUNT,
        Line(
            "Read the figures' age with `getAccountAnalytics`: `as_of` in its provenance. An "
            "account without analytics was never refreshed."
        ),
        Line(
            "Ask `canRefreshAccountAnalytics` for the cooldown and the refreshes used and allowed "
            "this month."
        ),
        Line(
            "Ask `getAccountAnalyticsHistory` how much the figures usually change per day: little "
            "change makes a refresh worth less."
        ),
        Line(
            "Decide. Yes, if the figures are older than `max_age_hours`, a refresh is allowed and "
            "enough are left for the rest of the month. Not yet, in a cooldown: say when it ends. "
            "No, if they are young enough or the month's refreshes are better kept."
        ),
        Line(
            "Answer: yes, not yet or no, first; then age, cooldown, refreshes left, and what a "
            "refresh would tell that the figures at hand do not."
        ),
        Line(
            "If the answer is yes, ask the user, and only after their consent call "
            "`refreshAccountAnalyticsAndWait` with this account, the same `max_age_hours` and "
            "`max_refreshes` 1. If it is pending, call again when it says."
        ),
        Line(
            "If the answer is yes, ask the user, and only after their consent call "
            "`refreshAccountAnalytics`.",
            unless=("refreshAccountAnalyticsAndWait",),
        ),
        Line(
            "If the answer is yes, say that refreshes are switched off on this server, so that the "
            "user has to start it elsewhere.",
            unless=REFRESHING,
        ),
    ),
    rules=(*OWN_COST, *HONESTY),
)
