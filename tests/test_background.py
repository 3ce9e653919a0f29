"""The background work goes on as long as anybody is connected."""

from pathlib import Path

import anyio
import pytest
from mcp import Client
from starlette.types import Receive, Scope, Send

from mcp_server.app import Outside, build_application
from mcp_server.resources import ACCOUNTS, ANALYTICS
from mcp_server.settings import load
from tests.resources.test_updates import Inbox, subscribe
from tests.store.made import HOUR, NOW, account, snapshot


async def unused(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"no request is expected: {scope} {receive} {send}")


async def test_the_first_connection_may_leave_before_the_second(tmp_path: Path) -> None:
    looks = 0
    looked = anyio.Event()

    async def pause(_: float) -> None:
        nonlocal looks, looked
        looks += 1
        looked.set()
        looked = anyio.Event()
        await anyio.sleep(0.01)

    async def until_more_looks() -> None:
        enough = looks + 5
        with anyio.fail_after(5):
            while looks < enough:
                await looked.wait()

    application = build_application(
        load(data_dir=tmp_path, world="own"), local_app=unused, outside=Outside(pause=pause)
    )
    lifespan = application.server.settings.lifespan
    assert lifespan is not None
    first, second = lifespan(application.server), lifespan(application.server)
    await first.__aenter__()
    await second.__aenter__()
    await first.__aexit__(None, None, None)
    await until_more_looks()
    await second.__aexit__(None, None, None)
    stopped = looks
    async with lifespan(application.server):
        assert looks == stopped
        await until_more_looks()
    await application.aclose()


@pytest.mark.filterwarnings("ignore:resources/subscribe is removed")
async def test_what_changed_several_times_between_two_looks_is_told_once(tmp_path: Path) -> None:
    go_on, asleep = anyio.Event(), anyio.Event()

    async def pause(_: float) -> None:
        asleep.set()
        await go_on.wait()
        await anyio.sleep(0.01)

    application = build_application(
        load(data_dir=tmp_path, world="own"), local_app=unused, outside=Outside(pause=pause)
    )
    inbox = Inbox()
    async with Client(application.server, mode="legacy", message_handler=inbox) as client:
        uri = ANALYTICS.format(account_id="a")
        await subscribe(client, uri)
        with anyio.fail_after(10):
            await asleep.wait()
            store, partition = application.deps.store, await application.deps.partition()
            for hours in range(5):
                await store.put_snapshot(partition, snapshot(scraped_at=NOW + hours * HOUR))
            await subscribe(client, ACCOUNTS)
            await store.put_accounts(partition, [account()])
            go_on.set()
            await inbox.until(ACCOUNTS)
    assert inbox.uris.count(uri) == 1
    await application.aclose()
