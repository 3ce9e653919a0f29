"""`canRefreshAccountAnalytics`: whether a refresh is allowed now, and the quota."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer, NextCall
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import RefreshAvailability
from tools.params import AccountId


@tool("canRefreshAccountAnalytics", "Check refresh availability", Effect.READ)
async def can_refresh_account_analytics(
    deps: Deps, *, account_id: AccountId
) -> Answer[RefreshAvailability]:
    """Check whether one own account can be refreshed now, without refreshing it.

    Use it when asked about cooldown or the organization's monthly quota, or after a refresh whose
    outcome is unknown. Not needed before `refreshAccountAnalyticsAndWait`, which spends nothing if
    no refresh is possible. How old the figures are is `as_of` of `getAccountAnalytics`. Spends
    nothing.
    """
    reply = await deps.accounts.refresh_availability(account_id)
    following = None
    if reply.data.can_refresh is False:
        following = NextCall(tool="getAccountAnalytics", arguments={"account_id": account_id})
    return answer(
        "tokportal",
        reply,
        deps.now(),
        quota=reply.data.monthly_quota,
        next_call=following,
    )
