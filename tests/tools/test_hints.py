"""The hints of a tool are true: what says that it only reads causes no write upstream."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final, cast

import pytest
from mcp import Client
from mcp_types import Tool
from pydantic import JsonValue

import tools
from mcp_server.boundary import Effect, ToolSpec
from mcp_server.boundary.wiring import schemas
from tests.tools.conftest import Desk, Json
from tests.tools.world import LENAS

SPENDING: Final = {"refreshAccountAnalytics", "refreshAccountAnalyticsAndWait"}
READS: Final = {"GET", "HEAD"}
VIDEO: Final = LENAS[0].video_id
SOUND: Final = "7000000000000000001"
ACCOUNT: Final = "ACCOUNT"
"""Stands for the id of the world's own account."""

CALLS: Final[Mapping[str, tuple[Json, ...]]] = {
    "listAccounts": ({}, {"per_page": 1, "page": 2}),
    "getAccountAnalytics": ({"account_id": ACCOUNT}, {"account_id": "unknown"}),
    "canRefreshAccountAnalytics": ({"account_id": ACCOUNT}, {"account_id": "unknown"}),
    "getAccountAnalyticsHistory": (
        {"account_id": ACCOUNT},
        {"account_id": ACCOUNT, "metric": "total_views"},
    ),
    "listAccountVideoAnalytics": (
        {"account_id": ACCOUNT},
        {"account_id": ACCOUNT, "sort_by": "views", "per_page": 1},
    ),
    "getVideoAnalytics": ({"video_analytics_id": "va_1"}, {"video_analytics_id": VIDEO}),
    "searchTikTokCreators": ({"q": "fitness"}, {"min_followers": 1, "limit": 1}),
    "getTikTokCreatorAnalytics": ({"username": "lena.lifts"}, {"username": "nobody"}),
    "getTikTokCreatorVideos": ({"username": "lena.lifts"}, {"username": "lena.lifts", "limit": 2}),
    "getTikTokCreatorTopContent": ({"username": "lena.lifts"}, {"username": "nobody"}),
    "compareTikTokCreators": (
        {"usernames": ["lena.lifts", "marco.moves"]},
        {"usernames": ["lena.lifts", "nobody"]},
    ),
    "searchTikTokVideos": ({"q": "training"}, {"hashtag": "fitness", "limit": 1}),
    "getTikTokVideoDetails": ({"video_id": VIDEO}, {"video_id": "7"}),
    "getTrendingTikTokVideos": ({}, {"period": "30d"}),
    "searchTikTokHashtags": ({"q": "fit"}, {}),
    "getTikTokHashtagDetails": ({"tag": "fitness"}, {"tag": "nowhere"}),
    "getTrendingTikTokHashtags": ({}, {"limit": 1}),
    "searchTikTokSounds": ({"q": "drums"}, {}),
    "getTikTokSoundDetails": ({"music_id": SOUND}, {"music_id": "7"}),
    "getTrendingTikTokSounds": ({}, {"limit": 1}),
    "getToklyticsStats": ({}, {"max_age_seconds": 0}),
    "getTikTokNicheBenchmarks": ({"niche": "fitness"}, {"niche": "nothing"}),
    "planTikTokInfluencerCampaign": (
        {"niche": "fitness", "budget": 5_000},
        {"niche": "nothing", "budget": 1},
    ),
}


def filled(arguments: Json, desk: Desk) -> Json:
    return {
        name: desk.account_id if value == ACCOUNT else value for name, value in arguments.items()
    }


def written(requests: list[str]) -> list[str]:
    return [request for request in requests if request.split()[0] not in READS]


async def listed(desk: Desk) -> list[Tool]:
    async with Client(desk.application.server, mode=desk.mode) as client:
        return (await client.list_tools()).tools


async def test_every_tool_that_says_it_only_reads_causes_no_write(desk: Desk) -> None:
    reading = [
        tool.name
        for tool in await listed(desk)
        if tool.annotations and tool.annotations.read_only_hint
    ]
    assert set(reading) == set(CALLS), "each has its calls here, and no other tool does"
    details = {spec.name: spec.concise is not None for spec in tools.ALL}
    asked: defaultdict[str, int] = defaultdict(int)
    worked: defaultdict[str, int] = defaultdict(int)
    async with Client(desk.application.server, mode=desk.mode) as client:
        for name in reading:
            for arguments in CALLS[name]:
                for detail in ("concise", "full") if details[name] else (None,):
                    given = filled(arguments, desk) | ({"detail": detail} if detail else {})
                    before = len(desk.requests)
                    result = await client.call_tool(name, given)
                    sent = desk.requests[before:]
                    assert written(sent) == [], (name, given)
                    asked[name] += len(sent)
                    worked[name] += not result.is_error
    silent = {name for name in reading if not asked[name]}
    assert silent == set(), "a tool that asks nothing proves nothing"
    assert {name for name in reading if not worked[name]} <= {"getVideoAnalytics"}


async def test_a_known_record_is_read_without_a_write(desk: Desk) -> None:
    answer = await desk.call("listAccountVideoAnalytics", account_id=desk.account_id)
    row = cast("list[Json]", answer["data"])[0]
    for detail in ("concise", "full"):
        await desk.call("getVideoAnalytics", video_analytics_id=row["id"], detail=detail)
    assert written(desk.requests) == []


async def test_resources_and_lists_cause_no_request(desk: Desk) -> None:
    async with Client(desk.application.server, mode=desk.mode) as client:
        await client.list_tools()
        await client.list_prompts()
        await client.list_resources()
        await client.read_resource("tokportal://accounts")
    assert desk.requests == []


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("refreshAccountAnalytics", {"account_id": ACCOUNT}),
        (
            "refreshAccountAnalyticsAndWait",
            {"account_ids": ACCOUNT, "max_age_hours": 0, "wait_seconds": 0},
        ),
    ],
)
async def test_the_two_that_write_say_so(desk: Desk, tool: str, arguments: Json) -> None:
    await desk.call(tool, **filled(arguments, desk))
    await desk.application.deps.engine.aclose()
    assert [request.split()[0] for request in written(desk.requests)] == ["POST"]
    (shown,) = [one for one in await listed(desk) if one.name == tool]
    assert shown.annotations is not None
    assert shown.annotations.read_only_hint is False


async def test_every_tool_is_listed_with_title_and_all_four_hints(desk: Desk) -> None:
    for tool in await listed(desk):
        hints = tool.annotations
        assert hints is not None, tool.name
        assert hints.read_only_hint is (tool.name not in SPENDING)
        assert hints.destructive_hint is False
        assert hints.idempotent_hint is True
        assert hints.open_world_hint is True
        assert tool.title == hints.title
        assert tool.title
        assert len(tool.name) <= 64
        assert tool.name.isascii()
        assert tool.name.isalnum()


SECRET: Final = ("api key", "api_key", "apikey", "password", "secret", "token", "credential")
ORDERS: Final = re.compile(
    r"\balways\b|\byou must\b|\bother (?:tools|servers?)\b|(?:^|[.;:!] )(?:ignore|never|do not)\b"
)


def texts(schema: JsonValue) -> list[str]:
    """Every name and description of a schema, in lower case."""
    if isinstance(schema, list):
        return [text for part in schema for text in texts(part)]
    if not isinstance(schema, dict):
        return []
    properties = schema.get("properties")
    names = [*properties] if isinstance(properties, dict) else []
    own = schema.get("description")
    said = [own] if isinstance(own, str) else []
    inner = [text for part in schema.values() for text in texts(part)]
    return [text.lower() for text in (*names, *said, *inner)]


@pytest.mark.parametrize("spec", tools.ALL, ids=lambda spec: cast("ToolSpec", spec).name)
def test_no_parameter_asks_for_a_secret_and_no_text_orders_the_model_about(spec: ToolSpec) -> None:
    asked = texts(schemas(spec)[0])
    assert not [text for text in asked for word in SECRET if word in text]
    for text in (spec.description.lower(), *asked):
        assert not ORDERS.search(text), text
    assert (spec.effect is Effect.READ) is (spec.name not in SPENDING)
