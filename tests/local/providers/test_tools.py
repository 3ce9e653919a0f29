"""What an agent sees of a refresh of imported data: through a real MCP client and every layer."""

import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from mcp_server.app import Outside, build_application
from mcp_server.local import LocalConfig, LocalWorld, create_app
from mcp_server.local.providers.inbox import LARGEST_BYTES
from mcp_server.settings import load
from tests.local.providers.crawls import FIRST, crawl, item, write
from tests.local.tokportal.tiny import NOW, Tiny
from tests.tools.conftest import Desk, Json, part

OLD_TIME = "2026-02-07T09:15:00Z"


@asynccontextmanager
async def _desk(config: LocalConfig, account_id: str) -> AsyncGenerator[Desk]:
    world = LocalWorld(config)
    application = build_application(
        load(data_dir=config.data_dir),
        local_app=create_app(config, world=world),
        outside=Outside(now=lambda: datetime.fromtimestamp(NOW, UTC)),
    )
    try:
        yield Desk(application, "auto", account_id)
    finally:
        await application.aclose()
        world.close()


async def _refreshed(desk: Desk) -> Json:
    answer = await desk.call("refreshAccountAnalyticsAndWait", account_ids=[desk.account_id])
    (result,) = cast("list[Json]", part(answer, "data")["results"])
    return {**result, "spent": part(answer, "data")["spent"]}


async def test_a_crawl_from_the_inbox_is_answered_at_once(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    text = crawl(NOW - 3_600, [item(FIRST, 5_000)], followers=13_000)
    write(own.config.data_dir / "inbox", "crawl.jsonl", text)
    async with _desk(own.config, account_id) as desk:
        result = await _refreshed(desk)
    assert (result["outcome"], result["as_of"]) == ("refreshed", "2026-02-10T08:15:00Z")
    assert part(result, "analytics")["total_views"] == 8_000


async def test_without_a_crawl_there_is_no_newer_data(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    async with _desk(own.config, account_id) as desk:
        result = await _refreshed(desk)
    assert (result["outcome"], result["as_of"], result["spent"]) == ("no_newer_data", OLD_TIME, 0)


async def test_what_was_left_in_the_inbox_is_told(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    inbox = own.config.data_dir / "inbox"
    write(inbox, "bad.json", '{"neither": "a video"')
    os.truncate(write(inbox, "large.jsonl", crawl(NOW, [], followers=1)), LARGEST_BYTES + 1)
    async with _desk(own.config, account_id) as desk:
        result = await _refreshed(desk)
    assert result["outcome"] == "no_newer_data"
    assert result["message"] == (
        "1 file over 24 MB waits in the inbox for `tokmetrics local import`."
        " 1 file could not be used, and went to `rejected` in the inbox with the reason."
    )


@pytest.fixture
def broken(own: Tiny, tmp_path: Path) -> LocalConfig:
    return replace(own.config, own_provider="replay", provider_folder=tmp_path / "missing")


async def test_a_failed_refresh_is_failed_at_once_and_shows_the_old_figures(
    own: Tiny, broken: LocalConfig
) -> None:
    account_id = own.account("coolcreator")
    async with _desk(broken, account_id) as desk:
        result = await _refreshed(desk)
        again = await _refreshed(desk)
    for one in (result, again):  # no cooldown
        assert (one["outcome"], one["spent"]) == ("failed", 0)
        assert one["error_code"]
    assert result["as_of"] == OLD_TIME
    assert part(result, "analytics")["total_views"] == 4_000


async def test_the_tool_that_does_not_wait_names_the_failure(
    own: Tiny, broken: LocalConfig
) -> None:
    account_id = own.account("coolcreator")
    async with _desk(broken, account_id) as desk:
        error = await desk.refused("refreshAccountAnalytics", account_id=account_id)
    assert error["upstream_code"] == "ANALYTICS_REFRESH_FAILED"
    assert error["retryable"] is False
