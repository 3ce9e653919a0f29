"""Of derived figures a default answer shows what they rest on and by what they are ordered."""

import re
import shutil
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, cast

import pytest
from mcp import Client
from pydantic import JsonValue

import tools
from mcp_server.local import LocalConfig, LocalWorld, ensure_sample
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.tools.conftest import Json, part, rows
from tests.tools.test_answer_tokens import (
    answered,
    collected,
    connected,
    list_calls,
    object_calls,
)
from tests.tools.world import NOW

SEEN = 1_772_323_200  # 2026-03-01T00:00:00Z, a Sunday
HOUR, DAY = 3_600, 86_400


class Ordered(NamedTuple):
    """A list, and the field by which its rows descend."""

    tool: str
    arguments: Json
    path: tuple[str, ...]
    field: str


DOGS: Json = {"username": "demo.twodogs"}
TAG: Json = {"tag": "fitness"}
NICHE: Json = {"niche": "fitness"}
OWN: Json = {"account_id": "the first that has figures"}
ORDERED = (
    Ordered("searchTikTokCreators", {}, (), "followers"),
    Ordered("searchTikTokCreators", {"sort": "likes"}, (), "total_likes"),
    Ordered("searchTikTokCreators", {"sort": "videos"}, (), "video_count"),
    Ordered("searchTikTokCreators", {"sort": "recent"}, (), "last_updated"),
    Ordered("getTikTokCreatorVideos", DOGS, (), "posted_at"),
    Ordered("getTikTokCreatorVideos", {**DOGS, "sort": "plays"}, (), "plays"),
    Ordered("getTikTokCreatorVideos", {**DOGS, "sort": "likes"}, (), "likes"),
    Ordered("getTikTokCreatorVideos", {**DOGS, "sort": "comments"}, (), "comments"),
    Ordered("getTikTokCreatorVideos", {**DOGS, "sort": "shares"}, (), "shares"),
    Ordered("getTikTokCreatorTopContent", DOGS, ("top_by_views",), "plays"),
    Ordered("getTikTokCreatorTopContent", DOGS, ("top_by_engagement",), "engagement_rate"),
    Ordered("getTikTokCreatorTopContent", DOGS, ("top_hashtags",), "count"),
    Ordered("getTikTokCreatorTopContent", DOGS, ("top_sounds",), "count"),
    Ordered("getTikTokCreatorTopContent", DOGS, ("posting_schedule", "best"), "lift"),
    Ordered("searchTikTokVideos", {}, (), "plays"),
    Ordered("searchTikTokVideos", {"sort": "likes"}, (), "likes"),
    Ordered("searchTikTokVideos", {"sort": "shares"}, (), "shares"),
    Ordered("searchTikTokVideos", {"sort": "recent"}, (), "posted_at"),
    Ordered("getTrendingTikTokVideos", {}, (), "heat"),
    Ordered("searchTikTokHashtags", {}, (), "video_count"),
    Ordered("searchTikTokHashtags", {"sort": "view_count"}, (), "view_count"),
    Ordered("getTrendingTikTokHashtags", {}, (), "recent_count"),
    Ordered("getTikTokHashtagDetails", TAG, ("top_videos",), "plays"),
    Ordered("getTikTokHashtagDetails", TAG, ("top_creators",), "views"),
    Ordered("getTikTokHashtagDetails", TAG, ("related_hashtags",), "count"),
    Ordered("searchTikTokSounds", {}, (), "user_count"),
    Ordered("searchTikTokSounds", {"sort": "recent"}, (), "last_used"),
    Ordered("getTrendingTikTokSounds", {}, (), "recent_count"),
    Ordered("getTikTokNicheBenchmarks", NICHE, ("top_creators",), "followers"),
    Ordered("getTikTokNicheBenchmarks", NICHE, ("trending_hashtags",), "creators"),
    Ordered("getTikTokNicheBenchmarks", NICHE, ("best_times",), "lift"),
    Ordered("listAccountVideoAnalytics", OWN, (), "upload_date"),
    Ordered("listAccountVideoAnalytics", {**OWN, "sort_by": "views"}, (), "views"),
    Ordered("listAccountVideoAnalytics", {**OWN, "sort_by": "likes"}, (), "likes"),
    Ordered(
        "listAccountVideoAnalytics", {**OWN, "sort_by": "engagement_rate"}, (), "engagement_rate"
    ),
)
FIELD = re.compile(r"[a-z]+(?:_[a-z0-9]+)+|heat|velocity|growth")
"""What in a basis may be the name of a field."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    ensure_sample(LocalConfig(folder, "sample", clock=NOW.timestamp))
    return folder


@asynccontextmanager
async def world_of(
    folder: Path, *crawls: Sequence[CreatorRecord | VideoRecord]
) -> AsyncGenerator[Client]:
    """A client of a world of one's own data."""
    world = LocalWorld(LocalConfig(folder, "own", clock=NOW.timestamp))
    ingest = Ingest(world.data(), world.state(), source="test")
    for records in crawls:
        ingest.add(records)
        ingest.finish()
    world.close()
    async with connected(folder, "own") as client:
        yield client


def creator(
    name: str, followers: int = 20_000, region: str | None = None, bio: str | None = None
) -> CreatorRecord:
    return CreatorRecord(name, followers=followers, region=region, bio=bio, scraped_at=SEEN)


def video(
    maker: CreatorRecord,
    posted_at: int,
    *,
    plays: int | None = 1_000,
    seen_at: int = SEEN,
    tag: str = "gym",
) -> VideoRecord:
    return VideoRecord(
        str(posted_at << 32 | sum(maker.username.encode())),
        maker,
        plays=plays,
        likes=50,
        comments=0,
        shares=0,
        saves=0,
        posted_at=posted_at,
        scraped_at=seen_at,
        hashtags=(tag,),
    )


def keys(value: JsonValue) -> Iterator[str]:
    """The names of all fields in a value."""
    if isinstance(value, dict):
        yield from value
        for item in value.values():
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def at(answer: Json, path: Sequence[str]) -> list[Json]:
    """The rows at a path of the data."""
    found: JsonValue = answer["data"]
    for name in path:
        found = cast("Json", found)[name]
    return cast("list[Json]", found)


async def test_rows_show_the_field_that_orders_them(sample: Path) -> None:
    async with connected(sample) as client:
        (account, *_) = await collected(client)
        for tool, arguments, path, field in ORDERED:
            own: Json = {"account_id": account} if "account_id" in arguments else {}
            shown = at(await answered(client, tool, {**arguments, **own}), path)
            values = [cast("float", row[field]) for row in shown]
            assert len(values) > 1, (tool, path)
            assert all(first >= second for first, second in pairwise(values)), (tool, field)


async def test_a_roster_shows_by_what_it_was_chosen(sample: Path) -> None:
    async with connected(sample) as client:
        plan = await answered(client, "planTikTokInfluencerCampaign", {**NICHE, "budget": 5_000})
    points: dict[str, list[float]] = {}
    for row in at(plan, ("roster",)):
        points.setdefault(str(row["tier"]), []).append(cast("float", row["rank_score"]))
    assert any(len(of_tier) > 1 for of_tier in points.values())
    assert all(of_tier == sorted(of_tier, reverse=True) for of_tier in points.values())


async def test_every_field_that_a_basis_names_is_in_the_answer(
    sample: Path, tmp_path: Path
) -> None:
    shutil.copytree(sample, tmp_path, dirs_exist_ok=True)
    seen: set[str] = set()
    async with connected(tmp_path) as client:
        calls = {**await list_calls(client), **await object_calls(client)}
        for tool, every in calls.items():
            whole = {"detail": "full"} if declared(tool) else {}
            for arguments in every:
                answer = await answered(client, tool, arguments)
                basis = str(part(answer, "provenance").get("basis", ""))
                full = await answered(client, tool, {**arguments, **whole})
                named = set(FIELD.findall(basis)) & set(keys(full["data"]))
                assert named <= set(keys(answer["data"])), (tool, basis)
                seen |= named
    assert {"videos_rated", "heat", "growth", "avg_engagement_rate", "user_count"} <= seen


def declared(tool: str) -> bool:
    """Whether a tool has a whole form beside its default one."""
    return next(spec for spec in tools.ALL if spec.name == tool).concise is not None


async def test_times_of_a_niche_are_not_shown_as_the_creators_own(tmp_path: Path) -> None:
    lone = creator("lone.coach", region="US", bio="gym coach")
    # Six posts on six weekdays: no block has three.
    scattered = [video(lone, SEEN - n * (2 * DAY + 5 * HOUR)) for n in range(1, 7)]
    # Six at 10:00 in Tokyo on Mondays, and as many on Thursdays with a hundredth of the views.
    tokyo = creator("tokyo.gym", 90_000, region="JP")
    regular = [
        video(tokyo, SEEN - (days + 7 * n) * DAY + HOUR, plays=plays)
        for days, plays in ((6, 10_000), (3, 100))
        for n in range(6)
    ]
    async with world_of(tmp_path, [*scattered, *regular]) as client:
        own = await answered(client, "getTikTokCreatorTopContent", {"username": "tokyo.gym"})
        lent = await answered(client, "getTikTokCreatorTopContent", {"username": "lone.coach"})
    (best,) = cast("list[Json]", part(own, "data", "posting_schedule")["best"])
    assert (best["day"], best["hour_from"]) == ("Mon", 9)
    assert cast("float", best["lift"]) > 1
    assert part(own, "data", "posting_schedule")["best_basis"] == "creator"
    schedule = part(lent, "data", "posting_schedule")
    assert schedule["best"] == [best]
    assert schedule["best_basis"] == "niche fitness, in each creator's own time zone"
    basis = str(part(lent, "provenance")["basis"])
    assert basis.endswith("; best times of the niche fitness, in each creator's own time zone")
    assert part(lent, "data")["ranked_by"] == "views"


async def test_grades_against_different_sizes_come_with_the_reason_why_none_is_best(
    tmp_path: Path,
) -> None:
    # Both are mega, and still their pars differ: 3.8 percent below ten million followers, then 2.9.
    large, larger = creator("large", 3_000_000), creator("larger", 12_000_000)
    made = [video(who, SEEN - n * DAY) for who in (large, larger) for n in range(1, 7)]
    async with world_of(tmp_path, made) as client:
        answer = await answered(client, "compareTikTokCreators", {"usernames": ["large", "larger"]})
    told = part(answer, "data", "comparison", "creator_score")
    assert told == {"why": "graded against different sizes"}


async def test_two_looks_within_an_hour_are_no_speed(tmp_path: Path) -> None:
    maker = creator("maker")
    posted = SEEN - 8 * HOUR
    crawls = [
        [video(maker, posted, plays=plays, seen_at=at)]
        for plays, at in ((900, SEEN - HOUR), (1_000, SEEN - 5), (1_100, SEEN))
    ]
    async with world_of(tmp_path, *crawls) as client:
        (hourly,) = rows(await answered(client, "getTrendingTikTokVideos", {}))
    assert (hourly["velocity"], hourly["velocity_basis"]) == (200, "between_crawls")
    folder = tmp_path / "short"
    folder.mkdir()
    async with world_of(folder, *crawls[1:]) as client:
        answer = await answered(client, "getTrendingTikTokVideos", {})
    (row,) = rows(answer)
    # 1,100 plays in eight hours and two that every video is given.
    assert (row["velocity"], row["velocity_basis"]) == (110, "lifetime")
    told = part(answer, "provenance")
    assert str(told["basis"]).startswith("highest heat of 1 videos posted in the 7d before as_of")
    assert told["low_sample"] is True
