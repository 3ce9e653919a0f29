"""One creator: analytics, videos, top content."""

import pytest

from mcp_server.local.records import CreatorRecord
from tests.local.toklytics.tiny import (
    ANN,
    AS_OF,
    BEN,
    DAY,
    DEE,
    Api,
    ids,
    make_client,
    make_world,
    obj,
    objs,
    of,
    record,
)


async def test_analytics_hold_what_the_search_holds_and_more(api: Api) -> None:
    detail = (await api.get("/creators/ann.fit")).data
    listed = (await api.get("/creators/search", q="ann")).rows[0]
    assert {key: detail[key] for key in listed} == listed
    assert (detail["tier"], detail["niche"], detail["low_sample"]) == ("mid", "fitness", False)
    assert [row["video_id"] for row in objs(detail["recent_videos"])] == ids(of(ANN))


async def test_hashtags_come_with_uses_and_mean_views(api: Api) -> None:
    detail = (await api.get("/creators/ann.fit")).data
    assert detail["top_hashtags"] == [
        {"name": "gym", "count": 3, "avg_views": 10_000},
        {"name": "fyp", "count": 2, "avg_views": 53_500},
        {"name": "workout", "count": 2, "avg_views": 51_500},
    ]


async def test_content_is_analyzed(api: Api) -> None:
    found = obj((await api.get("/creators/ann.fit")).data["content_analysis"])
    assert found["videos_analyzed"] == 6
    assert found["avg_duration"] == 36.0  # (14 + 15 + 61 + 60 + 30) / 5
    assert found["duration_mix"] == {"short": 20.0, "medium": 60.0, "long": 20.0}
    assert found["slideshow_share"] == 16.67
    assert found["original_sound_share"] == 40.0
    assert found["timezone"] == "Asia/Tokyo"
    assert sum(int(str(n)) for n in obj(found["posting_days"]).values()) == 6


async def test_money_is_a_range_with_its_basis(api: Api) -> None:
    detail = (await api.get("/creators/ben_cooks")).data
    money = obj(detail["monetization"])
    assert money["cpm"] == {"low": 6, "mid": 10, "high": 18}
    # 25 thousand views x CPM x 0.9 for cooking x 0.822, as 6.16 % is to the par of 7.5; the
    # floor is 200.
    assert (money["low"], money["mid"], money["high"]) == (200, 200, 330)
    assert money["currency"] == "USD"
    text = "$200\N{EN DASH}$330"
    assert obj(detail["metrics"])["estimated_sponsorship_value"] == text


async def test_two_videos_have_no_price(api: Api) -> None:
    for name in ("cho", "dee"):
        detail = (await api.get(f"/creators/{name}")).data
        assert detail["monetization"] is None
        assert obj(detail["metrics"])["estimated_sponsorship_value"] is None


async def test_growth_needs_an_older_observation(api: Api) -> None:
    detail = (await api.get("/creators/ann.fit")).data
    unknown = {"d7": None, "d7_days": None, "d30": None, "d30_days": None}
    assert detail["follower_growth"] == unknown
    api.world.state().executemany(
        "INSERT INTO creator_snapshots (username, scraped_at, followers) VALUES ('ann.fit', ?, ?)",
        [(AS_OF - 7 * DAY, 119_000), (AS_OF - 10 * DAY, 110_000), (AS_OF - 31 * DAY, 100_000)],
    )
    detail = (await api.get("/creators/ann.fit")).data
    assert detail["follower_growth"] == {
        "d7": 1_000,
        "d7_days": 7.0,
        "d30": 20_000,
        "d30_days": 31.0,
    }


async def test_growth_says_over_how_many_days_it_really_is(api: Api) -> None:
    api.world.state().execute(
        "INSERT INTO creator_snapshots (username, scraped_at, followers) VALUES ('ann.fit', ?, 7)",
        (AS_OF - 13 * DAY - DAY // 2,),
    )
    detail = (await api.get("/creators/ann.fit")).data
    assert detail["follower_growth"] == {
        "d7": 119_993,
        "d7_days": 13.5,
        "d30": None,
        "d30_days": None,
    }


async def test_growth_of_unknown_followers_is_unknown(api: Api) -> None:
    detail = (await api.get("/creators/dee")).data
    assert set(obj(detail["follower_growth"]).values()) == {None}
    assert detail["tier"] is None


@pytest.mark.parametrize("name", ["ANN.FIT", "@ann.fit", "%40ann.fit"])
async def test_a_creator_is_found_however_the_handle_is_written(api: Api, name: str) -> None:
    assert (await api.get(f"/creators/{name}")).data["username"] == "ann.fit"


async def test_a_former_handle_leads_to_its_creator(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    world = make_world(
        tmp_path_factory.mktemp("renamed"),
        [
            CreatorRecord("old", user_id="9", scraped_at=AS_OF - DAY),
            CreatorRecord("new", user_id="9", scraped_at=AS_OF),
        ],
    )
    async with make_client(world) as client:
        renamed = Api(world, client)
        assert (await renamed.get("/creators/old")).data["username"] == "new"
        assert (await renamed.get("/creators/old/videos")).rows == []
        search = await renamed.get("/videos/search", creator="old")
        assert search.rows == []
    world.close()


@pytest.mark.parametrize("path", ["", "/videos", "/top-content"])
async def test_an_unknown_creator_is_not_found(api: Api, path: str) -> None:
    answer = await api.get(f"/creators/nobody{path}")
    assert (answer.status, answer.code) == (404, "CREATOR_NOT_FOUND")


@pytest.mark.parametrize(
    ("sort", "column"), [("plays", 3), ("likes", 4), ("comments", 5), ("shares", 6)]
)
async def test_videos_are_sorted_by_their_counts(api: Api, sort: str, column: int) -> None:
    answer = await api.get("/creators/ann.fit/videos", sort=sort)
    assert answer.column("video_id") == ids(of(ANN), column)


async def test_the_newest_videos_come_first_by_default(api: Api) -> None:
    answer = await api.get("/creators/ann.fit/videos")
    assert answer.column("video_id") == ids(of(ANN))
    assert answer.pagination["total"] == 6


async def test_videos_are_filtered_by_views_and_hashtag(api: Api) -> None:
    answer = await api.get("/creators/ann.fit/videos", min_views=12_000, hashtag="#FYP")
    assert answer.column("video_id") == ["101", "103"]
    answer = await api.get("/creators/ann.fit/videos", hashtag="fy")
    assert answer.rows == []


async def test_a_video_is_compared_with_its_creators_others(api: Api) -> None:
    rows = {row["video_id"]: row for row in (await api.get("/creators/ann.fit/videos")).rows}
    # Mean 150,000 / 5; the viral line is five times the median of 15,000.
    assert (rows["103"]["vs_average"], rows["103"]["is_viral"]) == (3.17, True)
    assert (rows["101"]["vs_average"], rows["101"]["is_viral"]) == (0.4, False)
    assert (rows["105"]["vs_average"], rows["105"]["is_viral"]) == (None, None)
    assert rows["105"]["plays"] is None
    assert rows["105"]["content_type"] == "slideshow"


async def test_a_video_is_written_as_the_contract_says(api: Api) -> None:
    row = (await api.get("/creators/ann.fit/videos", limit=1)).rows[0]
    expected = {
        "video_id": "101",
        "description": "朝の広島ジムで #gym #fyp",
        "plays": 12_000,
        "likes": 900,
        "comments": 30,
        "shares": 12,
        "saves": 40,
        "duration": 14,
        "engagement_rate": 8.18,
        "hashtags": ["gym", "fyp"],
        "music_title": "夜に駆ける",
        "posted_at": "2023-11-14T10:13:20Z",
        "video_url": "https://example.org/101",
    }
    assert {key: row[key] for key in expected} == expected


async def test_a_missing_url_is_made_from_handle_and_id(api: Api) -> None:
    rows = {row["video_id"]: row for row in (await api.get("/creators/ann.fit/videos")).rows}
    assert rows["102"]["video_url"] == "https://www.tiktok.com/@ann.fit/video/102"
    assert rows["105"]["video_url"] == "https://www.tiktok.com/@ann.fit/photo/105"


async def test_pages_of_videos_join_to_the_whole(crowded: Api) -> None:
    pages = await crowded.all_pages("/creators/maker7/videos", 50, sort="shares")
    stored = crowded.world.data().execute(
        "SELECT video_id FROM videos WHERE creator_id = (SELECT id FROM creators WHERE"
        " username = 'maker7') ORDER BY shares DESC, id"
    )
    assert [row["video_id"] for row in pages] == [row[0] for row in stored]


async def test_top_content_ranks_by_views_and_by_engagement(api: Api) -> None:
    data = (await api.get("/creators/ben_cooks/top-content")).data
    assert data["username"] == "ben_cooks"
    views = [row["video_id"] for row in objs(data["top_by_views"])]
    assert views == ids(of(BEN), 3)
    # 2,550/40k = 6.38, 2,200/30k = 7.33, 1,190/20k = 5.95, 625/10k = 6.25, 1,140/25k = 4.56
    rates = [row["video_id"] for row in objs(data["top_by_engagement"])]
    assert rates == ["202", "201", "204", "203", "205"]
    sounds = [(row["music_id"], row["count"]) for row in objs(data["top_sounds"])]
    assert sounds == [("7001", 2)]


async def test_a_rate_on_few_views_is_no_top_content(api: Api) -> None:
    api.world.data().execute("UPDATE videos SET plays = 100, er = 90 WHERE video_id = '204'")
    data = (await api.get("/creators/ben_cooks/top-content")).data
    assert "204" not in [row["video_id"] for row in objs(data["top_by_engagement"])]


async def test_the_posting_schedule_counts_every_post(api: Api) -> None:
    answer = await api.get("/creators/ann.fit/top-content")
    schedule = obj(answer.data["posting_schedule"])
    assert schedule["timezone"] == "Asia/Tokyo"
    # 2023-11-15 07:13 in Tokyo is a Wednesday; half a day before is Tuesday evening.
    hours = schedule["by_hour"]
    weekdays = schedule["by_weekday"]
    assert isinstance(hours, list)
    assert isinstance(weekdays, list)
    assert (hours[7], hours[19], len(hours)) == (5, 1, 24)
    assert weekdays == [1, 1, 0, 1, 1, 0, 2]
    assert (schedule["best"], schedule["best_basis"]) == ([], None)
    assert schedule["posts_per_week"] == 0.93  # 6 posts in 45 days
    assert str(answer.meta["basis"]).endswith("; no best times found")


async def test_best_times_fall_back_to_the_niche(tmp_path_factory: pytest.TempPathFactory) -> None:
    regular = [
        record(("9" + str(i), BEN, "#recipe", 1_000 + i, 1, 1, 1, 1, 9, 7 * i, None))
        for i in range(6)
    ]
    few = CreatorRecord("few", followers=1, scraped_at=AS_OF, bio="recipes recipe")
    lonely = record(("55", few, "#recipe", 10, 1, 1, 1, 1, 9, 2, None))
    world = make_world(tmp_path_factory.mktemp("niche"), [*regular, lonely])
    async with make_client(world) as client:
        own = Api(world, client)
        schedule = obj((await own.get("/creators/ben_cooks/top-content")).data["posting_schedule"])
        assert (schedule["best_basis"], len(objs(schedule["best"]))) == ("creator", 1)
        answer = await own.get("/creators/few/top-content")
        borrowed = obj(answer.data["posting_schedule"])
        basis = "niche cooking, in each creator's own time zone"
        assert (borrowed["best_basis"], borrowed["best"]) == (basis, schedule["best"])
        assert str(answer.meta["basis"]).endswith(f"; best times of the {basis}")
    world.close()


async def test_a_creator_of_whom_little_is_known_still_has_an_answer(api: Api) -> None:
    data = (await api.get(f"/creators/{DEE.username}/top-content")).data
    assert [row["video_id"] for row in objs(data["top_by_views"])] == ["401"]
