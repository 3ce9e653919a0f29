"""A server on a store that holds what a test put there; no upstream answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import anyio
import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp.client.session import MessageHandlerFnT
from starlette.types import Receive, Scope, Send

from mcp_server.app import Application, Outside, build_application
from mcp_server.settings import load
from mcp_server.store.interface import Store
from mcp_server.store.records import KnownAccount, StoredSnapshot

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNT = "9f3a7b2e-1c4d-4e8f-a5b6-7d9e0f1a2b3c"


@dataclass
class Shelf:
    """The server under test and its store."""

    application: Application
    mode: ConnectMode
    folder: Path

    def connect(self, handler: MessageHandlerFnT | None = None) -> Client:
        return Client(self.application.server, mode=self.mode, message_handler=handler)

    async def keep(self, *, days_ago: int, followers: int, store: Store | None = None) -> None:
        """Store a snapshot, by default with the server's own store."""
        store = store or self.application.deps.store
        partition = await self.application.deps.partition()
        at = NOW - timedelta(days=days_ago)
        await store.put_accounts(
            partition, [KnownAccount(ACCOUNT, "brand.house", "tiktok", at, at)]
        )
        await store.put_snapshot(
            partition,
            StoredSnapshot(
                kind="account",
                subject=ACCOUNT,
                scraped_at=at,
                stored_at=at,
                body={"account_id": ACCOUNT, "followers_count": followers},
                account_id=ACCOUNT,
                synthetic=False,
                mode="live",
            ),
        )


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"resources never ask an upstream: {scope['path']} {receive} {send}")


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> ConnectMode:
    return cast("ConnectMode", request.param)


@pytest.fixture
async def shelf(tmp_path: Path, mode: ConnectMode) -> AsyncIterator[Shelf]:
    async def pause(_: float) -> None:
        await anyio.sleep(0.01)

    application = build_application(
        load(data_dir=tmp_path, world="own"),
        local_app=refuse,
        outside=Outside(now=lambda: NOW, pause=pause),
    )
    yield Shelf(application, mode, tmp_path)
    await application.aclose()
