"""The decision about one account, as a table."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from mcp_server.freshness.plan import (
    AskAvailability,
    Availability,
    Capped,
    Cooldown,
    FreshEnough,
    Join,
    NoQuota,
    Reserved,
    Start,
    Verdict,
    decide,
    end_of_cooldown,
    quota_left,
)
from mcp_server.models.account import RefreshAvailability
from mcp_server.store.records import Job, JobState, QuotaView

NOW = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
LATER = NOW + 12 * HOUR
JOB = Job("job", "a", "key", JobState.POSTED, None, NOW)
FREE = Availability(True, None, 500, 123)
COOLING = Availability(False, LATER, 500, 124)
SPENT = Availability(False, LATER, 500, 500)
SILENT = Availability(None, None)


@dataclass(frozen=True)
class Known:
    scraped_at: datetime | None = NOW - 72 * HOUR
    max_age: timedelta = 24 * HOUR
    active: Job | None = None
    availability: Availability | None = FREE
    left: int | None = 377
    reserve: int = 0
    may_spend: bool = True


STALE = Known()
TABLE: list[tuple[str, Known, Verdict]] = [
    ("a stale account is refreshed", STALE, Start()),
    ("nothing known is stale", replace(STALE, scraped_at=None), Start()),
    ("young data suffices", replace(STALE, scraped_at=NOW - HOUR), FreshEnough()),
    ("just young enough", replace(STALE, scraped_at=NOW - timedelta(hours=23.99)), FreshEnough()),
    ("exactly as old is too old", replace(STALE, scraped_at=NOW - 24 * HOUR), Start()),
    ("an age of zero never suffices", replace(STALE, scraped_at=NOW, max_age=0 * HOUR), Start()),
    (
        "nor for data from the future",
        replace(STALE, scraped_at=LATER, max_age=0 * HOUR),
        Start(),
    ),
    ("data from the future is young", replace(STALE, scraped_at=LATER), FreshEnough()),
    (
        "young data suffices though a refresh runs",
        replace(STALE, scraped_at=NOW, active=JOB),
        FreshEnough(),
    ),
    ("a running refresh is joined", replace(STALE, active=JOB), Join(JOB)),
    (
        "a running refresh is joined unasked",
        replace(STALE, active=JOB, availability=None),
        Join(JOB),
    ),
    (
        "a running refresh is joined without quota",
        replace(STALE, active=JOB, availability=SPENT, left=0, may_spend=False),
        Join(JOB),
    ),
    ("the upstream is asked first", replace(STALE, availability=None), AskAvailability()),
    ("a cooldown is waited out", replace(STALE, availability=COOLING), Cooldown(LATER)),
    (
        "a cooldown of unknown end",
        replace(STALE, availability=Availability(False, None)),
        Cooldown(None),
    ),
    ("a used-up quota", replace(STALE, availability=SPENT), NoQuota(LATER)),
    (
        "an end in the future means a cooldown, if nothing else is said",
        replace(STALE, availability=Availability(None, LATER)),
        Cooldown(LATER),
    ),
    (
        "an end in the past means none",
        replace(STALE, availability=Availability(None, NOW - HOUR)),
        Start(),
    ),
    (
        "a used-up quota, if nothing else is said",
        replace(STALE, availability=Availability(None, None, 5, 5)),
        NoQuota(None),
    ),
    (
        "what the upstream allows is allowed whatever its figures",
        replace(STALE, availability=Availability(True, LATER, 5, 5)),
        Start(),
    ),
    ("an upstream that says nothing forbids nothing", replace(STALE, availability=SILENT), Start()),
    ("the last refresh may be used", replace(STALE, left=1), Start()),
    ("promised refreshes are not there", replace(STALE, left=0), NoQuota(None)),
    ("nor more than all", replace(STALE, left=-2), NoQuota(None)),
    ("the reserve is not touched", replace(STALE, left=10, reserve=10), Reserved()),
    ("what is above it may be used", replace(STALE, left=11, reserve=10), Start()),
    (
        "an empty quota is no matter of the reserve",
        replace(STALE, left=0, reserve=3),
        NoQuota(None),
    ),
    ("an unknown quota forbids nothing", replace(STALE, left=None, reserve=10), Start()),
    ("the caller's cap", replace(STALE, may_spend=False), Capped()),
    (
        "a cooldown comes before the cap",
        replace(STALE, may_spend=False, availability=COOLING),
        Cooldown(LATER),
    ),
    (
        "the reserve comes before the cap",
        replace(STALE, may_spend=False, left=1, reserve=1),
        Reserved(),
    ),
]


@pytest.mark.parametrize(
    ("known", "verdict"), [row[1:] for row in TABLE], ids=[r[0] for r in TABLE]
)
def test_the_decision_follows_the_table(known: Known, verdict: Verdict) -> None:
    found = decide(
        now=NOW,
        scraped_at=known.scraped_at,
        max_age=known.max_age,
        active=known.active,
        availability=known.availability,
        left=known.left,
        reserve=known.reserve,
        may_spend=known.may_spend,
    )
    assert found == verdict


@pytest.mark.parametrize(
    ("seen", "left"),
    [
        (QuotaView(500, 123, NOW, 0), 377),
        (QuotaView(500, 123, NOW, 7), 370),
        (QuotaView(500, 499, NOW, 3), -2),
        (QuotaView(None, 123, NOW, 0), None),
        (QuotaView(500, None, None, 0), None),
    ],
)
def test_what_is_promised_is_not_left(seen: QuotaView, left: int | None) -> None:
    assert quota_left(seen) == left


@pytest.mark.parametrize(
    ("next_refresh_at", "hours", "end"),
    [
        ("2026-02-10T21:15:00Z", 12, LATER),
        ("2026-02-10T21:15:00Z", None, LATER),
        (None, 12, LATER),
        ("soon", 12, LATER),
        (None, 0.5, NOW + HOUR / 2),
        (None, 0, None),
        (None, -3, None),
        (None, None, None),
        (None, 1e300, None),
    ],
)
def test_the_end_of_a_cooldown_is_read_from_whichever_was_told(
    next_refresh_at: str | None, hours: float | None, end: datetime | None
) -> None:
    assert end_of_cooldown(next_refresh_at, hours, NOW) == end


def test_an_answer_of_the_contract_is_read_in_full() -> None:
    said = RefreshAvailability.model_validate(
        {
            "account_id": "a",
            "can_refresh": False,
            "next_refresh_at": "2026-02-10T21:15:00Z",
            "hours_remaining": 12,
            "monthly_quota": {"limit": 500, "used": 124},
        }
    )
    assert Availability.of(said, NOW) == COOLING
    assert Availability.of(RefreshAvailability(), NOW) == SILENT
