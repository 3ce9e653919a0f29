"""Every derived figure of an answer is written down, and what is written down is true of it."""

import importlib
import re
from collections.abc import AsyncIterator, Iterator
from fnmatch import fnmatchcase
from typing import TypeAlias

import httpx2
import pytest

from mcp_server.local import LocalConfig, LocalWorld, create_app, ensure_sample
from mcp_server.local.metrics import parameters
from mcp_server.local.metrics.registry import FORMULAS, Formula

KEY = {"X-API-Key": "local"}
NOW = 1_772_344_800  # 2026-03-01T06:00:00Z
ALL: tuple[Formula, ...] = tuple(formula for group in FORMULAS.values() for formula in group)
_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | int | float | bool | None"

RAW = """
*.username *.display_name *.verified *.followers *.following *Creator*.total_likes
*creator.total_likes *top_creators.total_likes *.bio *.region *.avatar_url *.profile_url
*.tiktok_url *.last_updated *.video_id *.description *.plays *.likes *.comments *.shares
*.saves *.duration *Video*.hashtags *videos.hashtags *top_by_*.hashtags *.music_title
*.posted_at *.video_url *.content_type *.thumbnail_url *.music_id *.title *.author *.original
*.name *.history.* *.reported_* *Creator*.video_count *creator.video_count
*top_creators.video_count getAccountAnalytics.followers_count
getAccountAnalytics.following_count *.account_id *.scraped_at *Video*Analytics.id
*Video*Analytics.url *Video*Analytics.upload_date *Video*Analytics.duration_seconds
*Video*Analytics.views *Video*Analytics.bookmarks *Video*Analytics.platform
refreshAccountAnalytics.* canRefreshAccountAnalytics.* getTikTokNicheBenchmarks.niche
*.filters.* getTikTokNicheBenchmarks.basis.* planTikTokInfluencerCampaign.niche
planTikTokInfluencerCampaign.budget *.currency
planTikTokInfluencerCampaign.min_engagement_rate *.assumptions.* *.rules.* *.warnings *.not_found
"""
"""Facts of a source, names that point to them, the question, and words about the answer."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    config = LocalConfig(tmp_path_factory.mktemp("sample"), "sample", clock=lambda: NOW)
    ensure_sample(config)
    world = LocalWorld(config)
    yield world
    world.close()


@pytest.fixture
async def client(world: LocalWorld) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app(world.config, world=world))
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://local", headers=KEY
    ) as client:
        yield client


def leaves(value: _Json, path: str) -> Iterator[str]:
    """The paths of all values; rows of a list count once, names as keys are left out."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            inner = path if path.endswith(".values") else f"{path}.{key}"
            yield from leaves(item, inner)
    elif isinstance(value, list) and value:
        for item in value:
            yield from leaves(item, path)
    else:
        yield path


async def read(client: httpx2.AsyncClient, path: str, **params: str | int) -> dict[str, _Json]:
    response = await client.get(f"/api{path}", params=params)
    assert response.status_code == 200, (path, response.text)
    body: dict[str, _Json] = response.json()
    return body


def first(body: dict[str, _Json], name: str) -> str:
    rows = body["data"]
    assert isinstance(rows, list)
    assert isinstance(rows[0], dict)
    return str(rows[0][name])


async def toklytics(client: httpx2.AsyncClient) -> dict[str, dict[str, _Json]]:
    """One answer of each of the 17 operations."""
    v1 = "/v1"
    videos = await read(client, f"{v1}/videos/search")
    sounds = await read(client, f"{v1}/sounds/trending")
    names = ("demo.kettlebell", "demo.capsule")
    return {
        "searchTikTokCreators": await read(client, f"{v1}/creators/search"),
        "getTikTokCreatorAnalytics": await read(client, f"{v1}/creators/{names[0]}"),
        "getTikTokCreatorVideos": await read(client, f"{v1}/creators/{names[0]}/videos"),
        "getTikTokCreatorTopContent": await read(client, f"{v1}/creators/{names[0]}/top-content"),
        "searchTikTokVideos": videos,
        "getTrendingTikTokVideos": await read(client, f"{v1}/videos/trending"),
        "getTikTokVideoDetails": await read(client, f"{v1}/videos/{first(videos, 'video_id')}"),
        "searchTikTokHashtags": await read(client, f"{v1}/hashtags/search"),
        "getTrendingTikTokHashtags": await read(client, f"{v1}/hashtags/trending"),
        "getTikTokHashtagDetails": await read(client, f"{v1}/hashtags/fyp"),
        "searchTikTokSounds": await read(client, f"{v1}/sounds/search"),
        "getTrendingTikTokSounds": sounds,
        "getTikTokSoundDetails": await read(client, f"{v1}/sounds/{first(sounds, 'music_id')}"),
        "getToklyticsStats": await read(client, f"{v1}/analytics/platform-stats"),
        "compareTikTokCreators": await read(
            client, f"{v1}/analytics/creator-comparison", usernames=",".join(names)
        ),
        "getTikTokNicheBenchmarks": await read(
            client, f"{v1}/analytics/niche-report", niche="fitness"
        ),
        "planTikTokInfluencerCampaign": await read(
            client, f"{v1}/analytics/campaign-planner", niche="fitness", budget=5000
        ),
    }


async def tokportal(client: httpx2.AsyncClient, world: LocalWorld) -> dict[str, dict[str, _Json]]:
    """One answer of each of the 5 operations."""
    found = world.state().execute("SELECT account_id FROM account_snapshots LIMIT 1").fetchone()
    account = f"/ext/accounts/{found[0]}/analytics"
    videos = await read(client, f"{account}/videos")
    refreshed = await client.post(f"/api{account}/refresh", json={})
    body: dict[str, _Json] = refreshed.json()
    return {
        "getAccountAnalytics": await read(client, account),
        "refreshAccountAnalytics": {"data": body.get("data")},
        "canRefreshAccountAnalytics": await read(client, f"{account}/can-refresh"),
        "listAccountVideoAnalytics": videos,
        "getVideoAnalytics": await read(client, f"/ext/videos/{first(videos, 'id')}/analytics"),
    }


async def answers(client: httpx2.AsyncClient, world: LocalWorld) -> dict[str, dict[str, _Json]]:
    return {**await toklytics(client), **await tokportal(client, world)}


async def fields(client: httpx2.AsyncClient, world: LocalWorld) -> set[str]:
    found = await answers(client, world)
    assert len(found) == 22
    return {leaf for operation, body in found.items() for leaf in leaves(body["data"], operation)}


async def test_every_field_is_raw_or_has_exactly_one_formula(
    client: httpx2.AsyncClient, world: LocalWorld
) -> None:
    wrong: dict[str, list[str]] = {}
    for field in sorted(await fields(client, world)):
        found = [formula.name for formula in ALL if formula.covers(field)]
        found += ["raw" for _ in [0] if any(fnmatchcase(field, raw) for raw in RAW.split())]
        if len(found) != 1:
            wrong[field] = found
    assert wrong == {}


async def test_every_formula_appears_in_an_answer(
    client: httpx2.AsyncClient, world: LocalWorld
) -> None:
    found = await fields(client, world)
    unused = {
        (formula.name, pattern)
        for formula in ALL
        for pattern in formula.fields
        if not any(fnmatchcase(field, pattern) for field in found)
    }
    assert unused == set()


async def test_every_answer_of_derived_figures_says_version_and_basis(
    client: httpx2.AsyncClient,
) -> None:
    for operation, body in (await toklytics(client)).items():
        meta = body["meta"]
        assert isinstance(meta, dict)
        assert meta["metrics_version"] == parameters.METRICS_VERSION, operation
        assert isinstance(meta["basis"], str), operation
        assert 15 <= len(meta["basis"]) <= 220, (operation, meta["basis"])


def test_no_number_of_a_formula_stands_twice() -> None:
    allowed = {"100", "1000", "3600", "7", "1", "0", "3", "2"}  # percent, units of time, of a CPM
    for formula in ALL:
        text = re.sub(r"\{[^}]*\}|\b\d+(th|st|nd|rd)\b|d7|d30", "", formula.text)
        assert set(re.findall(r"\d+(?:[.,]\d+)*", text)) <= allowed, formula.name


def test_every_parameter_belongs_to_a_formula() -> None:
    constants = {name for name in vars(parameters) if name.isupper()} - {"METRICS_VERSION"}
    assert {name for formula in ALL for name in formula.used} == constants
    for formula in ALL:
        texts = (formula.text, formula.window, formula.null, formula.least, formula.unit)
        assert all(formula.filled(text) for text in texts), formula.name
        assert set(formula.parameters) <= constants, formula.name


def test_a_formula_is_computed_where_it_says() -> None:
    for formula in ALL:
        module, _, function = formula.code.rpartition(".")
        assert callable(getattr(importlib.import_module(f"mcp_server.local.{module}"), function))


def test_formulas_have_distinct_names_and_a_version_there_was() -> None:
    assert len({formula.name for formula in ALL}) == len(ALL)
    assert all(1 <= formula.since <= parameters.METRICS_VERSION for formula in ALL)
    changed = [formula for formula in ALL if formula.changed is not None]
    assert all(f.since < (f.changed or 0) <= parameters.METRICS_VERSION for f in changed)
    assert all(formula.source for formula in ALL)
