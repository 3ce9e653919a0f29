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

    Returns `can_refresh`, the time the cooldown ends (`next_refresh_at`, `hours_remaining`) and the
    organization's refreshes used and allowed this month. Use it before `refreshAccountAnalytics`,
    or after a refresh whose outcome is unknown. How old the figures are is `as_of` of
    `getAccountAnalytics`. Spends nothing.
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
