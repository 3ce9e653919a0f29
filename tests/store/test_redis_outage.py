"""A server that is away, silent or full: reading goes on, refreshing waits, nothing doubles."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.errors import ErrorCode, StoreError
from mcp_server.store.records import JobState
from mcp_server.store.redis.outage import PATIENCE_SECONDS
from tests.store.made import LEASE, NOW, job, snapshot
from tests.store.places import FollowingStore
from tests.store.redis_server import RedisServer, need_redis, running
from tests.store.unusable import knows_nothing, refuses

need_redis()

P = "partition"
ENOUGH = 5 * PATIENCE_SECONDS
"""Only what hangs ever takes this long."""


class Stopwatch:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server of this test's own, which keeps what it is given."""
    options = ("--appendonly", "yes", "--appendfsync", "always")
    with running(tmp_path, *options) as started:
        yield started
        started.go_on()


@asynccontextmanager
async def opened(server: RedisServer, watch: Stopwatch) -> AsyncGenerator[FollowingStore]:
    store = FollowingStore(server.url, watch)
    try:
        async with asyncio.timeout(ENOUGH):
            yield store
    finally:
        await store.aclose()


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]


async def test_reading_goes_on_and_refreshing_stops_while_the_server_is_gone(
    server: RedisServer,
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        await store.put_snapshot(P, snapshot())
        await store.open_job(P, job())
        server.kill()
        await knows_nothing(store)
        error = await refuses(store)
        assert error.retryable
        assert "cannot be reached" in error.message
        assert "127.0.0.1" not in error.message
        server.start()
        watch.now += 1
        assert await store.latest_snapshot(P, "account", "a") == snapshot()
        assert await store.active_job(P, "a") == job()


async def test_a_silent_server_is_waited_for_once_and_then_asked_once_a_second(
    server: RedisServer,
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        await store.put_snapshot(P, snapshot())
        server.pause()
        before = time.monotonic()
        with pytest.raises(StoreError, match="does not answer"):
            await store.open_job(P, job())
        for _ in range(100):
            assert await store.latest_snapshot(P, "account", "a") is None
            with pytest.raises(StoreError, match="does not answer"):
                await store.open_job(P, job())
        assert time.monotonic() - before < 2 * PATIENCE_SECONDS
        watch.now += 1
        assert await store.latest_snapshot(P, "account", "a") is None
        assert time.monotonic() - before < 2 * PATIENCE_SECONDS
        server.go_on()
        watch.now += 1
        assert await store.latest_snapshot(P, "account", "a") == snapshot()


async def test_what_a_silent_server_does_later_makes_no_second_job(server: RedisServer) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store, opened(server, watch) as other:
        await store.active_job(P, "a")
        await other.active_job(P, "a")
        server.pause()
        with pytest.raises(StoreError):
            await store.open_job(P, job("j1"))
        server.go_on()
        # Whether the first one was written or not, the second attempt leaves one job in all.
        current, is_ours = await other.open_job(P, job("j2"))
        watch.now += 1
        assert [one.job_id for one in await store.active_jobs(P)] == [current.job_id]
        assert is_ours is (current.job_id == "j2")


async def test_a_change_that_nobody_heard_of_is_not_made_over_a_newer_one(
    server: RedisServer,
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store, opened(server, watch) as other:
        first, _ = await store.open_job(P, job())
        await other.active_job(P, "a")
        server.pause()
        with pytest.raises(StoreError):
            await store.save_job(P, replace(first, state=JobState.FAILED, finished_at=NOW))
        server.go_on()
        posting = await other.save_job(P, replace(first, state=JobState.POSTING))
        watch.now += 1
        left = await store.job(P, "j1")
        assert left is not None
        assert left.version == 1
        assert left.state is (JobState.POSTING if posting is not None else JobState.FAILED)


async def test_a_server_that_keeps_its_file_gives_the_job_back_after_a_crash(
    server: RedisServer,
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        partition = await store.partition("tokportal", "https://x.example", "key")
        await store.open_job(partition, job())
        taken = await store.claim_job(partition, "j1", "me", NOW, LEASE)
        server.kill()
        server.start()
        assert await store.partition("tokportal", "https://x.example", "key") == partition
        assert await store.job(partition, "j1") == taken
        assert not (await store.open_job(partition, job("j2")))[1]


async def test_an_outage_is_one_line_in_the_log_and_its_end_another(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        await store.active_job(P, "a")
        server.kill()
        for _ in range(20):
            watch.now += 1
            await knows_nothing(store)
        server.start()
        watch.now += 1
        assert await store.active_job(P, "a") is None
    began, ended = warnings(caplog)
    assert "cannot be reached" in began
    assert "Refreshes are refused; reading goes on" in began
    assert "answers again after 20 s" in ended


async def test_a_partition_that_was_named_without_the_server_keeps_nothing(
    server: RedisServer,
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        server.kill()
        lost = await store.partition("tokportal", "https://x.example", "key")
        assert lost == await store.partition("tokportal", "https://x.example", "key")
        server.start()
        watch.now += 1
        partition = await store.partition("tokportal", "https://x.example", "key")
        assert partition != lost
        await refuses(store, lost)
        assert not await store.put_snapshot(lost, snapshot())
        assert (await store.open_job(partition, job()))[1]


async def test_a_full_server_stops_refreshing_but_not_reading(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        await store.put_snapshot(P, snapshot())
        server.ask("CONFIG", "SET", "maxmemory", 1)
        for _ in range(3):
            assert not await store.put_snapshot(P, snapshot({"n": 2}, stored_at=NOW + LEASE))
            with pytest.raises(StoreError, match="no memory left"):
                await store.open_job(P, job())
            assert await store.latest_snapshot(P, "account", "a") == snapshot()
        assert len(warnings(caplog)) == 1
        server.ask("CONFIG", "SET", "maxmemory", 0)
        assert (await store.open_job(P, job()))[1]


async def test_a_wrong_password_is_told_to_the_operator_and_shows_nowhere(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    url = server.url.replace("redis://", "redis://somebody:hidden@")
    store = FollowingStore(url)
    error = await refuses(store)
    await store.aclose()
    assert (error.code, error.retryable) == (ErrorCode.STORE_UNAVAILABLE, False)
    assert "check TOKMETRICS_STORE" in error.message
    assert "hidden" not in caplog.text
    assert "somebody" not in caplog.text


async def test_a_caller_who_leaves_does_not_take_the_job_with_it(server: RedisServer) -> None:
    watch = Stopwatch()
    async with opened(server, watch) as store:
        await store.active_job(P, "a")
        server.pause()
        caller = asyncio.create_task(store.open_job(P, job()))
        await asyncio.sleep(0)
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        server.go_on()
    async with opened(server, watch) as store:
        assert await store.active_job(P, "a") == job()


async def test_a_closed_store_refuses_refreshes_and_knows_nothing(server: RedisServer) -> None:
    async with opened(server, Stopwatch()) as store:
        await store.put_snapshot(P, snapshot())
    with pytest.raises(StoreError, match="closed"):
        await store.open_job(P, job())
    assert await store.latest_snapshot(P, "account", "a") is None
