"""One call and what each account comes to; what reaches the upstream, and what is spent."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mcp_server.errors import ErrorCode, SettingsError, StoreError
from mcp_server.freshness.rules import EngineRules
from mcp_server.store.records import JobState
from mcp_server.store.sqlite import UnavailableStore
from tests.freshness.asking import ALWAYS, refresh, refresh_one, together
from tests.freshness.bench import DAY, HOUR, Bench
from tests.freshness.timeline import START


async def test_a_stale_account_is_refreshed_by_one_post_and_the_data_is_newer(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    report = await refresh(bench.process(), account)
    (result,) = report.results
    assert (result.outcome, result.joined, result.unchanged) == ("refreshed", False, False)
    assert result.data is not None
    # Accepted at START and a little, and due 20 seconds later, in whole seconds.
    assert result.scraped_at == START + timedelta(seconds=20)
    assert (result.mode, result.synthetic) == ("local", True)
    assert [post.account_id for post in bench.upstream.posts] == [account]
    assert (report.spent, report.quota_before.used, report.quota_after.used) == (1, 0, 1)
    assert report.quota_after.reserved == 0


async def test_the_job_stands_in_the_store_before_the_post_arrives(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    await refresh(bench.process(), account)
    assert [post.state for post in bench.upstream.posts] == ["posting"]


async def test_what_was_refreshed_is_stored_beside_what_was_there(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh(process, account)
    stored = await process.raw_store.snapshots(await process.name(), "account", account)
    assert [snapshot.scraped_at for snapshot in stored] == [
        START - timedelta(days=3),
        START + timedelta(seconds=20),
    ]


async def test_data_younger_than_asked_for_is_enough_and_asks_the_upstream_nothing(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh(process, account)
    bench.upstream.requests.clear()
    report = await refresh(process, account)
    assert report.results[0].outcome == "fresh_enough"
    assert report.results[0].data is not None
    assert report.spent == 0
    assert bench.upstream.requests == []


async def test_fresh_data_that_only_the_upstream_has_is_found_without_a_check(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house", seen_ago=HOUR)
    assert (await refresh_one(bench.process(), account)).outcome == "fresh_enough"
    assert bench.upstream.requests == [f"GET /accounts/{account}/analytics"]


async def test_no_data_is_young_enough_for_an_age_of_zero(bench: Bench) -> None:
    account = bench.upstream.account("first.house", seen_ago=HOUR)
    assert (await refresh_one(bench.process(), account, max_age=ALWAYS)).outcome == "refreshed"


async def test_in_cooldown_the_last_data_comes_with_the_time_of_the_next_refresh(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh(process, account)
    result = await refresh_one(process, account, max_age=ALWAYS)
    assert result.outcome == "cooldown"
    assert result.error is None
    assert result.data is not None
    assert result.available_at == START + timedelta(hours=48)
    assert len(bench.upstream.posts) == 1


async def test_after_the_cooldown_a_new_decision_has_a_new_key(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh(process, account)
    await bench.timeline.pass_by(48 * HOUR)
    assert (await refresh_one(process, account)).outcome == "refreshed"
    keys = [post.key for post in bench.upstream.posts]
    assert len(keys) == len(set(keys)) == 2


async def test_without_quota_nothing_is_sent_and_the_next_month_is_named(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(monthly_quota=0)
    account = bench.upstream.account("first.house")
    report = await refresh(bench.process(), account)
    (result,) = report.results
    assert result.outcome == "quota_exhausted"
    assert result.available_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert result.data is not None
    assert (report.quota_after.limit, report.quota_after.used) == (0, 0)
    assert bench.upstream.posts == []


async def test_the_stalest_account_gets_the_last_refresh(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(monthly_quota=1)
    newer = bench.upstream.account("first.house", seen_ago=3 * DAY)
    stalest = bench.upstream.account("second.house", seen_ago=9 * DAY)
    report = await refresh(bench.process(), newer, stalest)
    assert [result.outcome for result in report.results] == ["quota_exhausted", "refreshed"]
    assert bench.upstream.used() == 1


async def test_the_reserve_is_left_whoever_asks(make_bench: Callable[..., Bench]) -> None:
    bench = make_bench(monthly_quota=3)
    accounts = [bench.upstream.account(f"{n}.house", seen_ago=n * DAY) for n in (9, 8, 7)]
    report = await refresh(bench.process(EngineRules(reserve=2)), *accounts)
    assert [result.outcome for result in report.results] == ["refreshed", "reserved", "reserved"]
    assert report.results[1].data is not None
    assert bench.upstream.used() == 1


async def test_the_reserve_is_left_when_two_processes_start_at_once(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(monthly_quota=2)
    accounts = [bench.upstream.account(f"{n}.house") for n in range(2)]
    rules = EngineRules(reserve=1)
    calls = [
        bench.process(rules).engine.refresh([account], wait_seconds=60) for account in accounts
    ]
    reports = await bench.timeline.until(together(calls))
    outcomes = {report.results[0].outcome for report in reports}
    assert outcomes <= {"refreshed", "reserved"}
    assert bench.upstream.used() <= 1


async def test_a_job_is_withdrawn_if_another_process_took_the_last_refresh_meanwhile(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(monthly_quota=2)
    accounts = [bench.upstream.account(f"{n}.house") for n in range(2)]
    slow, quick = bench.process(EngineRules(reserve=1)), bench.process(EngineRules(reserve=1))
    slow.plug.held["open_job planned"] = asyncio.Event()
    first = asyncio.ensure_future(slow.engine.refresh([accounts[0]], wait_seconds=60))
    await bench.timeline.pass_by(0.5)
    await bench.timeline.until(quick.engine.start_one(accounts[1]))
    slow.plug.held["open_job planned"].set()
    report = await bench.timeline.until(first)
    assert (report.results[0].outcome, report.spent) == ("reserved", 0)
    assert [post.account_id for post in bench.upstream.posts] == [accounts[1]]
    job = await slow.job_of(accounts[0])
    assert job is not None
    assert (job.state, job.outcome) == (JobState.FAILED, "reserved")


async def test_the_callers_cap_is_spent_on_the_stalest(bench: Bench) -> None:
    accounts = [bench.upstream.account(f"{n}.house", seen_ago=n * DAY) for n in (3, 9, 5)]
    report = await refresh(bench.process(), *accounts, max_refreshes=1)
    assert [result.outcome for result in report.results] == ["capped", "refreshed", "capped"]
    assert report.spent == 1
    assert len(bench.upstream.posts) == 1


async def test_a_cap_of_zero_only_looks(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    report = await refresh(bench.process(), account, max_refreshes=0)
    assert report.results[0].outcome == "capped"
    assert report.results[0].data is not None
    assert bench.upstream.posts == []


async def test_an_account_without_analytics_gets_its_first_ones(bench: Bench) -> None:
    account = bench.upstream.account("first.house", with_data=False)
    process = bench.process()
    result = await refresh_one(process, account)
    assert result.outcome == "refreshed"
    assert result.scraped_at == START + timedelta(seconds=20)
    job = await process.job_of(account)
    assert job is not None
    assert job.baseline is None


async def test_an_unknown_account_spoils_nothing_for_the_others(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    report = await refresh(bench.process(), "nobody", account)
    assert [result.outcome for result in report.results] == ["not_found", "refreshed"]
    error = report.results[0].error
    assert error is not None
    assert error.code is ErrorCode.NOT_FOUND_ACCOUNT


async def test_an_upstream_that_fails_leaves_the_stored_data_and_the_reason(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await bench.timeline.until(process.engine.reader.analytics(account))
    process.faults += ["500", "500"]
    result = await refresh_one(process, account)
    assert result.outcome == "failed"
    assert result.error is not None
    assert result.error.code is ErrorCode.UPSTREAM_UNAVAILABLE
    assert result.data is not None
    assert bench.upstream.posts == []


async def test_without_a_key_the_whole_call_is_a_matter_of_settings(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process(key=None)
    with pytest.raises(SettingsError) as caught:
        await refresh(process, account, "another")
    assert caught.value.variable == "TOKPORTAL_API_KEY"
    assert bench.upstream.requests == []


async def test_accounts_come_back_once_each_in_the_order_asked_for(bench: Bench) -> None:
    first, second = bench.upstream.account("first.house"), bench.upstream.account("second.house")
    report = await refresh(bench.process(), second, f" {first.upper()} ", second, first)
    assert [result.account_id for result in report.results] == [second, first]
    assert len(bench.upstream.posts) == 2


async def test_several_accounts_are_refreshed_at_the_same_time(bench: Bench) -> None:
    accounts = [bench.upstream.account(f"{n}.house") for n in range(12)]
    report = await refresh(bench.process(), *accounts, wait=30)
    assert {result.outcome for result in report.results} == {"refreshed"}
    assert report.spent == 12
    assert report.quota_after.used == bench.upstream.used() == 12


async def test_data_that_the_upstream_calls_fresh_is_not_newer_and_costs_nothing(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house", seen_ago=300)
    report = await refresh(bench.process(), account, max_age=ALWAYS)
    (result,) = report.results
    assert (result.outcome, result.receipt) == ("no_newer_data", "refreshed")
    assert result.scraped_at == START - timedelta(seconds=300)
    assert (report.spent, bench.upstream.used()) == (0, 0)


async def test_a_bare_refresh_returns_on_acceptance_whatever_the_age(bench: Bench) -> None:
    account = bench.upstream.account("first.house", seen_ago=HOUR)
    process = bench.process()
    report = await bench.timeline.until(process.engine.start_one(account), within=1)
    (result,) = report.results
    assert (result.outcome, result.receipt) == ("pending", "scrape_queued")
    assert report.spent == 1


async def test_a_bare_refresh_and_a_waiting_one_share_the_ledger(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    bare = await bench.timeline.until(process.engine.start_one(account))
    again = await bench.timeline.until(process.engine.start_one(account))
    waiting = await refresh_one(process, account)
    assert again.results[0].joined
    assert again.spent == 0
    assert (waiting.outcome, waiting.joined) == ("refreshed", True)
    assert waiting.job_id == bare.results[0].job_id
    assert len(bench.upstream.posts) == 1


async def test_a_bare_refresh_in_cooldown_is_a_result(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh(process, account)
    report = await bench.timeline.until(process.engine.start_one(account))
    assert report.results[0].outcome == "cooldown"
    assert report.results[0].available_at == START + timedelta(hours=48)


async def test_a_rehearsal_spends_nothing_and_opens_no_job(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    reply = await bench.timeline.until(process.engine.rehearse(account))
    assert reply.data.dry_run is True
    assert await process.job_of(account) is None
    assert bench.upstream.used() == 0


async def test_without_a_store_nothing_is_refreshed_but_all_is_read(bench: Bench) -> None:
    stale = bench.upstream.account("first.house")
    fresh = bench.upstream.account("second.house", seen_ago=HOUR)
    process = bench.process(store=UnavailableStore(StoreError("store.db is damaged.")))
    report = await refresh(process, stale, fresh)
    assert [result.outcome for result in report.results] == ["failed", "fresh_enough"]
    error = report.results[0].error
    assert isinstance(error, StoreError)
    assert all(result.data is not None for result in report.results)
    assert bench.upstream.posts == []
    assert await bench.timeline.until(process.engine.resume()) == 0


async def test_a_job_that_cannot_be_written_down_is_not_sent(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.plug.broken["open_job planned"] = StoreError("There is no room left on the disk.")
    result = await refresh_one(process, account)
    assert result.outcome == "failed"
    assert isinstance(result.error, StoreError)
    assert bench.upstream.posts == []


async def test_a_store_that_breaks_before_the_post_sends_nothing_until_it_is_mended(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.plug.broken["save_job posting"] = StoreError("There is no room left on the disk.")
    result = await refresh_one(process, account)
    assert result.outcome == "failed"
    assert isinstance(result.error, StoreError)
    assert bench.upstream.posts == []
    process.plug.broken.clear()
    result = await refresh_one(process, account)
    assert (result.outcome, result.joined) == ("refreshed", True)
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_ended_since_the_check_is_not_made_again(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    slow, quick = bench.process(), bench.process()
    slow.plug.held["open_job planned"] = asyncio.Event()
    late = asyncio.ensure_future(slow.engine.refresh([account], wait_seconds=60))
    await bench.timeline.settle()
    assert (await refresh_one(quick, account)).outcome == "refreshed"
    slow.plug.held["open_job planned"].set()
    (result,) = (await bench.timeline.until(late)).results
    assert result.outcome == "fresh_enough"
    assert result.scraped_at is not None
    assert len(bench.upstream.posts) == 1


async def test_a_refresh_that_failed_since_the_check_may_be_made_again(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    slow, quick = bench.process(), bench.process()
    quick.faults.append("revoked")
    slow.plug.held["open_job planned"] = asyncio.Event()
    late = asyncio.ensure_future(slow.engine.refresh([account], wait_seconds=60))
    await bench.timeline.settle()
    assert (await refresh_one(quick, account)).outcome == "failed"
    slow.plug.held["open_job planned"].set()
    (result,) = (await bench.timeline.until(late)).results
    assert result.outcome == "refreshed"
    assert len(bench.upstream.accepted(account)) == 1
