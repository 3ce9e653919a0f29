"""A Redis that dies or falls silent in the middle of a refresh: nothing is sent twice."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from mcp_server.errors import ErrorCode
from mcp_server.store.records import JobState
from tests.freshness.asking import ALWAYS, refresh_one
from tests.freshness.bench import HOUR, Bench, Process
from tests.freshness.replicas import replica
from tests.store.redis_server import RedisServer, need_redis, running

need_redis()

STEPS = (
    "before open_job planned",
    "after open_job planned",
    "before claim_job",
    "before save_job posting",
    "after save_job posting",
    "before save_job posted",
    "after save_job posted",
    "before put_snapshot",
    "before save_job done",
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with running(folder, "--appendonly", "yes", "--appendfsync", "always") as started:
        yield started
        started.go_on()


@pytest.fixture
def bench(bench: Bench) -> Bench:
    # There is no file to look into; that states are written before they are sent is tried
    # in the interleavings.
    bench.upstream.state_of_key = lambda _: None
    return bench


def once_at(process: Process, step: str, happen: Callable[[], None]) -> None:
    """Let something happen when the process comes to a step for the first time."""
    is_due = [True]

    def watch(name: str) -> None:
        if name == step and is_due:
            is_due.clear()
            happen()

    process.plug.watch = watch


async def ended_with_one_refresh(bench: Bench, process: Process, account: str) -> None:
    """Let the process take up what is left and another caller come, hours long."""
    await bench.timeline.until(process.engine.resume())
    await bench.timeline.pass_by(HOUR)
    result = await refresh_one(process, account, wait=120)
    assert result.outcome in {"refreshed", "fresh_enough"}
    await bench.timeline.pass_by(HOUR)
    job = await process.job_of(account)
    assert job is not None
    assert (job.state, job.outcome) == (JobState.DONE, "refreshed")
    assert len(bench.upstream.accepted(account)) == 1
    assert bench.upstream.used() == 1
    assert len({post.key for post in bench.upstream.posts}) == 1


@pytest.mark.parametrize("step", STEPS)
async def test_a_server_killed_at_a_step_comes_back_to_one_refresh(
    bench: Bench, server: RedisServer, step: str
) -> None:
    account = bench.upstream.account("first.house")
    process = replica(bench, server.url)
    once_at(process, step, server.kill)
    await refresh_one(process, account, wait=60)
    assert len(bench.upstream.posts) <= 1
    server.start()
    await bench.timeline.pass_by(40)
    await ended_with_one_refresh(bench, process, account)


@pytest.mark.parametrize("step", ["before save_job posting", "before save_job posted"])
async def test_a_server_that_falls_silent_at_a_step_goes_on_with_one_refresh(
    bench: Bench, server: RedisServer, step: str
) -> None:
    account = bench.upstream.account("first.house")
    process, other = replica(bench, server.url), replica(bench, server.url)
    once_at(process, step, server.pause)
    await refresh_one(process, account, wait=60)
    server.go_on()
    await bench.timeline.pass_by(40)
    await ended_with_one_refresh(bench, other, account)


async def test_without_the_server_own_data_is_read_and_a_refresh_is_refused(
    bench: Bench, server: RedisServer
) -> None:
    account = bench.upstream.account("first.house")
    process = replica(bench, server.url)
    server.kill()
    reply = await bench.timeline.until(process.engine.reader.analytics(account))
    assert reply.data.followers_count == 1_000
    result = await refresh_one(process, account, max_age=ALWAYS)
    assert result.error is not None
    assert (result.outcome, result.error.code) == ("failed", ErrorCode.STORE_UNAVAILABLE)
    assert result.error.retryable
    assert bench.upstream.posts == []
    server.start()
    await bench.timeline.pass_by(2)
    assert (await refresh_one(process, account, max_age=ALWAYS)).outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
async def test_replicas_whose_clocks_are_an_hour_apart_share_one_refresh(
    bench: Bench, server: RedisServer, off: timedelta
) -> None:
    account = bench.upstream.account("first.house")
    first, second = replica(bench, server.url), replica(bench, server.url, off=off)
    call = asyncio.ensure_future(first.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(5)
    joined = await refresh_one(second, account, wait=60)
    assert joined.joined
    assert (await call).results[0].outcome == joined.outcome == "refreshed"
    assert len(bench.upstream.posts) == 1


@pytest.mark.parametrize("off", [timedelta(hours=-1), timedelta(hours=1)])
async def test_a_replica_whose_clock_is_off_takes_over_from_a_dead_one_within_a_minute(
    bench: Bench, server: RedisServer, off: timedelta
) -> None:
    account = bench.upstream.account("first.house")
    dying, other = replica(bench, server.url), replica(bench, server.url, off=off)
    dying.plug.cut_at = "after save_job posted"
    call = asyncio.ensure_future(dying.engine.refresh([account], wait_seconds=60))
    await bench.timeline.pass_by(10)
    assert dying.plug.is_dead
    assert call.cancelled()
    result = await refresh_one(other, account, wait=60)
    assert (result.outcome, result.joined) == ("refreshed", True)
    assert len(bench.upstream.posts) == 1
