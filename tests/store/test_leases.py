"""A clock that was set back, and old jobs: for every store."""

from dataclasses import replace
from datetime import timedelta

from mcp_server.store.interface import Store
from mcp_server.store.records import JobState
from tests.store.made import HOUR, LEASE, NOW, job

P = "partition"
DAY = 24 * HOUR


async def test_a_clock_set_back_keeps_a_dead_owners_job_for_one_lease_only(store: Store) -> None:
    await store.open_job(P, job())
    await store.claim_job(P, "j1", "dead", NOW, LEASE)
    before = NOW - HOUR
    assert await store.claim_job(P, "j1", "next", before, LEASE) is None
    soon = before + LEASE - timedelta.resolution
    assert await store.claim_job(P, "j1", "next", soon, LEASE) is None
    taken = await store.claim_job(P, "j1", "next", before + LEASE, LEASE)
    assert taken is not None
    assert taken.owner == "next"


async def test_an_owner_who_lives_through_a_clock_set_back_keeps_the_job(store: Store) -> None:
    await store.open_job(P, job())
    mine = await store.claim_job(P, "j1", "me", NOW, LEASE)
    assert mine is not None
    before = NOW - HOUR
    assert await store.claim_job(P, "j1", "you", before, LEASE) is None
    renewed = await store.claim_job(P, "j1", "me", before + LEASE / 3, LEASE)
    assert renewed is not None
    assert await store.claim_job(P, "j1", "you", before + LEASE, LEASE) is None
    assert await store.save_job(P, replace(mine, state=JobState.POSTING)) is not None


async def test_jobs_that_ended_long_ago_are_dropped_except_the_last_of_each_account(
    store: Store,
) -> None:
    for number, (account_id, days) in enumerate(
        (("a", 200), ("a", 150), ("a", 1), ("b", 300), ("b", 250), ("c", 95))
    ):
        await store.open_job(
            P,
            job(
                f"j{number}",
                account_id=account_id,
                state=JobState.FAILED,
                created_at=NOW - days * DAY,
                finished_at=NOW - days * DAY,
            ),
        )
    await store.open_job("other", job("elsewhere", account_id="z"))
    await store.open_job(P, job("new", account_id="d"))
    left = [f"j{number}" for number in range(6) if await store.job(P, f"j{number}") is not None]
    assert left == ["j2", "j4", "j5"]
    last = await store.last_job(P, "b")
    assert last is not None
    assert last.job_id == "j4"


async def test_how_long_jobs_took_is_known_when_they_are_gone(store: Store) -> None:
    for days in (300, 200, 100):
        end = NOW - days * DAY
        await store.open_job(
            P,
            job(
                f"j{days}",
                state=JobState.DONE,
                created_at=end,
                posted_at=end - timedelta(seconds=days),
                finished_at=end,
            ),
        )
    await store.open_job(P, job("new"))
    assert await store.finished_durations(P) == [100, 200, 300]
