"""Whether an account is refreshed, joined or left alone: a decision without clock or I/O.

`decide` is asked with what is known so far. Where that is not enough, it says what to ask for.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self, TypeAlias

from mcp_server.models.account import RefreshAvailability
from mcp_server.models.time import parse_time
from mcp_server.store.records import Job, QuotaView


@dataclass(frozen=True, slots=True)
class Availability:
    """What the upstream said about refreshing an account.

    Attributes:
        can_refresh: Whether it is allowed now; None if the upstream did not say.
        until: When it is allowed again; None if now or unknown.
        limit: Refreshes per month of the organization.
        used: How many of them are used.
    """

    can_refresh: bool | None
    until: datetime | None
    limit: int | None = None
    used: int | None = None

    @classmethod
    def of(cls, said: RefreshAvailability, now: datetime) -> Self:
        """Read an answer to `can-refresh`."""
        quota = said.monthly_quota
        return cls(
            can_refresh=said.can_refresh,
            until=end_of_cooldown(said.next_refresh_at, said.hours_remaining, now),
            limit=None if quota is None else quota.limit,
            used=None if quota is None else quota.used,
        )

    @property
    def is_exhausted(self) -> bool:
        """Whether the month's quota is used up."""
        return self.limit is not None and self.used is not None and self.used >= self.limit

    def is_refused(self, now: datetime) -> bool:
        """Say whether a refresh now would be refused."""
        if self.can_refresh is not None:
            return not self.can_refresh
        return self.is_exhausted or (self.until is not None and self.until > now)


@dataclass(frozen=True, slots=True)
class FreshEnough:
    """The known data is younger than asked for."""


@dataclass(frozen=True, slots=True)
class Join:
    """A refresh of the account runs already."""

    job: Job


@dataclass(frozen=True, slots=True)
class AskAvailability:
    """Nothing stands in the way so far; the upstream's word is missing."""


@dataclass(frozen=True, slots=True)
class Cooldown:
    """The upstream refuses until then."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class NoQuota:
    """The month's refreshes are used, or promised to running jobs."""

    until: datetime | None


@dataclass(frozen=True, slots=True)
class Reserved:
    """What is left is the operator's reserve."""


@dataclass(frozen=True, slots=True)
class Capped:
    """The caller's own limit on refreshes is reached."""


@dataclass(frozen=True, slots=True)
class Start:
    """Spend one refresh."""


Refusal: TypeAlias = Cooldown | NoQuota | Reserved | Capped
Verdict: TypeAlias = FreshEnough | Join | AskAvailability | Refusal | Start


def decide(
    *,
    now: datetime,
    scraped_at: datetime | None,
    max_age: timedelta,
    active: Job | None,
    availability: Availability | None,
    left: int | None,
    reserve: int,
    may_spend: bool,
) -> Verdict:
    """Decide about one account.

    Args:
        now: The time.
        scraped_at: When the known data was collected; None if there is none or it is undated.
        max_age: Younger data needs no refresh; zero never suffices.
        active: The account's running job.
        availability: What the upstream said, once it was asked.
        left: Refreshes of the month that are neither used nor promised; None if unknown.
        reserve: How many of those no agent may spend.
        may_spend: Whether the caller's limit allows another refresh.
    """
    if scraped_at is not None and max(now - scraped_at, timedelta(0)) < max_age:
        return FreshEnough()
    if active is not None:
        return Join(active)
    if availability is None:
        return AskAvailability()
    if availability.is_refused(now):
        until = availability.until
        return NoQuota(until) if availability.is_exhausted else Cooldown(until)
    if left is not None and left <= reserve:
        return NoQuota(None) if left <= 0 else Reserved()
    return Start() if may_spend else Capped()


def quota_left(seen: QuotaView) -> int | None:
    """Return the month's refreshes that are neither used nor promised; None if unknown."""
    if seen.limit is None or seen.used is None:
        return None
    return seen.limit - seen.used - seen.reserved


def end_of_cooldown(
    next_refresh_at: str | None, hours_remaining: float | None, now: datetime
) -> datetime | None:
    """Return when a refresh is allowed again, from whichever the upstream told."""
    moment = parse_time(next_refresh_at)
    if moment is not None or not hours_remaining or hours_remaining < 0:
        return moment
    try:
        return now + timedelta(hours=hours_remaining)
    except OverflowError:
        return None
