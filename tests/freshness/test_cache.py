"""Toklytics behind the cache, through the real client and transport; the network is scripted.

All rows are synthetic.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue, SecretStr

from mcp_server.clients.body import Content
from mcp_server.clients.call import Call, Policy, Runtime
from mcp_server.clients.reply import Reply
from mcp_server.clients.toklytics import ToklyticsClient, toklytics_upstream
from mcp_server.clients.transport import ApiTransport
from mcp_server.errors import (
    AppError,
    ErrorCode,
    NotFoundError,
    RateLimitedError,
    StoreError,
    UpstreamTimeoutError,
    UpstreamUnavailableError,
)
from mcp_server.freshness.cache import CachedToklytics, Lifetimes
from mcp_server.settings import load
from mcp_server.store.interface import Store
from mcp_server.store.sqlite import UnavailableStore, open_store
from tests.clients.recorder import Answer, Recorder, answer

START = datetime(2026, 2, 10, 9, 15, tzinfo=UTC)
LIFETIMES = Lifetimes(trending=300, search=900, profile=3600, market=1800)
URL = "https://toklytics.example/api/v1"
ROWS = answer(
    {
        "data": [{"video_id": "7101", "plays": 5}],
        "pagination": {"page": 1, "has_more": False},
        "meta": {"as_of": "2026-02-10T09:00:00Z", "request_id": "req_1"},
    }
)
NEWER = answer({"data": [{"video_id": "7102", "plays": 6}]})
DOWN = answer(b"", 503)


@dataclass
class World:
    """A clock, a store, and caches before scripted networks."""

    store: Store
    now: datetime = START
    transports: list[ApiTransport] = field(default_factory=list[ApiTransport])

    def clock(self) -> datetime:
        return self.now

    def unix_seconds(self) -> float:
        return self.now.timestamp()

    def passes(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def cache(
        self,
        *script: Answer,
        key: str | None = None,
        url: str = URL,
        lifetimes: Lifetimes = LIFETIMES,
        patience_seconds: float = 60,
    ) -> tuple[CachedToklytics, Recorder]:
        recorder = Recorder(list(script))
        transport = ApiTransport(
            toklytics_upstream(url, None if key is None else SecretStr(key)),
            Policy(max_retries=0),
            network=httpx2.MockTransport(recorder),
            runtime=Runtime(sleep=recorder.sleep, clock=self.unix_seconds),
        )
        self.transports.append(transport)
        cached = CachedToklytics(
            transport,
            self.store,
            lambda: self.store.partition("toklytics", url, key),
            lifetimes,
            self.clock,
            patience_seconds=patience_seconds,
        )
        return cached, recorder


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def world(path: Path) -> AsyncIterator[World]:
    made = World(open_store(path))
    # From now on a partition is named without waiting, so those who ask together meet.
    await made.store.partition("toklytics", URL, None)
    yield made
    for transport in made.transports:
        await transport.aclose()
    await made.store.aclose()


async def test_what_was_asked_is_not_asked_again_while_it_is_good(world: World) -> None:
    cached, network = world.cache(ROWS, NEWER)
    first = await cached.within().trending_videos()
    assert (first.cached, first.stale, first.stored_at) == (False, False, None)
    world.passes(299)
    again = await cached.within().trending_videos()
    assert len(network.requests) == 1
    assert (again.cached, again.stale, again.stored_at) == (True, False, START)
    assert again.data == first.data
    assert (again.pagination, again.meta, again.received_at, again.request_id) == (
        first.pagination,
        first.meta,
        first.received_at,
        first.request_id,
    )


async def test_an_answer_ends_with_its_lifetime(world: World) -> None:
    cached, network = world.cache(ROWS, NEWER)
    await cached.within().trending_videos()
    world.passes(300)
    reply = await cached.within().trending_videos()
    assert [row.video_id for row in reply.data] == ["7102"]
    assert (reply.cached, len(network.requests)) == (False, 2)
    world.passes(299)
    assert (await cached.within().trending_videos()).stored_at == START + timedelta(seconds=300)


ASKS: list[tuple[Callable[[ToklyticsClient], Awaitable[object]], float]] = [
    (lambda client: client.trending_videos(), 300),
    (lambda client: client.trending_hashtags(), 300),
    (lambda client: client.trending_sounds(), 300),
    (lambda client: client.search_videos(q="x"), 900),
    (lambda client: client.search_creators(q="x"), 900),
    (lambda client: client.search_hashtags(q="x"), 900),
    (lambda client: client.search_sounds(q="x"), 900),
    (lambda client: client.get_creator("x"), 3600),
    (lambda client: client.get_creator_videos("x"), 3600),
    (lambda client: client.get_creator_top_content("x"), 3600),
    (lambda client: client.get_video("7101"), 3600),
    (lambda client: client.get_hashtag("x"), 3600),
    (lambda client: client.get_sound("7"), 3600),
    (lambda client: client.platform_stats(), 1800),
    (lambda client: client.compare_creators(["x", "y"]), 1800),
    (lambda client: client.niche_report("x"), 1800),
    (lambda client: client.plan_campaign(100, "x"), 1800),
]


@pytest.mark.parametrize(("ask", "seconds"), ASKS)
async def test_each_kind_of_answer_has_its_lifetime(
    world: World, ask: Callable[[ToklyticsClient], Awaitable[object]], seconds: float
) -> None:
    async def either(request: httpx2.Request) -> httpx2.Response:
        rows = "search" in request.url.path or "/trending" in request.url.path
        rows = rows or request.url.path.endswith("/videos")
        one: JsonValue = {"username": "x", "name": "x"}
        return answer({"data": [one] if rows else one})

    cached, network = world.cache(either)
    await ask(cached.within())
    world.passes(seconds - 1)
    await ask(cached.within())
    assert len(network.requests) == 1
    world.passes(1)
    await ask(cached.within())
    assert len(network.requests) == 2


async def test_a_caller_may_ask_for_younger_but_not_for_older_than_the_lifetime(
    world: World,
) -> None:
    cached, network = world.cache(ROWS)
    await cached.within(60).trending_videos()
    world.passes(59)
    assert (await cached.within(60).trending_videos()).cached
    assert not (await cached.within(0).trending_videos()).cached
    world.passes(60)
    assert not (await cached.within(60).trending_videos()).cached
    world.passes(300)
    assert not (await cached.within(86_400).trending_videos()).cached
    assert len(network.requests) == 4


async def test_other_arguments_are_another_question(world: World) -> None:
    cached, network = world.cache(ROWS)
    client = cached.within()
    await client.search_videos(q="a", page=1)
    await client.search_videos(q="a", page=2)
    await client.search_videos(q="b", page=1)
    await client.trending_videos(period="24h")
    await client.trending_videos(period="7d")
    await client.search_videos(q=" a ", page=1, hashtag=None)
    assert len(network.requests) == 5


async def test_no_answer_crosses_keys_or_addresses(world: World) -> None:
    network: list[Recorder] = []
    for key, url in ((None, URL), ("one", URL), ("two", URL), ("one", f"{URL}/other")):
        cached, recorder = world.cache(ROWS, key=key, url=url)
        network.append(recorder)
        await cached.within().trending_videos()
    assert [len(one.requests) for one in network] == [1, 1, 1, 1]
    cached, recorder = world.cache(ROWS, key="one")
    assert (await cached.within().trending_videos()).cached
    assert recorder.requests == []


async def test_a_lifetime_of_none_keeps_and_shares_nothing(world: World) -> None:
    cached, network = world.cache(ROWS, lifetimes=Lifetimes.off())
    client = cached.within(3600)
    await asyncio.gather(client.trending_videos(), client.trending_videos())
    assert not (await client.trending_videos()).cached
    assert len(network.requests) == 3
    switched_on, network = world.cache(DOWN)
    with pytest.raises(UpstreamUnavailableError):
        await switched_on.within().trending_videos()


async def test_the_answer_of_a_local_world_is_not_kept(world: World) -> None:
    local = answer({"data": [{"video_id": "1"}]}, headers={"X-Tokmetrics-World": "sample"})
    cached, network = world.cache(local)
    first, second = await asyncio.gather(
        cached.within().trending_videos(), cached.within().trending_videos()
    )
    assert (first.world, second.world, len(network.requests)) == ("sample", "sample", 1)
    assert not (await cached.within().trending_videos()).cached
    assert len(network.requests) == 2


async def test_twenty_who_ask_the_same_at_once_make_one_request(world: World) -> None:
    cached, network = world.cache(ROWS)
    replies = await asyncio.gather(*(cached.within(0).trending_videos() for _ in range(20)))
    assert len(network.requests) == 1
    assert all(reply.data == replies[0].data for reply in replies)
    assert not any(reply.cached for reply in replies)


async def test_a_failure_is_shared_but_not_kept(world: World) -> None:
    cached, network = world.cache(answer(None, 404), ROWS)
    ask = cached.within()
    found = await asyncio.gather(*(ask.trending_videos() for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [NotFoundError] * 3
    assert len(network.requests) == 1
    assert not (await ask.trending_videos()).cached


async def test_if_the_one_who_asks_goes_away_the_next_asks(world: World) -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    async def hang(_request: httpx2.Request) -> httpx2.Response:
        asked.set()
        await never.wait()
        raise AssertionError

    cached, network = world.cache(hang, ROWS)
    first = asyncio.create_task(cached.within().trending_videos())
    await asked.wait()
    others = [asyncio.create_task(cached.within().trending_videos()) for _ in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    replies = await asyncio.gather(*others)
    assert first.cancelled()
    assert len(network.requests) == 2
    assert all(reply.data[0].video_id == "7101" for reply in replies)


async def test_a_bug_in_one_request_does_not_fail_the_others(world: World) -> None:
    cached, network = world.cache(RuntimeError("a bug"), ROWS)
    ask = cached.within()
    first, second = await asyncio.gather(
        ask.trending_videos(), ask.trending_videos(), return_exceptions=True
    )
    assert isinstance(first, RuntimeError)
    assert isinstance(second, Reply)
    assert len(network.requests) == 2


FAILURES: list[tuple[Answer, type[AppError]]] = [
    (DOWN, UpstreamUnavailableError),
    (httpx2.ConnectError("refused"), UpstreamUnavailableError),
    (httpx2.ReadTimeout("slow"), UpstreamTimeoutError),
    (answer(None, 429, {"Retry-After": "600"}), RateLimitedError),
]


@pytest.mark.parametrize(("failure", "error"), FAILURES)
async def test_an_old_answer_stands_in_for_an_api_that_is_away_and_says_so(
    world: World, failure: Answer, error: type[AppError]
) -> None:
    cached, network = world.cache(ROWS, failure)
    await cached.within().trending_videos()
    world.passes(3000)
    for max_age in (None, 0):
        reply = await cached.within(max_age).trending_videos()
        assert (reply.cached, reply.stale, reply.stored_at) == (True, True, START)
        assert reply.data[0].video_id == "7101"
    assert len(network.requests) == 3
    with pytest.raises(error):
        await cached.within().trending_videos(period="24h")


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (answer(None, 404), ErrorCode.NOT_FOUND),
        (answer(None, 401), ErrorCode.UNAUTHORIZED),
        (answer(b"<html>", 200), ErrorCode.UPSTREAM_MALFORMED),
        (answer(None, 302, {"Location": "/x"}), ErrorCode.UPSTREAM_REDIRECTED),
    ],
)
async def test_an_old_answer_does_not_hide_a_refusal(
    world: World, failure: httpx2.Response, code: ErrorCode
) -> None:
    cached, _ = world.cache(ROWS, failure)
    await cached.within().trending_videos()
    world.passes(3000)
    with pytest.raises(AppError) as caught:
        await cached.within().trending_videos()
    assert caught.value.code is code


async def test_those_who_wait_for_an_api_that_is_away_get_the_old_answer_too(
    world: World,
) -> None:
    cached, network = world.cache(ROWS, DOWN)
    await cached.within().trending_videos()
    world.passes(300)
    replies = await asyncio.gather(*(cached.within().trending_videos() for _ in range(3)))
    assert [(one.cached, one.stale, one.stored_at) for one in replies] == [(True, True, START)] * 3
    assert len(network.requests) == 2


async def test_a_slow_api_is_not_waited_for_when_an_old_answer_is_at_hand(world: World) -> None:
    cached, network = world.cache(ROWS, NEWER, patience_seconds=0)
    await cached.within().trending_videos()
    world.passes(300)
    assert (await cached.within().trending_videos()).stale
    # Who insists on an age has the patience of the transport.
    reply = await cached.within(60).trending_videos()
    assert (reply.stale, reply.data[0].video_id) == (False, "7102")
    assert len(network.requests) == 2


async def test_a_kept_answer_that_cannot_be_read_is_as_good_as_none(
    world: World, path: Path
) -> None:
    cached, network = world.cache(ROWS, NEWER, DOWN)
    await cached.within().trending_videos()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("""UPDATE cache SET body = '{"body": "?", "request_id": 5}'""")
    reply = await cached.within().trending_videos()
    assert (reply.cached, reply.data[0].video_id) == (False, "7102")
    connection.execute("UPDATE cache SET body = '{}'")
    connection.close()
    with pytest.raises(UpstreamUnavailableError):
        await cached.within().trending_videos()
    assert len(network.requests) == 3


async def test_an_answer_from_the_future_is_not_believed(world: World) -> None:
    cached, network = world.cache(ROWS)
    await cached.within().trending_videos()
    world.passes(-3600)
    assert not (await cached.within().trending_videos()).cached
    assert len(network.requests) == 2


async def test_answers_are_dropped_after_three_days(world: World, path: Path) -> None:
    first, _ = world.cache(ROWS)
    await first.within().trending_videos()
    world.passes(3 * 86_400)
    second, _ = world.cache(ROWS)
    await second.within().trending_videos(period="24h")
    connection = sqlite3.connect(path)
    names = [row[0] for row in connection.execute("SELECT name FROM cache")]
    connection.close()
    assert len(names) == 1
    assert "24h" in names[0]


async def test_without_a_store_one_request_still_serves_many() -> None:
    world = World(UnavailableStore(StoreError()))
    cached, network = world.cache(ROWS)
    ask = cached.within()
    await asyncio.gather(*(ask.trending_videos() for _ in range(5)))
    assert not (await ask.trending_videos()).cached
    assert len(network.requests) == 2
    await world.transports[0].aclose()


async def test_what_writes_is_never_answered_from_the_cache(world: World) -> None:
    cached, network = world.cache(ROWS)

    def read(_body: JsonValue) -> Content[str]:
        return Content("read")

    for _ in range(2):
        reply = await cached.send(Call("/x", method="POST"), read, None)
        assert (reply.data, reply.cached) == ("read", False)
    assert len(network.requests) == 2


def test_lifetimes_come_from_the_settings() -> None:
    settings = load(
        cache_trending_seconds=1,
        cache_search_seconds=2,
        cache_profile_seconds=3,
        cache_market_seconds=4,
    )
    assert Lifetimes.of(settings) == Lifetimes(trending=1, search=2, profile=3, market=4)


async def test_other_data_in_a_reply_keeps_where_it_came_from() -> None:
    reply = Reply("x", START, cached=True, stale=True, stored_at=START)
    assert reply.carrying(7) == Reply(7, START, cached=True, stale=True, stored_at=START)
