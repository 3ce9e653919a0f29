"""A server with any choice of tools, whose upstreams must not be asked."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from mcp import Client
from mcp.client.client import ConnectMode
from mcp_types import TextContent
from starlette.types import Receive, Scope, Send

from mcp_server.app import Outside, build_application
from mcp_server.settings import load
from mcp_server.store.records import KnownAccount

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACCOUNTS = (
    KnownAccount("9f3a7b2e-1c4d-4e8f-a5b6-7d9e0f1a2b3c", "brand.house", "tiktok", NOW, NOW),
    KnownAccount("b0000000-0000-4000-8000-000000000002", "second.brand", "tiktok", NOW, NOW),
    KnownAccount("c0000000-0000-4000-8000-000000000003", None, "tiktok", NOW, NOW),
)
"""Synthetic."""

Connect = Callable[..., AbstractAsyncContextManager[Client]]

WORKING: dict[str, dict[str, str]] = {
    "account_health_report": {"account": "brand.house"},
    "should_i_refresh_now": {"account": "@brand.house", "max_age_hours": "12"},
    "creator_shortlist": {"brief": "Vegan protein bars, no alcohol", "niche": "fitness"},
    "compare_account_with_niche": {"account": "brand.house", "niche": "fitness"},
    "campaign_plan": {"niche": "fitness", "budget": "5000"},
}
"""Each prompt with arguments that it takes."""


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError(f"prompts ask no upstream: {scope} {receive} {send}")


@pytest.fixture(params=["legacy", "auto"])
def mode(request: pytest.FixtureRequest) -> ConnectMode:
    return cast("ConnectMode", request.param)


@pytest.fixture
def connect(tmp_path: Path, mode: ConnectMode) -> Connect:
    @asynccontextmanager
    async def connected(
        *, toolsets: str | None = None, read_only: bool = False
    ) -> AsyncGenerator[Client]:
        settings = load(data_dir=tmp_path, world="own", toolsets=toolsets, read_only=read_only)
        application = build_application(
            settings, local_app=refuse, outside=Outside(now=lambda: NOW)
        )
        deps = application.deps
        await deps.store.put_accounts(await deps.partition(), ACCOUNTS)
        try:
            async with Client(application.server, mode=mode) as client:
                yield client
        finally:
            await application.aclose()

    return connected


async def text_of(client: Client, name: str, arguments: dict[str, str] | None) -> str:
    result = await client.get_prompt(name, arguments)
    (message,) = result.messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    return message.content.text
