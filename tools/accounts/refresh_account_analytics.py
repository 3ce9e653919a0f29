"""`refreshAccountAnalytics`: ask TokPortal to collect one account's figures again."""

from typing import Annotated, Final

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer, NextCall
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.models.account import RefreshReceipt
from tools.params import AccountId

_QUEUED: Final = (
    "Collection has begun and takes a while; as_of of getAccountAnalytics changes when it is done. "
    "Do not refresh again meanwhile."
)
_NOT_SIMULATED: Final = (
    "TokPortal did not confirm a dry run, so the refresh may really have been executed and counted."
)


@tool("refreshAccountAnalytics", "Refresh own account's analytics", Effect.SPEND)
async def refresh_account_analytics(
    deps: Deps,
    *,
    account_id: AccountId,
    dry_run: Annotated[
        bool,
        Field(description="Ask TokPortal to simulate only; the answer says whether it did"),
    ] = False,
) -> Answer[RefreshReceipt]:
    """Ask TokPortal to collect one own account's figures again; returns at once, without figures.

    Each accepted call spends one of the organization's monthly refreshes and starts the
    account's cooldown. Use it only when `as_of` of `getAccountAnalytics` is too old for the
    question, and ask the user before refreshing many accounts. `scrape_queued`: read again later;
    `refreshed`: the stored figures are already fresh. A call during the cooldown or beyond the
    quota is refused and spends nothing; `canRefreshAccountAnalytics` tells beforehand.
    """
    reply = await deps.tokportal.refresh_account_analytics(account_id, dry_run=dry_run)
    notes: list[str] = []
    if dry_run and reply.data.dry_run is not True:
        notes.append(_NOT_SIMULATED)
    if reply.data.status == "scrape_queued" and reply.data.dry_run is not True:
        notes.append(_QUEUED)
    return answer(
        "tokportal",
        reply,
        deps.now(),
        next_call=NextCall(tool="getAccountAnalytics", arguments={"account_id": account_id}),
        notes=notes,
    )
