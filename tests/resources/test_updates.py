"""Updates reach subscribers of both eras, whichever process wrote the snapshot."""

import anyio
import pytest
from mcp import Client
from mcp.client.session import IncomingMessage
from mcp.client.subscriptions import ResourcesListChanged, ResourceUpdated
from mcp_types import ResourceListChangedNotification, ResourceUpdatedNotification

from mcp_server.resources import ACCOUNTS, ANALYTICS, VIDEOS
from mcp_server.store.sqlite import open_store
from tests.resources.conftest import ACCOUNT, Shelf

URI = ANALYTICS.format(account_id=ACCOUNT)


async def subscribe(client: Client, uri: str) -> None:
    # The newer protocol has no such request, so the SDK calls it deprecated.
    await client.subscribe_resource(uri)  # pyright: ignore[reportDeprecated]


async def unsubscribe(client: Client, uri: str) -> None:
    await client.unsubscribe_resource(uri)  # pyright: ignore[reportDeprecated]


class Inbox:
    """Notices of the older protocol, as they arrive."""

    def __init__(self) -> None:
        self.uris: list[str] = []
        self.lists = 0
        self._arrived = anyio.Event()

    async def __call__(self, message: IncomingMessage) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            self.uris.append(str(message.params.uri))
        elif isinstance(message, ResourceListChangedNotification):
            self.lists += 1
        self._arrived.set()
        self._arrived = anyio.Event()

    async def until(self, uri: str) -> None:
        while uri not in self.uris:
            await self._arrived.wait()


# Each era has its own way to subscribe.
legacy = pytest.mark.parametrize("mode", ["legacy"])
modern = pytest.mark.parametrize("mode", ["auto"])
pytestmark = pytest.mark.filterwarnings("ignore:resources/(un)?subscribe is removed")


@legacy
async def test_an_older_client_is_told_that_it_may_subscribe(shelf: Shelf) -> None:
    async with shelf.connect() as client:
        resources = client.server_capabilities.resources
    assert resources is not None
    assert resources.subscribe is True
    assert resources.list_changed is True


@legacy
async def test_an_older_client_hears_of_a_new_snapshot(shelf: Shelf) -> None:
    inbox = Inbox()
    async with shelf.connect(inbox) as client:
        await subscribe(client, URI)
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100)
            await inbox.until(URI)
    assert inbox.lists >= 1  # the account was new, too


@legacy
async def test_after_unsubscribing_an_older_client_hears_no_more(shelf: Shelf) -> None:
    inbox = Inbox()
    async with shelf.connect(inbox) as client:
        await subscribe(client, URI)
        await subscribe(client, ACCOUNTS)
        await unsubscribe(client, URI)
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100)
            await inbox.until(ACCOUNTS)
            inbox.uris.clear()
            await shelf.keep(days_ago=0, followers=110)
            await inbox.until(ACCOUNTS)
    assert URI not in inbox.uris


@legacy
async def test_a_client_that_left_is_forgotten(shelf: Shelf) -> None:
    async with shelf.connect(Inbox()) as client:
        await subscribe(client, URI)
    inbox = Inbox()
    async with shelf.connect(inbox) as client:
        await subscribe(client, ACCOUNTS)
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100)
            await inbox.until(ACCOUNTS)
    assert URI not in inbox.uris


@modern
async def test_a_newer_client_hears_of_exactly_what_it_listens_to(shelf: Shelf) -> None:
    videos = VIDEOS.format(account_id=ACCOUNT)
    async with (
        shelf.connect() as client,
        client.listen(resource_subscriptions=[URI, videos]) as events,
    ):
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100)
            event = await anext(aiter(events))
    assert isinstance(event, ResourceUpdated)
    assert event.uri == URI


@modern
async def test_a_newer_client_hears_of_a_new_account(shelf: Shelf) -> None:
    async with shelf.connect() as client, client.listen(resources_list_changed=True) as events:
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100)
            event = await anext(aiter(events))
    assert isinstance(event, ResourcesListChanged)


@modern
async def test_a_snapshot_written_by_another_process_is_told_too(shelf: Shelf) -> None:
    other = open_store(shelf.folder / "store.db")
    async with shelf.connect() as client, client.listen(resource_subscriptions=[URI]) as events:
        with anyio.fail_after(5):
            await shelf.keep(days_ago=1, followers=100, store=other)
            event = await anext(aiter(events))
    await other.aclose()
    assert isinstance(event, ResourceUpdated)
