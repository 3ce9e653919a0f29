"""What of a comparison can be ranked, and what says why it cannot."""

from pathlib import Path

import pytest

from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import AS_OF, DAY, Api, Json, make_client, make_world, obj, objs


def videos(
    name: str,
    count: int,
    *,
    plays: int | None = 1_000,
    followers: int | None = 5_000,
    seen_at: int = AS_OF,
) -> list[VideoRecord]:
    owner = CreatorRecord(name, followers=followers, scraped_at=seen_at)
    return [
        VideoRecord(
            f"{name}{i}",
            owner,
            plays=plays,
            likes=50 + 10 * i,
            comments=1,
            shares=1,
            saves=1,
            posted_at=seen_at - (i + 1) * DAY,
            scraped_at=seen_at,
            hashtags=("zumba",),
        )
        for i in range(count)
    ]


async def compare(folder: Path, *sides: list[VideoRecord]) -> tuple[dict[str, Json], Json]:
    world = make_world(folder, [video for side in sides for video in side])
    names = ",".join(side[0].creator.username for side in sides)
    try:
        async with make_client(world) as client:
            answer = await Api(world, client).get("/analytics/creator-comparison", usernames=names)
    finally:
        world.close()
    assert answer.status == 200
    return answer.data, answer.meta["low_sample"]


def outcome(data: dict[str, Json], name: str) -> tuple[Json, Json]:
    figure = obj(obj(data["comparison"])[name])
    return figure["best"], figure.get("why")


async def test_the_better_of_two_equals_in_sample_is_named(tmp_path: Path) -> None:
    data, low = await compare(tmp_path, videos("ann", 5, plays=2_000), videos("ben", 5))
    assert outcome(data, "avg_views") == ("ann", None)
    assert outcome(data, "engagement_rate") == ("ben", None)
    assert outcome(data, "followers") == (None, "a tie")
    assert low is False
    assert obj(data["not_comparable"]) == {
        "few_videos": [],
        "views_unknown": [],
        "followers_unknown": [],
        "date_unknown": [],
        "saves_unknown": [],
        "days_apart": None,
    }


async def test_four_videos_are_shown_but_not_ranked(tmp_path: Path) -> None:
    few = videos("ann", 4, plays=90_000, followers=9_000)
    data, low = await compare(tmp_path, few, videos("ben", 5))
    assert outcome(data, "avg_views") == (None, "too few videos")
    assert outcome(data, "posts_per_week") == (None, "too few videos")
    assert outcome(data, "followers") == ("ann", None)
    assert obj(obj(obj(data["comparison"])["avg_views"])["values"])["ann"] == 90_000
    assert obj(data["not_comparable"])["few_videos"] == ["ann"]
    assert low is True
    assert [row["low_sample"] for row in objs(data["creators"])] == [True, False]


async def test_among_the_others_somebody_can_still_be_best(tmp_path: Path) -> None:
    few = videos("ann", 1, plays=90_000)
    data, _ = await compare(tmp_path, few, videos("ben", 5), videos("cat", 6, plays=3_000))
    assert outcome(data, "avg_views") == ("cat", None)


async def test_a_creator_without_views_is_named_as_such(tmp_path: Path) -> None:
    data, _ = await compare(tmp_path, videos("ann", 6, plays=None), videos("ben", 6))
    assert outcome(data, "avg_views") == (None, "known of fewer than two")
    assert outcome(data, "engagement_rate") == (None, "known of fewer than two")
    assert obj(data["not_comparable"])["views_unknown"] == ["ann"]


async def test_unknown_followers_are_named_as_such(tmp_path: Path) -> None:
    data, _ = await compare(tmp_path, videos("ann", 6, followers=None), videos("ben", 6))
    assert outcome(data, "followers") == (None, "known of fewer than two")
    assert obj(data["not_comparable"])["followers_unknown"] == ["ann"]


@pytest.mark.parametrize(("days", "said"), [(7, None), (8, 8)])
async def test_observations_more_than_a_week_apart_are_said(
    tmp_path: Path, days: int, said: int | None
) -> None:
    data, _ = await compare(
        tmp_path, videos("ann", 5), videos("ben", 5, seen_at=AS_OF - days * DAY)
    )
    assert obj(data["not_comparable"])["days_apart"] == said


async def test_the_most_liked_stand_in_where_no_views_are_known(tmp_path: Path) -> None:
    world = make_world(tmp_path, videos("ann", 12, plays=None))
    async with make_client(world) as client:
        answer = await Api(world, client).get("/creators/ann/top-content")
    world.close()
    assert answer.data["ranked_by"] == "likes"
    assert (answer.data["top_by_views"], answer.data["top_by_engagement"]) == ([], [])
    likes = [row["likes"] for row in objs(answer.data["top_by_likes"])]
    assert likes == [160, 150, 140, 130, 120, 110, 100, 90, 80, 70]
    assert "views are unknown" in str(answer.meta["basis"])


async def test_known_views_need_no_likes_beside_them(tmp_path: Path) -> None:
    world = make_world(tmp_path, videos("ann", 2))
    async with make_client(world) as client:
        answer = await Api(world, client).get("/creators/ann/top-content")
    world.close()
    assert answer.data["ranked_by"] == "views"
    assert "top_by_likes" not in answer.data
    assert answer.meta["low_sample"] is True


async def test_small_samples_are_said_once_per_list(tmp_path: Path) -> None:
    world = make_world(tmp_path, [*videos("ann", 5), *videos("ben", 4)])
    async with make_client(world) as client:
        api = Api(world, client)
        everybody = await api.get("/creators/search")
        only_ann = await api.get("/creators/search", q="ann")
        tag = await api.get("/hashtags/zumba")
        of_ben = await api.get("/creators/ben/videos")
    world.close()
    assert (everybody.meta["low_sample"], only_ann.meta["low_sample"]) == (True, False)
    assert (tag.meta["low_sample"], of_ben.meta["low_sample"]) == (False, True)


async def test_a_second_comparison_knows_what_came_after_the_first(tmp_path: Path) -> None:
    ann, ben = videos("ann", 7), videos("ben", 5)
    world = make_world(tmp_path, [*ann[:6], *ben])
    asked = "/analytics/creator-comparison"
    found: list[Json] = []
    async with make_client(world) as client:
        for later in ((), ann[6:], ()):
            ingest = Ingest(world.data(), world.state(), source="test")
            ingest.add(later)
            ingest.finish()
            answer = await Api(world, client).get(asked, usernames="ann,ben")
            sides = objs(answer.data["creators"])
            found.append([obj(side["content_analysis"])["videos_analyzed"] for side in sides])
    world.close()
    assert found == [[6, 5], [7, 5], [7, 5]]
