"""Replicas whose clocks are apart: leases run by the server's clock."""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from mcp_server.store.redis.clock import Clocks
from mcp_server.store.redis.store import RedisStore, open_redis
from mcp_server.store.redis.wire import Wire
from tests.store.made import HOUR, LEASE, NOW, job
from tests.store.redis_server import RedisServer, need_redis

need_redis()

P = "partition"


class Time:
    """What the server's clock shows, and by how much a replica's is off."""

    def __init__(self) -> None:
        self.now = NOW

    def replica(self, url: str, off: timedelta) -> RedisStore:
        return RedisStore(Wire(url, time.monotonic), Clocks(lambda: self.now + off, self.shown))

    def shown(self, _: datetime) -> datetime:
        return self.now


@asynccontextmanager
async def replicas(
    url: str, clock: Time, *offs: timedelta
) -> AsyncGenerator[tuple[RedisStore, ...]]:
    stores = tuple(clock.replica(url, off) for off in offs)
    yield stores
    for store in stores:
        await store.aclose()


@pytest.mark.parametrize("off", [-HOUR, HOUR])
async def test_a_replica_with_another_clock_neither_steals_a_job_nor_waits_longer(
    redis_server: RedisServer, off: timedelta
) -> None:
    clock = Time()
    async with replicas(redis_server.url, clock, timedelta(0), off) as (right, wrong):
        await right.open_job(P, job())
        assert await right.claim_job(P, "j1", "right", clock.now, LEASE) is not None
        assert await wrong.claim_job(P, "j1", "wrong", clock.now + off, LEASE) is None
        clock.now += LEASE
        taken = await wrong.claim_job(P, "j1", "wrong", clock.now + off, LEASE)
        assert taken is not None
        assert taken.lease_until == clock.now + off + LEASE
        assert await right.claim_job(P, "j1", "right", clock.now, LEASE) is None


@pytest.mark.parametrize("off", [-HOUR, HOUR])
async def test_everybody_is_told_of_a_lease_in_the_time_of_their_own_clock(
    redis_server: RedisServer, off: timedelta
) -> None:
    clock = Time()
    async with replicas(redis_server.url, clock, timedelta(0), off) as (right, wrong):
        given = job()
        await right.open_job(P, given)
        await right.claim_job(P, "j1", "right", clock.now, LEASE)
        for store, shift in ((right, timedelta(0)), (wrong, off)):
            for seen in (
                await store.job(P, "j1"),
                await store.active_job(P, "a"),
                (await store.active_jobs(P))[0],
                (await store.open_job(P, job("j2")))[0],
            ):
                assert seen is not None
                assert seen.lease_until == clock.now + shift + LEASE
        current = await wrong.job(P, "j1")
        assert current is not None
        saved = await wrong.save_job(P, current)
        assert saved is not None
        assert saved.lease_until == clock.now + off + LEASE


async def test_the_servers_clock_counts_unless_a_test_says_otherwise(
    redis_server: RedisServer,
) -> None:
    # This replica believes that it is 1970.
    store = open_redis(redis_server.url, lambda: datetime.fromtimestamp(0, NOW.tzinfo))
    await store.open_job(P, job())
    assert await store.claim_job(P, "j1", "me", NOW, LEASE) is not None
    # An hour has passed for the caller, but not for the server.
    assert await store.claim_job(P, "j1", "you", NOW + HOUR, LEASE) is None
    held = await store.job(P, "j1")
    assert held is not None
    assert held.lease_until is not None
    assert abs(held.lease_until.timestamp() - LEASE.total_seconds()) < 10
    await store.aclose()
