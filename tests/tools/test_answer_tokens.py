"""What answers cost a model's context, on the generated sample world."""

import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
from mcp import Client
from mcp_types import TextContent
from pydantic import JsonValue

import tools
from mcp_server.app import Outside, build_application
from mcp_server.local import LocalConfig, LocalWorld, create_app, ensure_sample
from mcp_server.settings import World, load
from scripts.tokens import tokens
from tests.tools.conftest import Json
from tests.tools.world import NOW

LIST_BUDGET = 1_800
"""Of a list asked for 20 rows."""
OBJECT_BUDGET = 1_000
_USERS = ("demo.capsule", "demo.envelopes", "demo.twodogs")
"""Of the user's own accounts in the sample, with 20 videos and more."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    ensure_sample(LocalConfig(folder, "sample", clock=NOW.timestamp))
    return folder


@asynccontextmanager
async def connected(folder: Path, kind: World = "sample") -> AsyncGenerator[Client]:
    config = LocalConfig(folder, kind, clock=NOW.timestamp)
    world = LocalWorld(config)
    application = build_application(
        load(data_dir=folder, max_wait_seconds=0),
        local_app=create_app(config, world=world),
        outside=Outside(now=lambda: NOW),
    )
    try:
        async with Client(application.server) as client:
            yield client
    finally:
        await application.aclose()
        world.close()


async def answered(client: Client, tool: str, arguments: Mapping[str, JsonValue]) -> Json:
    result = await client.call_tool(tool, dict(arguments))
    (block,) = result.content
    assert isinstance(block, TextContent)
    assert not result.is_error, f"{tool}: {block.text}"
    return cast("Json", result.structured_content)


async def column(client: Client, tool: str, name: str, **arguments: JsonValue) -> list[JsonValue]:
    """One field of the rows of a list."""
    answer = await answered(client, tool, arguments)
    return [row[name] for row in cast("list[Json]", answer["data"])]


async def list_calls(client: Client) -> dict[str, list[Json]]:
    """Calls of every list tool, for 20 rows each."""
    accounts = await collected(client)
    own: list[Json] = [{"account_id": account, "per_page": 20} for account in accounts[:3]]
    videos: list[Json] = [{"username": user, "limit": 20} for user in _USERS]
    return {
        "listAccounts": [{"per_page": 20}],
        "listAccountVideoAnalytics": own,
        "searchTikTokCreators": [
            {"limit": 20},
            {"q": "fitness", "limit": 20},
            {"sort": "likes", "limit": 20},
            {"sort": "videos", "limit": 20},
            {"sort": "recent", "limit": 20},
        ],
        "getTikTokCreatorVideos": videos,
        "searchTikTokVideos": [
            {"limit": 20},
            {"q": "fitness", "limit": 20},
            {"sort": "shares", "limit": 20},
        ],
        "getTrendingTikTokVideos": [{"limit": 20}, {"period": "30d", "limit": 20}],
        "searchTikTokHashtags": [{"limit": 20}, {"q": "fit", "limit": 20}],
        "getTrendingTikTokHashtags": [{"limit": 20}],
        "searchTikTokSounds": [
            {"limit": 20},
            {"q": "a", "limit": 20},
            {"sort": "recent", "limit": 20},
        ],
        "getTrendingTikTokSounds": [{"limit": 20}],
    }


async def collected(client: Client) -> list[JsonValue]:
    """The own accounts that have figures."""
    accounts = await column(client, "listAccounts", "account_id")
    found: list[JsonValue] = []
    for account in accounts:
        result = await client.call_tool("getAccountAnalytics", {"account_id": account})
        if not result.is_error:
            found.append(account)
    return found


async def object_calls(client: Client) -> dict[str, list[Json]]:
    """Calls of every tool that answers with one object."""
    accounts = await collected(client)
    own: list[Json] = [{"account_id": account} for account in accounts[:3]]
    records = await column(client, "listAccountVideoAnalytics", "id", **own[0])
    creators = await column(client, "searchTikTokCreators", "username", sort="followers")
    videos = await column(client, "searchTikTokVideos", "video_id")
    hashtags = await column(client, "searchTikTokHashtags", "name")
    sounds = await column(client, "getTrendingTikTokSounds", "music_id")
    by_name: list[Json] = [{"username": name} for name in [*creators[:5], *_USERS]]
    return {
        "getAccountAnalytics": own,
        "canRefreshAccountAnalytics": own,
        "getAccountAnalyticsHistory": own,
        "getVideoAnalytics": [{"video_analytics_id": record} for record in records[:3]],
        "refreshAccountAnalytics": [*own, {**own[0], "dry_run": True}],
        "refreshAccountAnalyticsAndWait": [{"account_ids": [row["account_id"]]} for row in own],
        "getTikTokCreatorAnalytics": by_name,
        "getTikTokCreatorTopContent": by_name,
        "compareTikTokCreators": [{"usernames": creators[:2]}, {"usernames": creators[:10]}],
        "getTikTokVideoDetails": [{"video_id": video} for video in videos[:3]],
        "getTikTokHashtagDetails": [{"tag": tag} for tag in hashtags[:3]],
        "getTikTokSoundDetails": [{"music_id": sound} for sound in sounds[:3]],
        "getToklyticsStats": [{}],
        "getTikTokNicheBenchmarks": [{"niche": niche} for niche in ("fitness", "beauty", "food")],
        "planTikTokInfluencerCampaign": [
            {"niche": "fitness", "budget": budget} for budget in (1_000, 5_000, 100_000)
        ],
    }


async def costs(client: Client, calls: Mapping[str, list[Json]]) -> dict[str, list[int]]:
    """Tokens of each call's answer."""
    return {
        tool: [tokens(await answered(client, tool, arguments)) for arguments in every]
        for tool, every in calls.items()
    }


async def test_a_list_of_20_rows_costs_no_more_than_its_budget(
    sample: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    async with connected(tmp_path) as client:
        found = await costs(client, await list_calls(client))
    assert {tool: spent for tool, spent in found.items() if max(spent) > LIST_BUDGET} == {}


async def test_an_object_costs_no_more_than_its_budget(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    async with connected(tmp_path) as client:
        found = await costs(client, await object_calls(client))
    assert {tool: spent for tool, spent in found.items() if max(spent) > OBJECT_BUDGET} == {}


async def test_every_tool_is_measured_and_the_lists_have_their_20_rows(
    sample: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    async with connected(tmp_path) as client:
        lists, objects = await list_calls(client), await object_calls(client)
        rows = {
            tool: len(cast("list[Json]", (await answered(client, tool, calls[0]))["data"]))
            for tool, calls in lists.items()
        }
    assert lists.keys() | objects.keys() == {spec.name for spec in tools.ALL}
    # The sample has twelve own accounts.
    assert rows == {**dict.fromkeys(lists, 20), "listAccounts": 12}
