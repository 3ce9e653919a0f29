"""The quota as last seen, and what it does not count yet."""

from datetime import UTC, datetime, timedelta, timezone

from mcp_server.store.interface import Store
from mcp_server.store.records import JobState, QuotaView
from tests.store.made import HOUR, NOW, job

P = "partition"
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


async def test_nothing_is_known_of_a_quota_never_seen(store: Store) -> None:
    assert await store.quota(P, NOW) == QuotaView(None, None, None, 0)


async def test_the_quota_is_what_was_seen_last(store: Store) -> None:
    await store.note_quota(P, 500, 123, NOW)
    await store.note_quota(P, 600, 124, NOW + HOUR)
    assert await store.quota(P, NOW + HOUR) == QuotaView(600, 124, NOW + HOUR, 0)
    assert (await store.quota("other", NOW)).limit is None


async def test_within_a_month_the_used_never_falls(store: Store) -> None:
    await store.note_quota(P, 500, 124, NOW + HOUR)
    await store.note_quota(P, 400, 120, NOW)
    assert await store.quota(P, NOW + HOUR) == QuotaView(500, 124, NOW + HOUR, 0)
    await store.note_quota(P, 500, 120, NOW + 2 * HOUR)
    assert (await store.quota(P, NOW + HOUR)).used == 124


async def test_a_figure_that_was_not_told_does_not_wipe_one_that_was(store: Store) -> None:
    await store.note_quota(P, None, 5, NOW)
    await store.note_quota(P, 500, None, NOW - HOUR)
    await store.note_quota(P, None, None, NOW + HOUR)
    assert await store.quota(P, NOW) == QuotaView(500, 5, NOW + HOUR, 0)


async def test_a_new_month_starts_anew_and_keeps_the_limit(store: Store) -> None:
    await store.note_quota(P, 500, 499, MARCH - HOUR)
    assert await store.quota(P, MARCH) == QuotaView(500, None, MARCH - HOUR, 0)
    await store.note_quota(P, None, 2, MARCH)
    assert await store.quota(P, MARCH) == QuotaView(500, 2, MARCH, 0)
    await store.note_quota(P, 400, 499, MARCH - HOUR)
    assert await store.quota(P, MARCH) == QuotaView(500, 2, MARCH, 0)


async def test_the_month_is_that_of_utc(store: Store) -> None:
    zone = timezone(timedelta(hours=9))
    await store.note_quota(P, 500, 499, (MARCH - HOUR).astimezone(zone))
    assert (await store.quota(P, (MARCH - HOUR).astimezone(zone))).used == 499
    assert (await store.quota(P, MARCH.astimezone(zone))).used is None


async def test_reserved_is_what_the_figure_cannot_count_yet(store: Store) -> None:
    await store.note_quota(P, 500, 10, NOW)
    for name, state, posted_at in (
        ("planned", JobState.PLANNED, None),
        ("posting", JobState.POSTING, None),
        ("uncertain", JobState.UNCERTAIN, None),
        ("posted before", JobState.POSTED, NOW - HOUR),
        ("posted after", JobState.POSTED, NOW + HOUR),
        ("done before", JobState.DONE, NOW - HOUR),
        ("done after", JobState.DONE, NOW + HOUR),
        ("failed unposted", JobState.FAILED, None),
    ):
        await store.open_job(P, job(name, account_id=name, state=state, posted_at=posted_at))
    view = await store.quota(P, NOW + 2 * HOUR)
    assert (view.used, view.reserved) == (10, 5)
    await store.note_quota(P, 500, 12, NOW + 2 * HOUR)
    assert (await store.quota(P, NOW + 2 * HOUR)).reserved == 3


async def test_what_was_posted_in_another_month_is_not_reserved_in_this(store: Store) -> None:
    await store.open_job(P, job(state=JobState.POSTED, posted_at=MARCH - HOUR))
    assert (await store.quota(P, MARCH - HOUR)).reserved == 1
    assert (await store.quota(P, MARCH)).reserved == 0
