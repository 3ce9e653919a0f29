"""`refreshAccountAnalyticsAndWait`: refresh own accounts and wait for the new figures."""

from datetime import timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field, JsonValue

from mcp_server.answers.envelope import Answer, NextCall, Quota
from mcp_server.answers.refreshed import IMPORTED, RefreshedAccount, provenance_of, quota_of
from mcp_server.boundary import Effect, tool
from mcp_server.deps import Deps
from mcp_server.freshness.results import RefreshReport
from mcp_server.freshness.wait_cap import wait_cap
from mcp_server.settings import World
from tools.params import AccountIds

_AGAIN: Final = (
    "Still collecting: it goes on without you. Repeat this call after check_after_seconds to join "
    "it; that spends nothing."
)
_RESERVED: Final = (
    "The operator keeps a reserve of refreshes (TOKMETRICS_QUOTA_RESERVE) that no agent can spend."
)
_UNKNOWN: Final = (
    "Whether a refresh was counted could not be established; as_of tells when new figures arrive."
)


class RefreshAndWait(BaseModel):
    """What came of a whole call."""

    results: list[RefreshedAccount]
    spent: int = Field(description="Refreshes that this call spent")
    quota_before: Quota | None = None
    quota_after: Quota | None = None


@tool("refreshAccountAnalyticsAndWait", "Refresh own accounts and wait", Effect.JOIN)
async def refresh_account_analytics_and_wait(
    deps: Deps,
    *,
    account_ids: AccountIds,
    wait_seconds: Annotated[
        float, Field(ge=0, le=240, description="Longest wait; 0 returns at once")
    ] = 20,
    max_age_hours: Annotated[
        float, Field(ge=0, le=8760, description="Younger figures need no refresh")
    ] = 24,
    max_refreshes: Annotated[
        int | None, Field(ge=0, le=25, description="Most refreshes this call may spend")
    ] = None,
) -> Answer[RefreshAndWait]:
    """Bring own accounts up to date: refresh those that are too old, and wait for the figures.

    Use it when a question needs current figures; only to read, use `getAccountAnalytics`. Each
    account spends at most one of the organization's monthly refreshes, none if its figures are
    younger than `max_age_hours`, in cooldown, or a running refresh is joined. The server may wait
    less than asked: on `pending`, call again after `check_after_seconds` to join. What is
    known comes back with every outcome.
    """
    cap = wait_cap(deps.caller.client_name, deps.max_wait_seconds)
    report = await deps.engine.refresh(
        account_ids,
        wait_seconds=min(wait_seconds, cap),
        max_age=timedelta(hours=max_age_hours),
        max_refreshes=max_refreshes,
        purse=deps.purse,
        progress=deps.caller.progress,
    )
    now = deps.now()
    provenance = provenance_of(report, now, deps.world)
    told = provenance.basis
    return Answer(
        data=RefreshAndWait(
            results=[RefreshedAccount.of(result, now, told=told) for result in report.results],
            spent=report.spent,
            quota_before=quota_of(report.quota_before),
            quota_after=quota_of(report.quota_after),
        ),
        provenance=provenance,
        quota=quota_of(report.quota_after),
        next=_next(report, wait_seconds, max_age_hours),
        notes=_notes(report, deps.world) or None,
    )


def _next(report: RefreshReport, wait_seconds: float, max_age_hours: float) -> NextCall | None:
    """Name the call that joins what still runs; one that failed meanwhile is not begun again."""
    pending = [result.account_id for result in report.results if result.outcome == "pending"]
    if not pending:
        return None
    arguments: dict[str, JsonValue] = {
        "account_ids": [*pending],
        "wait_seconds": wait_seconds,
        "max_age_hours": max_age_hours,
        "max_refreshes": 0,
    }
    return NextCall(tool="refreshAccountAnalyticsAndWait", arguments=arguments)


def _notes(report: RefreshReport, world: World | None) -> list[str]:
    outcomes = {result.outcome for result in report.results}
    told = {"pending": _AGAIN, "reserved": _RESERVED, "outcome_unknown": _UNKNOWN}
    if world == "own":
        told["no_newer_data"] = IMPORTED
    return [sentence for outcome, sentence in told.items() if outcome in outcomes]
