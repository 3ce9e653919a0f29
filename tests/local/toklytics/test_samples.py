"""On how many videos a figure rests, where sources tell little of most of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import AS_OF, DAY, Api, Json, make_client, make_world, obj, objs

ANN = CreatorRecord("ann", region="US", followers=200_000, bio="zumba", scraped_at=AS_OF)
LIKED = 39
TOLD = {"plays": 1_000, "likes": 60, "comments": 10, "shares": 5, "saves": 5}


def videos(owner: CreatorRecord, count: int, **known: int | None) -> list[VideoRecord]:
    return [
        VideoRecord(
            f"{owner.username}{i}",
            owner,
            plays=known.get("plays"),
            likes=known.get("likes"),
            comments=known.get("comments"),
            shares=known.get("shares"),
            saves=known.get("saves"),
            posted_at=AS_OF - (i + 1) * DAY,
            scraped_at=AS_OF,
            hashtags=("zumba", f"of{owner.username}"),
        )
        for i in range(count)
    ]


def of(name: str, count: int, **known: int | None) -> list[VideoRecord]:
    return videos(replace(ANN, username=name), count, **known)


# Of 40 videos one has everything, in millions; an export of likes alone told of the others.
SEEN = replace(
    videos(ANN, 1)[0],
    video_id="seen",
    plays=1_000_000,
    likes=300_000,
    comments=10_000,
    shares=5_000,
    saves=5_000,
)
WORLD = [
    SEEN,
    *videos(ANN, LIKED, likes=50),
    *of("ben", 6, **TOLD),
    *of("cat", 10, **{**TOLD, "shares": None}),
]


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    world = make_world(tmp_path, WORLD)
    async with make_client(world) as client:
        yield Api(world, client)
    world.close()


async def test_a_rate_of_one_video_is_shown_and_said_to_be(api: Api) -> None:
    answer = await api.get("/creators/ann")
    metrics = obj(answer.data["metrics"])
    assert metrics["engagement_rate"] == 32.0  # 320,000 of a million views
    counts = ("videos_tracked", "videos_viewed", "videos_rated", "videos_without_saves")
    assert [metrics[name] for name in counts] == [40, 1, 1, 0]
    assert answer.data["low_sample"] is answer.meta["low_sample"] is True
    assert str(answer.meta["basis"]).startswith("40 tracked videos (1 with views, 1 rated);")


async def test_one_video_makes_no_score_no_grade_and_no_price(api: Api) -> None:
    detail = (await api.get("/creators/ann")).data
    metrics = obj(detail["metrics"])
    assert (metrics["score_points"], metrics["creator_score"]) == (None, None)
    assert metrics["estimated_sponsorship_value"] is None
    assert detail["monetization"] is None


async def test_what_was_seen_once_is_best_of_nothing(api: Api) -> None:
    data = (await api.get("/analytics/creator-comparison", usernames="ann,ben")).data
    for name in ("engagement_rate", "avg_views", "viral_ratio"):
        figure = obj(obj(data["comparison"])[name])
        assert (figure["best"], figure["why"]) == (None, "too few videos"), name
    # All 40 tell when they were posted.
    assert obj(obj(data["comparison"])["posts_per_week"])["best"] == "ann"
    assert obj(data["not_comparable"])["few_videos"] == ["ann"]
    assert [side["low_sample"] for side in objs(data["creators"])] == [True, False]


async def test_nobody_is_hired_for_one_video(api: Api) -> None:
    answer = await api.get(
        "/analytics/campaign-planner", niche="zumba", budget=50_000, min_engagement_rate=0
    )
    names = [obj(pick["creator"])["username"] for pick in objs(answer.data["roster"])]
    assert names == ["ben"]
    assert answer.data["candidates"] == 1
    assert "median of 6 videos" in str(objs(answer.data["roster"])[0]["reason"])


@pytest.mark.parametrize(
    ("name", "video", "viewed"), [("ann", "seen", 1), ("ben", "ben0", 6), ("cat", "cat0", 10)]
)
async def test_videos_are_held_against_those_with_views(
    api: Api, name: str, video: str, viewed: int
) -> None:
    listed = await api.get(f"/creators/{name}/videos")
    single = await api.get(f"/videos/{video}")
    for answer in (listed, single):
        assert answer.meta["low_sample"] is (viewed < 5)
        assert f" {viewed} tracked videos with known views" in str(answer.meta["basis"])


async def test_one_seen_video_is_viral_by_followers_alone(api: Api) -> None:
    # A median of one video is no line: 3 times 200,000 followers is.
    assert (await api.get("/videos/seen")).data["is_viral"] is True
    api.world.data().execute("UPDATE creators SET followers = 400000 WHERE username = 'ann'")
    assert (await api.get("/videos/seen")).data["is_viral"] is False


async def test_lists_say_when_one_of_them_rests_on_little(api: Api) -> None:
    assert (await api.get("/creators/search", q="ann")).meta["low_sample"] is True
    assert (await api.get("/creators/search", q="ben")).meta["low_sample"] is False
    top = await api.get("/creators/ann/top-content")
    assert top.meta["low_sample"] is True
    assert "40 tracked videos (1 with views, 1 rated)" in str(top.meta["basis"])


async def test_a_hashtag_says_on_how_many_videos_its_rate_rests(api: Api) -> None:
    detail = await api.get("/hashtags/ofann")
    assert (detail.data["video_count"], detail.data["avg_engagement_rate"]) == (40, 32.0)
    assert "over 1 of the 40 most viewed" in str(detail.meta["basis"])
    assert detail.meta["low_sample"] is True
    assert (await api.get("/hashtags/search", q="ofann")).meta["low_sample"] is True
    assert (await api.get("/hashtags/search", q="ofben")).meta["low_sample"] is False


async def test_where_shares_are_never_told_rates_are_unknown_and_views_are_not(api: Api) -> None:
    answer = await api.get("/creators/cat")
    metrics = obj(answer.data["metrics"])
    assert (metrics["engagement_rate"], metrics["creator_score"]) == (None, None)
    assert (metrics["avg_views"], metrics["avg_likes"]) == (1_000, 60)
    assert str(answer.meta["basis"]).startswith("10 tracked videos (0 rated);")
    # Nothing that is shown rests on few videos.
    assert answer.meta["low_sample"] is False
    assert answer.data["monetization"] is not None


async def test_a_report_rests_on_little_where_one_of_its_figures_does(tmp_path: Path) -> None:
    rated = [video for n in range(30) for video in of(f"r{n:02}", 5, **TOLD)]
    unrated = [video for n in range(30) for video in of(f"u{n:02}", 5, likes=5)]
    for name, records, low in (("a", rated, False), ("b", rated[5:] + unrated, True)):
        world = make_world(tmp_path / name, records)
        async with make_client(world) as client:
            answer = await Api(world, client).get("/analytics/niche-report", niche="zumba")
        world.close()
        assert answer.data["low_sample"] is answer.meta["low_sample"] is low


async def test_a_plan_values_the_reactions_that_it_counts(tmp_path: Path) -> None:
    # Six videos with 80 reactions of 1,000 views each; likes of others that nobody saw.
    likes = videos(replace(ANN, username="ben"), 40, likes=9_000)[6:]
    world = make_world(tmp_path, [*of("ben", 6, **TOLD), *likes])
    async with make_client(world) as client:
        data = (
            await Api(world, client).get(
                "/analytics/campaign-planner", niche="zumba", budget=50_000
            )
        ).data
    world.close()
    assert obj(data["totals"])["engagements"] == 80
    # $6 of the views, 60 likes at 1 cent, 10 comments and 5 shares at 10, 5 saves at 5.
    assert obj(data["roi"])["emv"] == 8.35


def saves(name: str, *known: int | None) -> list[VideoRecord]:
    made = of(name, len(known), **TOLD)
    return [replace(video, saves=count) for video, count in zip(made, known, strict=True)]


async def compared(folder: Path, *sides: list[VideoRecord]) -> dict[str, Json]:
    world = make_world(folder, [video for side in sides for video in side])
    names = ",".join(side[0].creator.username for side in sides)
    async with make_client(world) as client:
        answer = await Api(world, client).get("/analytics/creator-comparison", usernames=names)
    world.close()
    return answer.data


async def test_rates_with_and_without_saves_are_not_ranked(tmp_path: Path) -> None:
    with_saves, mostly_without = saves("ann", *[9] * 5), saves("ben", None, None, None, 9, 9)
    data = await compared(tmp_path, with_saves, mostly_without)
    for name in ("engagement_rate", "creator_score"):
        figure = obj(obj(data["comparison"])[name])
        assert (figure["best"], figure["why"]) == (None, "saves known of some only")
    assert obj(data["not_comparable"])["saves_unknown"] == ["ben"]
    without = [obj(side["metrics"])["videos_without_saves"] for side in objs(data["creators"])]
    assert without == [0, 3]


@pytest.mark.parametrize("known", [(None,) * 5, (None, None, 9, 9, 9)])
async def test_rates_that_all_lack_saves_or_hardly_any_are_ranked(
    tmp_path: Path, known: tuple[int | None, ...]
) -> None:
    better = [replace(video, likes=70) for video in saves("ann", *known)]
    data = await compared(tmp_path, better, saves("ben", *known))
    assert obj(obj(data["comparison"])["engagement_rate"])["best"] == "ann"
    assert obj(data["not_comparable"])["saves_unknown"] == []


async def test_a_list_marks_only_the_videos_whose_saves_are_unknown(tmp_path: Path) -> None:
    world = make_world(tmp_path, saves("ann", 9, None))
    async with make_client(world) as client:
        rows = (await Api(world, client).get("/creators/ann/videos")).rows
    world.close()
    assert [row.get("saves_missing") for row in rows] == [None, True]
