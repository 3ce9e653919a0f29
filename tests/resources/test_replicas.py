"""Two servers on one Redis: who is connected to one hears of what the other stored."""

import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest
from mcp.client.subscriptions import ResourceUpdated

from mcp_server.app import Outside, build_application
from mcp_server.resources import ANALYTICS
from mcp_server.settings import load
from tests.resources.conftest import ACCOUNT, NOW, Shelf
from tests.resources.test_updates import Inbox, subscribe
from tests.store.redis_server import RedisServer, need_redis, running

need_redis()

URI = ANALYTICS.format(account_id=ACCOUNT)
PATIENCE_SECONDS = 20
"""Only what hangs ever takes this long."""
pytestmark = pytest.mark.filterwarnings("ignore:resources/(un)?subscribe is removed")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with running(tmp_path_factory.mktemp("redis"), "--appendonly", "yes") as started:
        yield started


@pytest.fixture
async def replicas(server: RedisServer, tmp_path: Path) -> AsyncIterator[tuple[Shelf, Shelf]]:
    async def pause(_: float) -> None:
        await anyio.sleep(0.01)

    server.empty()
    made: list[Shelf] = []
    for name in ("a", "b"):
        application = build_application(
            load(data_dir=tmp_path / name, store=server.url, tokportal_api_key="tok_live_made_up"),
            outside=Outside(now=lambda: NOW, pause=pause, monotonic=time.monotonic),
        )
        made.append(Shelf(application, "auto", tmp_path))
    yield made[0], made[1]
    for shelf in made:
        await shelf.application.aclose()


async def test_a_newer_client_of_one_replica_hears_of_what_the_other_stored(
    replicas: tuple[Shelf, Shelf],
) -> None:
    here, there = replicas
    async with here.connect() as client, client.listen(resource_subscriptions=[URI]) as events:
        with anyio.fail_after(PATIENCE_SECONDS):
            await there.keep(days_ago=1, followers=100)
            event = await anext(aiter(events))
    assert isinstance(event, ResourceUpdated)
    assert event.uri == URI


async def test_an_older_client_of_one_replica_hears_of_what_the_other_stored(
    replicas: tuple[Shelf, Shelf],
) -> None:
    here, there = replicas
    here.mode = "legacy"
    inbox = Inbox()
    async with here.connect(inbox) as client:
        await subscribe(client, URI)
        with anyio.fail_after(PATIENCE_SECONDS):
            await there.keep(days_ago=1, followers=100)
            await inbox.until(URI)
    assert inbox.lists == 1


async def test_notices_go_on_when_the_server_comes_back(
    replicas: tuple[Shelf, Shelf], server: RedisServer
) -> None:
    here, there = replicas
    here.mode = "legacy"
    inbox = Inbox()
    async with here.connect(inbox) as client:
        await subscribe(client, URI)
        with anyio.fail_after(PATIENCE_SECONDS):
            await there.keep(days_ago=9, followers=90)
            await inbox.until(URI)
            server.kill()
            server.start()
            inbox.uris.clear()
            while not inbox.uris:
                # Kept as soon as the other replica asks again, which is within a second.
                await there.keep(days_ago=1, followers=100)
                with anyio.move_on_after(0.1):
                    await inbox.until(URI)


async def test_both_replicas_name_the_same_parts_of_the_store(
    replicas: tuple[Shelf, Shelf],
) -> None:
    names = {await shelf.application.deps.partition() for shelf in replicas}
    assert len(names) == 1
