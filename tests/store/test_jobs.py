"""What every store promises about refresh jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from mcp_server.store.interface import Store
from mcp_server.store.records import ACTIVE_STATES, Job, JobState
from tests.store.made import HOUR, LEASE, NOW, job

P = "partition"


async def _opened(store: Store, given: Job) -> Job:
    opened, is_new = await store.open_job(P, given)
    assert is_new
    return opened


async def test_a_job_comes_back_as_it_was_opened(store: Store) -> None:
    given = Job(
        job_id="j1",
        account_id="a",
        idempotency_key="k",
        state=JobState.POSTING,
        baseline=NOW - HOUR,
        created_at=NOW,
        posted_at=NOW + HOUR,
        finished_at=NOW + 2 * HOUR,
        outcome="refreshed",
        error_code="COOLDOWN",
        detail={"tries": [1, None]},
        polls=3,
        next_step_at=NOW + 3 * HOUR,
        owner="me",
        lease_until=NOW + LEASE,
        version=5,
    )
    assert await store.open_job(P, given) == (given, True)
    assert await store.job(P, "j1") == given
    assert await store.active_job(P, "a") == given


@pytest.mark.parametrize("state", sorted(ACTIVE_STATES))
async def test_an_account_with_an_active_job_gets_no_other(store: Store, state: JobState) -> None:
    first = await _opened(store, job("j1", state=state))
    assert await store.open_job(P, job("j2")) == (first, False)
    assert await store.job(P, "j2") is None
    assert first.is_active


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
async def test_an_ended_job_makes_room_for_another(store: Store, state: JobState) -> None:
    first = await _opened(store, job("j1"))
    await store.save_job(P, replace(first, state=state, finished_at=NOW))
    assert await store.active_job(P, "a") is None
    assert (await store.open_job(P, job("j2")))[1]
    ended = await store.job(P, "j1")
    assert ended is not None
    assert not ended.is_active


async def test_accounts_and_partitions_have_their_own_jobs(store: Store) -> None:
    await _opened(store, job("j1", account_id="a"))
    await _opened(store, job("j2", account_id="b", created_at=NOW - HOUR))
    assert (await store.open_job("other", job("j1")))[1]
    assert [one.job_id for one in await store.active_jobs(P)] == ["j2", "j1"]
    assert await store.job("other", "j2") is None
    assert await store.active_job("other", "b") is None


async def test_of_two_who_change_the_same_version_the_first_wins(store: Store) -> None:
    first = await _opened(store, job())
    changed = await store.save_job(P, replace(first, state=JobState.POSTING, polls=1))
    assert changed == replace(first, state=JobState.POSTING, polls=1, version=1)
    assert await store.save_job(P, replace(first, state=JobState.FAILED)) is None
    assert await store.job(P, "j1") == changed


async def test_a_job_that_is_not_there_cannot_be_saved_or_taken(store: Store) -> None:
    assert await store.save_job(P, job("nobody")) is None
    assert await store.claim_job(P, "nobody", "me", NOW, LEASE) is None
    assert await store.job(P, "nobody") is None
    await store.release_job(P, "nobody", "me")


async def test_a_free_job_is_taken_and_then_its_owner_alone_renews(store: Store) -> None:
    await _opened(store, job())
    mine = await store.claim_job(P, "j1", "me", NOW, LEASE)
    assert mine is not None
    assert (mine.owner, mine.lease_until, mine.version) == ("me", NOW + LEASE, 1)
    assert await store.claim_job(P, "j1", "you", NOW + LEASE / 2, LEASE) is None
    renewed = await store.claim_job(P, "j1", "me", NOW + LEASE / 2, LEASE)
    assert renewed == replace(mine, lease_until=NOW + 1.5 * LEASE)


async def test_an_expired_lease_goes_to_another_and_the_first_can_save_nothing(
    store: Store,
) -> None:
    await _opened(store, job())
    mine = await store.claim_job(P, "j1", "me", NOW, LEASE)
    assert mine is not None
    assert await store.claim_job(P, "j1", "you", NOW + LEASE - timedelta.resolution, LEASE) is None
    yours = await store.claim_job(P, "j1", "you", NOW + LEASE, LEASE)
    assert yours is not None
    assert yours.owner == "you"
    assert await store.save_job(P, replace(mine, state=JobState.POSTING)) is None
    assert await store.save_job(P, replace(yours, state=JobState.POSTING)) is not None


async def test_saving_leaves_the_lease_alone_and_ending_clears_it(store: Store) -> None:
    await _opened(store, job())
    mine = await store.claim_job(P, "j1", "me", NOW, LEASE)
    assert mine is not None
    await store.claim_job(P, "j1", "me", NOW + LEASE, LEASE)
    saved = await store.save_job(P, replace(mine, state=JobState.POSTED, posted_at=NOW))
    assert saved is not None
    assert (saved.owner, saved.lease_until) == ("me", NOW + 2 * LEASE)
    ended = await store.save_job(P, replace(saved, state=JobState.DONE, finished_at=NOW + HOUR))
    assert ended is not None
    assert (ended.owner, ended.lease_until) == (None, None)
    assert await store.claim_job(P, "j1", "me", NOW + HOUR, LEASE) is None


async def test_only_the_owner_frees_a_job_and_then_anybody_takes_it(store: Store) -> None:
    await _opened(store, job())
    await store.claim_job(P, "j1", "me", NOW, LEASE)
    await store.release_job(P, "j1", "you")
    assert await store.claim_job(P, "j1", "you", NOW, LEASE) is None
    await store.release_job(P, "j1", "me")
    assert await store.claim_job(P, "j1", "you", NOW, LEASE) is not None


async def test_the_last_job_is_the_one_that_ended_last(store: Store) -> None:
    assert await store.last_job(P, "a") is None
    await _opened(store, job("j1", state=JobState.DONE, finished_at=NOW + HOUR))
    await _opened(store, job("j2", state=JobState.FAILED, finished_at=NOW))
    await _opened(store, job("j3"))
    await _opened(store, job("j4", account_id="b", state=JobState.DONE, finished_at=NOW + HOUR))
    last = await store.last_job(P, "a")
    assert last is not None
    assert last.job_id == "j1"


async def test_durations_are_those_of_jobs_that_were_posted_and_done(store: Store) -> None:
    for number, seconds in enumerate((20, 35.5, 50)):
        await _opened(
            store,
            job(
                f"done{number}",
                state=JobState.DONE,
                posted_at=NOW + number * HOUR,
                finished_at=NOW + number * HOUR + timedelta(seconds=seconds),
            ),
        )
    await _opened(
        store, job("failed", state=JobState.FAILED, posted_at=NOW, finished_at=NOW + HOUR)
    )
    await _opened(store, job("never posted", state=JobState.DONE, finished_at=NOW + HOUR))
    await _opened(store, job("active", state=JobState.POSTED, posted_at=NOW))
    assert await store.finished_durations(P) == [50, 35.5, 20]
    assert await store.finished_durations(P, limit=2) == [50, 35.5]
    assert await store.finished_durations("other") == []
