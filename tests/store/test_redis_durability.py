"""What an operator is told of a server that may forget."""

import logging
from pathlib import Path

import pytest

from mcp_server.store.redis.durability import faults
from tests.store.places import FollowingStore
from tests.store.redis_server import RedisServer, need_redis, running

need_redis()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"aof_enabled": "1", "maxmemory": "0", "maxmemory_policy": "allkeys-lru"}, []),
        ({"aof_enabled": "1", "maxmemory": "9", "maxmemory_policy": "noeviction"}, []),
        ({"aof_enabled": "1", "maxmemory": "9", "maxmemory_policy": "volatile-ttl"}, []),
        ({"aof_enabled": "1", "maxmemory": "9", "maxmemory_policy": "allkeys-lru"}, ["allkeys"]),
        ({"aof_enabled": "0", "maxmemory": "0"}, ["appendonly yes"]),
        ({}, []),
    ],
)
def test_what_is_wrong_with_a_server(facts: dict[str, str], expected: list[str]) -> None:
    found = faults(facts)
    assert len(found) == len(expected)
    assert all(word in text for word, text in zip(expected, found, strict=True))


async def _told(server: RedisServer, caplog: pytest.LogCaptureFixture, url: str) -> list[str]:
    caplog.set_level(logging.WARNING)
    store = FollowingStore(url)
    assert not (await store.partition("tokportal", "https://x.example", "key")).startswith("un")
    await store.partition("tokportal", "https://x.example", "other")
    await store.aclose()
    del server
    return [one.getMessage() for one in caplog.records]


async def test_a_server_without_a_file_is_warned_of_once(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    (told,) = await _told(redis_server, caplog, redis_server.url)
    assert "without appendonly yes" in told


async def test_a_server_that_keeps_everything_is_not_talked_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path, "--appendonly", "yes") as server:
        assert await _told(server, caplog, server.url) == []


async def test_a_server_that_tells_nothing_is_used_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with running(tmp_path, "--appendonly", "yes") as server:
        server.ask("ACL", "SETUSER", "team", "on", ">pass", "~tokmetrics:*", "+@all", "-@dangerous")
        url = server.url.replace("redis://", "redis://team:pass@")
        told = await _told(server, caplog, url)
    assert any("could not be checked" in one for one in told)
