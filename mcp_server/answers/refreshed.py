"""How the outcome of a refresh reads, for the tool that waits and the one that does not."""

from datetime import datetime
from typing import ClassVar, Final, Self

from pydantic import BaseModel, Field

from mcp_server.answers.envelope import Provenance, Quota
from mcp_server.answers.stored import age_seconds, canonical
from mcp_server.freshness.results import AccountResult, RefreshReport
from mcp_server.models.account import AccountAnalytics
from mcp_server.models.basis import NOT_TOLD
from mcp_server.settings import World
from mcp_server.store.records import Mode, QuotaView

IMPORTED: Final = (
    "Nothing newer was found; a newer export can be imported, or dropped into the inbox."
)


class RefreshedAccount(BaseModel):
    """What came of one account."""

    quoted: ClassVar[frozenset[str]] = frozenset({"status"})

    account_id: str
    outcome: str = Field(
        description="refreshed, no_newer_data, fresh_enough, cooldown, quota_exhausted, reserved, "
        "capped, pending, outcome_unknown, not_found or failed"
    )
    status: str | None = Field(
        default=None, description="TokPortal's word: scrape_queued or refreshed"
    )
    joined: bool | None = Field(default=None, description="A running refresh was joined")
    unchanged: bool | None = Field(default=None, description="No news since the last call; no data")
    analytics: AccountAnalytics | None = Field(default=None, description="Last known figures")
    as_of: str | None = None
    age_seconds: int | None = None
    basis: str | None = None
    low_sample: bool | None = None
    available_at: str | None = Field(default=None, description="When a refresh is allowed again")
    job_id: str | None = None
    started_at: str | None = None
    eta_seconds: int | None = None
    check_after_seconds: int | None = None
    error_code: str | None = None
    message: str | None = None

    @classmethod
    def of(cls, result: AccountResult, now: datetime, *, told: str | None) -> Self:
        """Write the engine's result as an agent reads it.

        Args:
            result: What came of the account.
            now: To reckon the age from.
            told: The basis that stands in the provenance, and is not said again.
        """
        own = NOT_TOLD if result.data is None or result.basis.text == told else result.basis
        return cls(
            account_id=result.account_id,
            outcome=result.outcome,
            status=result.receipt,
            joined=result.joined or None,
            unchanged=result.unchanged or None,
            analytics=result.data,
            as_of=_time(result.scraped_at),
            age_seconds=None if result.scraped_at is None else age_seconds(result.scraped_at, now),
            basis=own.text,
            low_sample=own.low_sample or None,
            available_at=_time(result.available_at),
            job_id=result.job_id,
            started_at=_time(result.started_at),
            eta_seconds=result.eta_seconds,
            check_after_seconds=result.check_after_seconds,
            error_code=None if result.error is None else result.error.code.value,
            message=result.remark if result.error is None else result.error.message,
        )


def quota_of(view: QuotaView) -> Quota | None:
    """Return the quota, or nothing where it was never seen.

    A refresh that is accepted and that TokPortal's last count did not hold yet is used as well.
    """
    if view.limit is None and view.used is None:
        return None
    return Quota(limit=view.limit, used=None if view.used is None else view.used + view.reserved)


def provenance_of(report: RefreshReport, now: datetime, world: World | None) -> Provenance:
    """Return where the figures of a report come from; the age is that of the oldest.

    What differs from account to account, such as on how many videos each rests, is left out.
    """
    known = [result for result in report.results if result.mode is not None]
    told = [result.basis for result in known if result.data is not None]
    versions, texts = {basis.metrics_version for basis in told}, {basis.text for basis in told}
    times = [result.scraped_at for result in known if result.scraped_at is not None]
    as_of = min(times, default=None)
    modes: list[Mode] = [result.mode for result in known if result.mode is not None]
    default: Mode = "live" if world is None else "local"
    mode: Mode = modes[0] if modes else default
    return Provenance(
        api="tokportal",
        mode=mode,
        synthetic=True if world == "sample" or any(row.synthetic for row in known) else None,
        as_of=_time(as_of),
        age_seconds=None if as_of is None else age_seconds(as_of, now),
        fetched_at=canonical(now) if as_of is None else None,
        metrics_version=versions.pop() if len(versions) == 1 else None,
        basis=texts.pop() if len(texts) == 1 else None,
        low_sample=any(basis.low_sample for basis in told) or None,
    )


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else canonical(moment)
