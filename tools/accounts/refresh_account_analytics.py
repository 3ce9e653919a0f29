"""`refreshAccountAnalytics`: ask TokPortal to collect one account's figures again."""

from typing import Annotated, Final

from pydantic import Field

from mcp_server.answers.compose import answer
from mcp_server.answers.envelope import Answer, NextCall, Provenance, Quota
from mcp_server.answers.refreshed import IMPORTED, RefreshedAccount, provenance_of, quota_of
from mcp_server.answers.stored import canonical
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.errors import CooldownError, QuotaExceededError
from mcp_server.freshness.results import AccountResult, RefreshReport
from mcp_server.settings import World
from tools.params import AccountId

_QUEUED: Final = (
    "Collection goes on in the background. as_of of getAccountAnalytics changes when it is done. "
    "Calling this again joins it and spends nothing."
)
_RESERVED: Final = (
    "The operator keeps a reserve of refreshes (TOKMETRICS_QUOTA_RESERVE) that no agent can spend."
)
_NOT_SIMULATED: Final = (
    "TokPortal did not confirm a dry run, so the refresh may really have been executed and counted."
)
_WAITING: Final = "refreshAccountAnalyticsAndWait"
_ERRORS: Final = frozenset({"not_found", "failed"})


class RefreshStarted(RefreshedAccount):
    """What came of the account, or of its simulation."""

    dry_run: bool | None = Field(default=None, description="true: simulated, nothing was done")


@tool("refreshAccountAnalytics", "Refresh own account's analytics", Effect.JOIN)
async def refresh_account_analytics(
    deps: Deps,
    *,
    account_id: AccountId,
    dry_run: Annotated[
        bool,
        Field(description="Ask TokPortal to simulate only; the answer says whether it did"),
    ] = False,
) -> Answer[RefreshStarted]:
    """Start a refresh of one own account's figures, without waiting for them.

    Use it only to refresh whatever the figures' age; to spend only if they are old, or to get the
    new ones in the same call, use `refreshAccountAnalyticsAndWait`. Expect it to spend one of the
    organization's monthly refreshes. In cooldown, or with the quota used up, nothing is spent: the
    last known figures come back, with `available_at` if told. A running refresh is joined.
    TokPortal may ignore `dry_run` and spend: to look first use `canRefreshAccountAnalytics`.
    """
    if dry_run:
        return await _rehearse(deps, account_id)
    report = await deps.engine.start_one(account_id, deps.purse)
    (result,) = report.results
    if result.error is not None and result.outcome in _ERRORS:
        raise result.error
    now = deps.now()
    provenance = provenance_of(report, now, deps.world)
    return Answer(
        data=RefreshStarted.of(result, now, told=provenance.basis),
        provenance=provenance,
        quota=quota_of(report.quota_after),
        next=_next(result, deps.available),
        notes=_notes(report, deps.world) or None,
    )


def _next(result: AccountResult, available: frozenset[str]) -> NextCall | None:
    """Name the call that brings the figures; before the first ones a reading finds nothing."""
    if result.outcome != "pending":
        return None
    if result.data is None and _WAITING in available:
        return NextCall(
            tool=_WAITING, arguments={"account_ids": [result.account_id], "max_refreshes": 0}
        )
    return NextCall(tool="getAccountAnalytics", arguments={"account_id": result.account_id})


async def _rehearse(deps: Deps, account_id: str) -> Answer[RefreshStarted]:
    try:
        reply = await deps.engine.rehearse(account_id)
    except (CooldownError, QuotaExceededError) as error:
        return _refused(deps, account_id, error)
    simulated = reply.data.dry_run is True
    data = RefreshStarted(
        account_id=account_id,
        outcome="simulated" if simulated else "outcome_unknown",
        status=reply.data.status,
        dry_run=reply.data.dry_run,
    )
    notes = [] if simulated else [_NOT_SIMULATED]
    return answer("tokportal", reply.carrying(data), deps.now(), notes=notes)


def _refused(
    deps: Deps, account_id: str, error: CooldownError | QuotaExceededError
) -> Answer[RefreshStarted]:
    """A simulation that says no is an answer, like the refusal of a refresh."""
    data = RefreshStarted(account_id=account_id, outcome="quota_exhausted")
    quota = None
    if isinstance(error, CooldownError):
        data.outcome, data.available_at = "cooldown", error.next_refresh_at
    else:
        quota = Quota(limit=error.limit, used=error.used)
    return Answer(
        data=data,
        provenance=Provenance(
            api="tokportal",
            mode="local" if deps.local else "live",
            synthetic=True if deps.world == "sample" else None,
            fetched_at=canonical(deps.now()),
        ),
        quota=quota,
    )


def _notes(report: RefreshReport, world: World | None) -> list[str]:
    outcomes = {result.outcome for result in report.results}
    told = {"pending": _QUEUED, "reserved": _RESERVED}
    if world == "own":
        told["no_newer_data"] = IMPORTED
    return [sentence for outcome, sentence in told.items() if outcome in outcomes]
