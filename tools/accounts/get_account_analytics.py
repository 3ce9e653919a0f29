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

    Use it for "how is my account doing?": followers, views, likes, comments, shares, saves,
    engagement rate in percent, posts per week. Figures are as old as `as_of`; reading collects
    nothing and costs no quota. For single posts use `listAccountVideoAnalytics`; to collect newer
    figures use `refreshAccountAnalyticsAndWait`. A never refreshed account gives an error that says
    so.
    """
    reply = await deps.accounts.analytics(account_id)
    return answer("tokportal", reply, deps.now(), as_of=reply.data.scraped_at)
