"""What a refresh came to, for whoever asked."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from mcp_server.errors import AppError
from mcp_server.models.account import AccountAnalytics
from mcp_server.models.basis import NOT_TOLD, Basis
from mcp_server.store.records import Mode, QuotaView

Outcome: TypeAlias = Literal[
    "refreshed",
    "no_newer_data",
    "fresh_enough",
    "cooldown",
    "quota_exhausted",
    "reserved",
    "capped",
    "pending",
    "outcome_unknown",
    "not_found",
    "failed",
]


@dataclass(frozen=True, slots=True)
class AccountResult:
    """One account of a call.

    Attributes:
        account_id: As the engine writes it: without spaces around, a UUID in lower case.
        outcome: What came of it.
        joined: Whether the refresh was begun by another call or process.
        unchanged: Whether the caller was told the same before; the data is then left out.
        data: The last known figures, of whatever age.
        scraped_at: When they were collected.
        stored_at: When they were read from the upstream.
        mode: Where they are from.
        synthetic: Whether they are generated.
        basis: What the upstream said of them.
        available_at: When the upstream allows a refresh again, where it refuses now.
        job_id: The refresh that runs or ran.
        receipt: What the upstream said on acceptance: `scrape_queued`, `refreshed` or newer words.
        remark: What the local upstream said on acceptance; never a stranger's sentence.
        eta_seconds: After which the data is expected.
        check_after_seconds: After which to ask again.
        started_at: When the refresh was decided.
        error: Why it failed.
    """

    account_id: str
    outcome: Outcome
    joined: bool = False
    unchanged: bool = False
    data: AccountAnalytics | None = None
    scraped_at: datetime | None = None
    stored_at: datetime | None = None
    mode: Mode | None = None
    synthetic: bool = False
    basis: Basis = NOT_TOLD
    available_at: datetime | None = None
    job_id: str | None = None
    receipt: str | None = None
    remark: str | None = None
    eta_seconds: int | None = None
    check_after_seconds: int | None = None
    started_at: datetime | None = None
    error: AppError | None = None


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """A whole call.

    Attributes:
        results: In the order asked for, each account once.
        quota_before: As seen before this call spent anything.
        quota_after: As seen at its end; `reserved` counts what `used` does not show yet.
        spent: Refreshes that this call started and the upstream accepted.
    """

    results: list[AccountResult]
    quota_before: QuotaView
    quota_after: QuotaView
    spent: int
