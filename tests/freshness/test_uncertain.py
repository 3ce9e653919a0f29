"""A POST whose answer is lost, late or wrong: what the upstream shows decides, never a guess."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from mcp_server.errors import ErrorCode
from mcp_server.freshness.rules import EngineRules
from mcp_server.store.records import JobState
from tests.freshness.asking import ALWAYS, refresh, refresh_one
from tests.freshness.bench import DAY, HOUR, Bench
from tests.freshness.timeline import START

# The POST is a process's third request: the analytics and the check come before it.
CHECKED = ["", ""]


@pytest.mark.parametrize("fault", ["lost", "500-after", "truncated", "slow-after=1", "late"])
async def test_a_post_that_was_carried_out_is_not_sent_twice_for_want_of_an_answer(
    bench: Bench, fault: str
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, fault]
    result = await refresh_one(process, account, wait=120)
    assert result.outcome == "refreshed"
    assert len(bench.upstream.accepted(account)) == 1
    assert len({post.key for post in bench.upstream.posts}) == 1
    if fault != "late":  # then it is sent again before it arrives for the first time
        assert len(bench.upstream.posts) == 1
    assert bench.upstream.used() == 1


@pytest.mark.parametrize("fault", ["500", "502-html", "html", "empty", "wrong-shape"])
async def test_a_post_without_effect_is_sent_again_with_its_key_once_the_check_allows_it(
    bench: Bench, fault: str
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, fault]
    report = await refresh(process, account, wait=120)
    assert report.results[0].outcome == "refreshed"
    assert report.spent == 1
    first, second = bench.upstream.posts
    assert first.key == second.key
    assert (first.state, second.state) == ("posting", "posting")
    path = f"/accounts/{account}/analytics"
    assert bench.upstream.requests[2:6] == [
        f"POST {path}/refresh",
        f"GET {path}/can-refresh",
        f"GET {path}",
        f"POST {path}/refresh",
    ]


async def test_a_post_that_never_left_has_cost_nothing_and_is_not_repeated(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "refused"]
    result = await refresh_one(process, account)
    assert result.outcome == "failed"
    assert result.error is not None
    assert (result.error.code, result.error.retryable) == (ErrorCode.UPSTREAM_UNAVAILABLE, True)
    assert result.data is not None
    assert bench.upstream.posts == []
    assert (await refresh_one(process, account)).outcome == "refreshed"


async def test_a_caller_whose_time_is_over_meanwhile_is_told_that_nobody_knows(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "lost", "500", "500", "500"]
    result = await refresh_one(process, account, wait=5)
    assert result.outcome == "outcome_unknown"
    assert result.job_id is not None
    assert result.check_after_seconds is not None
    assert result.error is None
    again = await refresh_one(process, account, wait=60)
    assert (again.outcome, again.joined) == ("refreshed", True)
    assert len(bench.upstream.posts) == 1


async def test_a_settled_outcome_is_news_to_a_caller_that_was_told_it_is_unknown(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(refresh_seconds=600)
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "lost", "500", "500"]
    assert (await refresh_one(process, account, wait=1)).outcome == "outcome_unknown"
    again = await refresh_one(process, account, wait=30)
    assert (again.outcome, again.unchanged) == ("pending", False)
    assert again.data is not None


async def test_three_posts_at_most_then_the_outcome_stays_unknown(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, *["500", "", ""] * 20]
    await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(HOUR)
    job = await process.job_of(account)
    assert job is not None
    assert (job.state, job.outcome) == (JobState.FAILED, "outcome_unknown")
    assert job.error_code == ErrorCode.OUTCOME_UNKNOWN
    assert job.finished_at is not None
    assert timedelta(minutes=15) < job.finished_at - job.created_at < timedelta(minutes=17)
    assert len(bench.upstream.posts) == 3
    assert len({post.key for post in bench.upstream.posts}) == 1


async def test_a_caller_that_waits_to_the_end_gets_the_error_and_the_old_data(
    bench: Bench,
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process(EngineRules(uncertain_for=30, most_posts=1))
    process.faults += [*CHECKED, "500"]
    result = await refresh_one(process, account, wait=240)
    assert result.outcome == "outcome_unknown"
    assert result.error is not None
    assert result.error.code is ErrorCode.OUTCOME_UNKNOWN
    assert result.scraped_at == START - timedelta(days=3)


async def test_an_upstream_that_stays_down_does_not_make_the_job_endless(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "lost", *["500"] * 100]
    await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(HOUR)
    job = await process.job_of(account)
    assert job is not None
    assert job.outcome == "outcome_unknown"
    assert len(bench.upstream.posts) == 1


async def test_a_quota_used_up_meanwhile_proves_nothing_and_the_data_decides(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(monthly_quota=1)
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "lost"]
    assert (await refresh_one(process, account, wait=120)).outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("cooling", "cooldown"),
        ("exhausted", "quota_exhausted"),
        ("gone", "not_found"),
        ("revoked", "failed"),
        ("banned", "failed"),
        ("wait=100", "failed"),
    ],
)
async def test_a_refused_post_ends_the_job_at_once_and_has_cost_nothing(
    bench: Bench, answer: str, outcome: str
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, answer]
    report = await refresh(process, account)
    assert report.results[0].outcome == outcome
    assert report.results[0].data is not None
    assert report.spent == 0
    job = await process.job_of(account)
    assert job is not None
    assert job.state is JobState.FAILED


async def test_a_cooldown_in_answer_to_a_repeated_post_is_its_own_doing(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "500", "", "", "cooling"]
    await refresh_one(process, account, wait=20)
    job = await process.job_of(account)
    assert job is not None
    assert job.state is JobState.POSTED


@pytest.mark.parametrize("answer", ["exhausted", "gone", "refused", "banned", "wait=5"])
async def test_another_refusal_of_a_repeated_post_says_nothing_about_the_first(
    bench: Bench, answer: str
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "500", "", "", answer]
    result = await refresh_one(process, account, wait=2)
    assert result.outcome == "outcome_unknown"
    assert (await refresh_one(process, account, wait=60)).outcome == "refreshed"
    assert len(bench.upstream.accepted(account)) == 1


async def test_a_collection_that_never_ends_fails_after_two_hours_and_keeps_the_data(
    make_bench: Callable[..., Bench],
) -> None:
    bench = make_bench(refresh_seconds=DAY)
    account = bench.upstream.account("first.house")
    process = bench.process()
    await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(1.9 * HOUR)
    assert (await refresh_one(process, account, wait=0)).outcome == "pending"
    call = process.engine.refresh([account], wait_seconds=3 * HOUR)
    (result,) = (await bench.timeline.until(call)).results
    assert result.outcome == "failed"
    assert result.error is not None
    assert result.error.retryable is False
    assert result.scraped_at == START - timedelta(days=3)
    # The upstream counts it, so that there is no second one.
    assert (await refresh_one(process, account, max_age=ALWAYS)).outcome == "cooldown"


async def test_a_look_waits_as_long_as_the_upstream_asks(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "", "", "wait=100"]
    await refresh_one(process, account, wait=0)
    await bench.timeline.pass_by(10)
    looked = len(bench.upstream.requests)
    await bench.timeline.pass_by(90)
    assert len(bench.upstream.requests) == looked
    await bench.timeline.pass_by(10)
    job = await process.job_of(account)
    assert job is not None
    assert job.outcome == "refreshed"


@pytest.mark.parametrize(("answer", "outcome"), [("gone", "not_found"), ("revoked", "failed")])
async def test_a_final_answer_to_a_look_ends_the_job(
    bench: Bench, answer: str, outcome: str
) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "", "", answer]
    assert (await refresh_one(process, account)).outcome == outcome


async def test_a_passing_failure_of_a_look_is_nothing(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "", "500", "500", "refused", "html"]
    assert (await refresh_one(process, account, wait=120)).outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


async def test_a_quota_told_by_a_refusal_is_noted(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    process.faults += [*CHECKED, "exhausted=7"]
    report = await refresh(process, account)
    assert (report.quota_after.limit, report.quota_after.used) == (7, 7)
