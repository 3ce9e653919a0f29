"""The caller waits beside the refresh: what it is told, and that nothing it does touches it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from itertools import count, pairwise

import anyio
import pytest

from mcp_server.errors import ErrorCode
from tests.freshness.asking import ALWAYS, refresh, refresh_one, together
from tests.freshness.bench import HOUR, Bench
from tests.freshness.timeline import START


async def test_a_wait_of_zero_returns_on_acceptance_with_all_that_is_needed_to_come_back(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    call = bench.process().engine.refresh([account], wait_seconds=0)
    (result,) = (await bench.timeline.until(call, within=1)).results
    assert (result.outcome, result.joined, result.unchanged) == ("pending", False, False)
    assert result.data is not None
    assert result.scraped_at == START - timedelta(days=3)
    assert result.job_id is not None
    assert result.receipt == "scrape_queued"
    # Nothing was learned yet: the usual 45 seconds.
    assert result.eta_seconds == result.check_after_seconds == 45
    assert result.started_at is not None
    assert 0 <= (result.started_at - START).total_seconds() < 1


async def test_the_wait_ends_on_time_and_the_refresh_goes_on(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    result = await refresh_one(process, account, wait=10)
    assert result.outcome == "pending"
    assert bench.timeline.now == pytest.approx(START.timestamp() + 10, abs=0.5)
    await bench.timeline.pass_by(30)
    job = await process.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"
    assert (await refresh_one(process, account)).outcome == "fresh_enough"
    assert len(bench.upstream.posts) == 1


async def test_a_second_call_without_news_is_told_so_and_not_the_data_again(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    first = await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(5)
    second = await refresh_one(process, account, wait=0)
    assert (second.outcome, second.joined, second.unchanged) == ("pending", True, True)
    assert second.data is None
    assert second.scraped_at == first.scraped_at
    assert second.job_id == first.job_id
    assert first.check_after_seconds is not None
    assert second.check_after_seconds == first.check_after_seconds - 5


async def test_once_the_time_to_come_back_is_over_a_new_one_is_named(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(refresh_seconds=600)
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(60)
    later = await refresh_one(process, account, wait=0)
    assert later.unchanged
    # 60 seconds are past the usual 45: half of what has passed, again.
    assert later.check_after_seconds == later.eta_seconds == pytest.approx(31, abs=1)


async def test_a_caller_in_another_process_is_told_everything(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    await refresh_one(bench.process(), account, wait=0)
    other = await refresh_one(bench.process(), account, wait=0)
    assert (other.outcome, other.joined, other.unchanged) == ("pending", True, False)
    assert other.data is not None


async def test_callers_of_the_same_moment_are_all_told_everything(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    engine = bench.process().engine
    calls = [engine.refresh([account], wait_seconds=5) for _ in range(3)]
    reports = await bench.timeline.until(together(calls))
    assert [report.results[0].unchanged for report in reports] == [False] * 3


async def test_a_call_that_joins_waits_for_the_data_and_gets_it(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh_one(process, account, wait=0)
    result = await refresh_one(process, account, wait=60)
    assert (result.outcome, result.joined, result.unchanged) == ("refreshed", True, False)
    assert result.data is not None


async def test_twenty_callers_in_two_processes_are_one_refresh(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    engines = [bench.process().engine, bench.process().engine]
    calls = [engines[n % 2].refresh([account], wait_seconds=60) for n in range(20)]
    reports = await bench.timeline.until(together(calls))
    assert {report.results[0].outcome for report in reports} == {"refreshed"}
    assert len({report.results[0].job_id for report in reports}) == 1
    assert [report.results[0].joined for report in reports].count(False) == 1
    assert sum(report.spent for report in reports) == 1
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_began_during_the_check_is_joined_not_taken_for_a_cooldown(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    slow, quick = bench.process(), bench.process()
    slow.faults += ["slow=5"]
    first = asyncio.ensure_future(slow.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(1)
    await refresh_one(quick, account, wait=0)
    (result,) = (await bench.timeline.until(first)).results
    assert (result.outcome, result.joined) == ("refreshed", True)
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_began_and_ended_during_the_check_is_fresh_enough(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    slow, quick = bench.process(), bench.process()
    slow.faults += ["", "slow=40"]
    first = asyncio.ensure_future(slow.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(1)
    await refresh_one(quick, account, wait=30)
    (result,) = (await bench.timeline.until(first)).results
    assert result.outcome == "fresh_enough"
    assert result.scraped_at is not None
    assert result.scraped_at > START
    assert len(bench.upstream.posts) == 1


async def test_a_cancelled_caller_leaves_the_refresh_running(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    call = asyncio.ensure_future(process.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(5)
    call.cancel()
    await bench.timeline.pass_by(30)
    assert call.cancelled()
    job = await process.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"


@pytest.mark.parametrize("moment", range(0, 56, 2))
async def test_a_call_cancelled_at_any_moment_leaves_no_job_that_nobody_tends(
    bench: Bench, moment: int
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    scope = anyio.CancelScope()

    async def call() -> None:
        with scope:
            await process.engine.refresh([account], wait_seconds=60)

    process.plug.watch = _at(moment, scope.cancel)
    calling = asyncio.ensure_future(call())
    await bench.timeline.pass_by(60)
    assert calling.done()
    assert scope.cancelled_caught
    job = await process.job_of(account)
    assert job is None or job.outcome == "refreshed"
    assert len(bench.upstream.posts) == (0 if job is None else 1)


@pytest.mark.parametrize("moment", range(1, 56, 6))
async def test_a_job_whose_caller_is_torn_out_while_it_is_written_is_resumed(
    bench: Bench, moment: int
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    call = asyncio.ensure_future(process.engine.refresh([account], wait_seconds=60))
    process.plug.watch = _at(moment, call.cancel)
    await bench.timeline.pass_by(60)
    assert call.cancelled()
    await bench.timeline.until(process.engine.resume())
    await bench.timeline.pass_by(60)
    job = await process.job_of(account)
    assert job is None or job.outcome == "refreshed"
    assert len(bench.upstream.posts) == (0 if job is None else 1)


def _at(moment: int, act: Callable[[], object]) -> Callable[[str], None]:
    """Do something at the n-th thing that goes through the plug."""
    moments = count()

    def watch(_name: str) -> None:
        if next(moments) == moment:
            act()

    return watch


async def test_a_check_that_takes_too_long_begins_nothing(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults.append("slow=30")
    result = await refresh_one(process, account, wait=10)
    assert result.outcome == "failed"
    assert result.error is not None
    assert (result.error.code, result.error.retryable) == (ErrorCode.UPSTREAM_TIMEOUT, True)
    assert bench.timeline.now == START.timestamp() + 10
    await bench.timeline.pass_by(60)
    assert bench.upstream.posts == []
    assert await process.job_of(account) is None


async def test_a_post_that_takes_too_long_is_waited_for_by_the_job_alone(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += ["", "", "slow-after=25"]
    result = await refresh_one(process, account, wait=0)
    assert result.outcome == "pending"
    assert bench.timeline.now == pytest.approx(START.timestamp() + 3, abs=0.5)
    await bench.timeline.pass_by(60)
    assert (await refresh_one(process, account)).outcome == "fresh_enough"
    assert len(bench.upstream.posts) == 1


async def test_a_clock_that_is_set_back_does_not_prolong_the_wait(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(refresh_seconds=600)
    account = bench.upstream.account("first.house")
    process = bench.process()
    call = asyncio.ensure_future(process.engine.refresh([account], wait_seconds=20))
    await bench.timeline.pass_by(5)
    process.clock_is_off = -timedelta(hours=1)
    await bench.timeline.pass_by(15)
    assert call.done()
    assert call.result().results[0].outcome == "pending"


async def test_progress_names_the_job_first_and_comes_at_least_every_ten_seconds(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(refresh_seconds=120)
    account = bench.upstream.account("first.house")
    told: list[tuple[float, str]] = []

    async def progress(message: str) -> None:
        told.append((bench.timeline.now, message))

    call = bench.process().engine.refresh([account], wait_seconds=60, progress=progress)
    report = await bench.timeline.until(call)
    job_id = report.results[0].job_id
    assert job_id is not None
    assert job_id in told[0][1]
    times = [START.timestamp(), *(at for at, _ in told), bench.timeline.now]
    assert max(later - sooner for sooner, later in pairwise(times)) <= 10
    assert told[1][1].startswith("0 of 1 ")


async def test_no_progress_is_told_where_nothing_runs(bench: Bench) -> None:
    account = bench.upstream.account("first.house", seen_ago=HOUR)
    told: list[str] = []

    async def progress(message: str) -> None:
        told.append(message)

    call = bench.process().engine.refresh([account], wait_seconds=60, progress=progress)
    await bench.timeline.until(call)
    assert told == []


async def test_how_long_it_takes_is_learned(bench: Bench) -> None:
    process = bench.process()
    for number in range(3):
        account = bench.upstream.account(f"{number}.house")
        await refresh_one(process, account)
    account = bench.upstream.account("last.house")
    result = await refresh_one(process, account, wait=0)
    # A refresh takes 20 seconds, and the looks are a few seconds apart.
    assert result.eta_seconds == pytest.approx(23, abs=3)
    requests = len(bench.upstream.requests)
    await bench.timeline.pass_by(15)
    assert len(bench.upstream.requests) == requests


async def test_waiting_takes_few_looks_and_they_get_rarer(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(refresh_seconds=1_800)
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh_one(process, account, wait=0)
    before = len(bench.upstream.requests)
    await bench.timeline.pass_by(1_900)
    looks = bench.upstream.requests[before:]
    assert set(looks) == {f"GET /accounts/{account}/analytics"}
    # 3, 4.5, 6.75 ... up to 60 seconds apart: 8 until the bound, then one a minute.
    assert 30 <= len(looks) <= 40
    assert (await refresh_one(process, account)).outcome == "fresh_enough"


async def test_a_joined_refresh_that_ends_without_news_is_not_begun_again(bench: Bench) -> None:
    account = bench.upstream.account("first.house", seen_ago=300)
    process = bench.process()
    engine = process.engine
    calls = [engine.refresh([account], wait_seconds=60, max_age=ALWAYS) for _ in range(3)]
    reports = await bench.timeline.until(together(calls))
    assert {report.results[0].outcome for report in reports} == {"no_newer_data"}
    assert len(bench.upstream.posts) == 1


async def test_closing_the_engine_lets_waiting_calls_go_and_keeps_the_job(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    call = asyncio.ensure_future(process.engine.refresh([account], wait_seconds=200))
    await bench.timeline.pass_by(5)
    await bench.timeline.until(process.engine.aclose())
    report = await bench.timeline.until(call)
    assert report.results[0].outcome == "pending"
    other = bench.process()
    # The lease was released, so that nobody has to wait for its end.
    assert await bench.timeline.until(other.engine.resume()) == 1
    job = await other.job_of(account)
    assert job is not None
    assert job.owner == other.owner
    late = await refresh(process, account, wait=1)
    assert late.results[0].outcome == "pending"
