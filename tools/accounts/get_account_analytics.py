"""`getAccountAnalytics`: the latest collected totals of one own account."""

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import AccountAnalytics
from tools.params import AccountId


@tool("getAccountAnalytics", "Own account's analytics", Effect.READ)
async def get_account_analytics(deps: Deps, *, account_id: AccountId) -> Answer[AccountAnalytics]:
    """Read the latest collected totals of one own account.

    Use it for "how is my account doing?": followers, engagement rate in percent, posts per week,
    and sums of views, likes, comments, shares, saves over tracked videos only. Figures are as old
    as `as_of`; reading costs no quota. For single posts use `listAccountVideoAnalytics`; for newer
    figures `refreshAccountAnalyticsAndWait`. A never refreshed account gives an error.
    """
    reply = await deps.accounts.analytics(account_id)
    return answer("tokportal", reply, deps.now(), as_of=reply.data.scraped_at)
