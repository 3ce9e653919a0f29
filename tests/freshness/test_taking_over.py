"""A process that dies at any step of a job, or loses it: another one ends it, with one refresh."""

import asyncio
from datetime import timedelta

import pytest

from mcp_server.errors import StoreError
from mcp_server.store.records import JobState
from tests.freshness.asking import refresh_one
from tests.freshness.bench import HOUR, Bench

STEPS = (
    "open_job planned",
    "claim_job",
    "save_job posting",
    "POST refresh",
    "save_job posted",
    "note_quota",
    "finished_durations",
    "GET analytics",
    "put_snapshot",
    "save_job done",
)
SIDES = ("before", "after")


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("step", STEPS)
async def test_a_process_that_dies_at_a_step_is_succeeded_without_a_second_refresh(
    bench: Bench, step: str, side: str
) -> None:
    account = bench.upstream.account("first.house")
    dying, other = bench.process(), bench.process()
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    dying.plug.cut_at = f"{side} {step}"
    await bench.timeline.pass_by(60)
    assert dying.plug.is_dead
    assert call.cancelled()
    result = await refresh_one(other, account, wait=120)
    assert result.outcome in {"refreshed", "fresh_enough"}
    assert len(bench.upstream.accepted(account)) == 1
    assert len({post.key for post in bench.upstream.posts}) == 1
    assert all(post.state == "posting" for post in bench.upstream.posts)
    # Nothing is sent again before the upstream was asked whether it may.
    checks = [post.checks for post in bench.upstream.posts]
    assert sorted(set(checks)) == checks
    # Where the dead one had stored the data already, only its job is left to be ended.
    await bench.timeline.until(other.engine.resume())
    await bench.timeline.pass_by(60)
    job = await other.job_of(account)
    assert job is not None
    assert (job.state, job.outcome) == (JobState.DONE, "refreshed")
    assert bench.upstream.used() == 1


@pytest.mark.parametrize("step", STEPS)
async def test_a_process_that_dies_without_callers_elsewhere_is_succeeded_by_the_next_start(
    bench: Bench, step: str
) -> None:
    account = bench.upstream.account("first.house")
    dying = bench.process()
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    dying.plug.cut_at = f"after {step}"
    await bench.timeline.pass_by(60)
    assert call.cancelled()
    other = bench.process()
    await bench.timeline.until(other.engine.resume())
    await bench.timeline.pass_by(HOUR)
    job = await other.job_of(account)
    sent = len(bench.upstream.posts)
    if job is None:  # it died before there was anything to succeed it in
        assert step in {"note_quota", "finished_durations", "GET analytics", "put_snapshot"}
        assert sent == 0
    else:
        assert (job.state, job.outcome) == (JobState.DONE, "refreshed")
        assert len(bench.upstream.accepted(account)) == 1
        assert len({post.key for post in bench.upstream.posts}) == 1


async def test_a_waiting_caller_elsewhere_gets_the_data_though_the_worker_dies(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    dying, other = bench.process(), bench.process()
    worker = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(5)
    waiter = asyncio.ensure_future(other.engine.refresh([account], wait_seconds=120))
    await bench.timeline.pass_by(5)
    await bench.timeline.until(dying.die())
    report = await bench.timeline.until(waiter)
    assert worker.cancelled()
    assert (report.results[0].outcome, report.results[0].joined) == ("refreshed", True)
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_was_never_sent_is_dropped_when_nobody_waits_any_more(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    dying = bench.process()
    dying.plug.cut_at = "before save_job posting"
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(HOUR)
    assert call.cancelled()
    other = bench.process()
    await bench.timeline.until(other.engine.resume())
    await bench.timeline.pass_by(60)
    job = await other.job_of(account)
    assert job is not None
    assert job.outcome == "failed"
    assert bench.upstream.posts == []
    assert (await refresh_one(other, account)).outcome == "refreshed"


async def test_a_caller_is_not_joined_to_a_refresh_that_is_about_to_be_dropped(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    dying = bench.process()
    dying.plug.cut_at = "before save_job posting"
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(HOUR)
    assert call.cancelled()
    result = await refresh_one(bench.process(), account)
    assert (result.outcome, result.joined) == ("refreshed", False)
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_ended_while_nobody_looked_is_found_after_days(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    dying = bench.process()
    dying.plug.cut_at = "after POST refresh"
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(72 * HOUR)
    assert call.cancelled()
    other = bench.process()
    await bench.timeline.until(other.engine.resume())
    await bench.timeline.pass_by(60)
    job = await other.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


async def test_a_worker_that_lost_its_job_stops_working_and_watches(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    first, second = bench.process(), bench.process()
    one = asyncio.ensure_future(first.engine.refresh([account], wait_seconds=120))
    await bench.timeline.pass_by(2)
    second.clock_is_off = timedelta(hours=1)  # to it, the lease is over
    other = asyncio.ensure_future(second.engine.refresh([account], wait_seconds=120))
    await bench.timeline.pass_by(1)
    job = await first.job_of(account)
    assert job is not None
    assert job.owner == second.owner
    reports = [await bench.timeline.until(call) for call in (one, other)]
    assert [report.results[0].outcome for report in reports] == ["refreshed"] * 2
    assert len(bench.upstream.posts) == 1


async def test_a_worker_whose_post_is_slow_does_not_lose_its_job(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    first, second = bench.process(), bench.process()
    first.faults += ["", "", "slow-after=100"]
    one = asyncio.ensure_future(first.engine.refresh([account], wait_seconds=200))
    await bench.timeline.pass_by(2)
    other = asyncio.ensure_future(second.engine.refresh([account], wait_seconds=200))
    await bench.timeline.pass_by(90)
    job = await first.job_of(account)
    assert job is not None
    assert (job.owner, job.state) == (first.owner, JobState.POSTING)
    reports = [await bench.timeline.until(call) for call in (one, other)]
    assert [report.results[0].outcome for report in reports] == ["refreshed"] * 2
    assert len(bench.upstream.posts) == 1


async def test_a_worker_that_lost_its_job_during_the_post_learns_it_when_it_writes(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    first, second = bench.process(), bench.process()
    first.faults += ["", "", "slow-after=5"]
    one = asyncio.ensure_future(first.engine.refresh([account], wait_seconds=120))
    await bench.timeline.pass_by(1)
    second.clock_is_off = timedelta(hours=1)
    await bench.timeline.until(second.engine.resume())
    await bench.timeline.pass_by(60)
    job = await first.job_of(account)
    assert job is not None
    # Given up by the clock of the second, or found by either: but never sent a second time.
    assert job.outcome in {"refreshed", "outcome_unknown"}
    assert one.done()
    assert len(bench.upstream.accepted(account)) == 1
    assert len({post.key for post in bench.upstream.posts}) == 1


async def test_a_worker_that_cannot_renew_its_lease_stops_before_it_is_over(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    first, second = bench.process(), bench.process()
    first.faults += ["", "", "slow-after=100"]
    one = asyncio.ensure_future(first.engine.refresh([account], wait_seconds=200))
    await bench.timeline.pass_by(1)
    first.plug.broken["claim_job"] = StoreError("There is no room left on the disk.")
    await bench.timeline.until(second.engine.resume())
    await bench.timeline.pass_by(60)
    assert one.done()
    assert isinstance(one.result().results[0].error, StoreError)
    job = await second.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


async def test_a_job_without_a_store_any_more_is_left_to_others(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh_one(process, account, wait=1)
    old = await process.name()
    await process.raw_store.move_partition(old, "another")
    await bench.timeline.pass_by(60)
    assert await process.job_of(account) is None
    assert await process.raw_store.active_job("another", account) is not None


async def test_resuming_twice_is_resuming_once(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    await refresh_one(bench.process(), account, wait=0)
    other = bench.process()
    assert await bench.timeline.until(other.engine.resume()) == 1
    assert await bench.timeline.until(other.engine.resume()) == 0


async def test_who_takes_a_job_over_waits_as_long_as_the_upstream_asked_the_other(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    first = bench.process()
    first.faults += ["", "", "", "", "wait=100"]
    await refresh_one(first, account, wait=10)
    await bench.timeline.until(first.engine.aclose())
    other = bench.process()
    await bench.timeline.until(other.engine.resume())
    looked = len(bench.upstream.requests)
    await bench.timeline.pass_by(80)
    assert len(bench.upstream.requests) == looked
    await bench.timeline.pass_by(20)
    job = await other.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"


async def test_a_clock_set_back_does_not_keep_the_job_of_a_dead_owner(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    dying, other = bench.process(), bench.process()
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    dying.plug.cut_at = "after save_job posted"
    await bench.timeline.pass_by(60)
    assert call.cancelled()
    other.clock_is_off = timedelta(hours=-10)
    await bench.timeline.until(other.engine.resume())
    await bench.timeline.pass_by(HOUR)
    job = await other.job_of(account)
    assert job is not None
    assert (job.state, job.outcome) == (JobState.DONE, "refreshed")
    assert len(bench.upstream.accepted(account)) == 1
