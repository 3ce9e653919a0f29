"""One video, and the trending ones."""

from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import (
    AS_OF,
    DAY,
    HOUR,
    ROWS,
    Api,
    by_id,
    make_client,
    make_world,
    obj,
    objs,
    record,
)


async def test_a_video_comes_with_sound_creator_and_comparison(api: Api) -> None:
    answer = await api.get("/videos/103")
    data = answer.data
    assert data["music"] == {
        "music_id": "7002",
        "title": "original sound",
        "author": "Ann",
        "original": True,
        "duration": 15,
    }
    assert obj(data["creator"])["username"] == "ann.fit"
    assert (data["is_viral"], data["vs_average"]) == (True, 3.17)
    assert data["percentile_in_creator"] == 90.0  # 4 of 5 below, itself half
    assert data["age_hours"] == 216.0
    assert data["views_per_hour"] == round(95_000 / 218, 1)
    assert data["ratios"] == {"like": 7.37, "comment": 0.21, "share": 0.09, "save": 0.32}
    assert data["saves_missing"] is False
    assert answer.meta["as_of"] == "2023-11-14T22:13:20Z"


async def test_what_is_unknown_of_a_video_is_null(api: Api) -> None:
    data = (await api.get("/videos/402")).data
    names = ("plays", "likes", "engagement_rate", "duration", "music", "music_title", "is_viral")
    assert [data[name] for name in names] == [None] * 7
    assert data["percentile_in_creator"] is None
    assert data["views_per_hour"] is None
    assert data["ratios"] == dict.fromkeys(("like", "comment", "share", "save"))
    assert data["saves_missing"] is True


async def test_a_video_without_a_time_has_no_age(api: Api) -> None:
    api.world.data().execute("UPDATE videos SET posted_at = NULL WHERE video_id = '101'")
    api.world.data().execute("UPDATE videos SET scraped_at = NULL WHERE video_id = '102'")
    assert (await api.get("/videos/101")).data["age_hours"] is None
    other = (await api.get("/videos/102")).data
    assert (other["age_hours"], other["history"]) == (None, [])


async def test_history_holds_every_observation(api: Api) -> None:
    data = (await api.get("/videos/101")).data
    now = {"plays": 12_000, "likes": 900, "comments": 30, "shares": 12, "saves": 40}
    assert data["history"] == [{"scraped_at": "2023-11-14T22:13:20Z", **now}]
    earlier = replace(record(by_id("101")[0]), plays=2_000, likes=100, scraped_at=AS_OF - HOUR)
    ingest = Ingest(api.world.data(), api.world.state(), source="test")
    ingest.add([earlier])
    ingest.finish()
    history = objs((await api.get("/videos/101")).data["history"])
    assert [(row["scraped_at"], row["plays"]) for row in history] == [
        ("2023-11-14T21:13:20Z", 2_000),
        ("2023-11-14T22:13:20Z", 12_000),
    ]


async def test_an_unknown_video_is_not_found(api: Api) -> None:
    answer = await api.get("/videos/999")
    assert (answer.status, answer.code) == (404, "VIDEO_NOT_FOUND")


def hottest(days: float) -> list[str]:
    def heat(row: tuple[object, ...]) -> float:
        plays, done = row[3], sum(n for n in row[4:8] if isinstance(n, int))
        assert isinstance(plays, int)
        return plays * (1 + min(round(100 * done / plays, 2), 25) / 25)

    inside = [row for row in ROWS if row[9] < days and row[3] is not None]
    return [row[0] for row in sorted(inside, key=heat, reverse=True)]


@pytest.mark.parametrize(
    ("params", "days"),
    [({"period": "24h"}, 1), ({"period": "7d"}, 7), ({}, 7), ({"period": "30d"}, 30)],
)
async def test_the_hottest_of_the_period_come_first(
    api: Api, params: dict[str, object], days: float
) -> None:
    answer = await api.get("/videos/trending", **params)
    assert answer.column("video_id") == hottest(days)
    assert answer.column("rank") == list(range(1, len(answer.rows) + 1))
    assert answer.meta["period"] == params.get("period", "7d")
    assert answer.meta["as_of"] == "2023-11-14T22:13:20Z"
    assert "pagination" not in answer.body


async def test_the_limit_cuts_the_list(api: Api) -> None:
    answer = await api.get("/videos/trending", limit=2)
    assert answer.column("video_id") == hottest(7)[:2]


async def test_speed_is_between_crawls_where_there_are_two(api: Api) -> None:
    row = (await api.get("/videos/trending", limit=1)).rows[0]
    # The crawl of this creator was as old as the post.
    assert (row["video_id"], row["velocity"], row["velocity_basis"]) == (
        "301",
        450_000.0,
        "lifetime",
    )
    assert row["heat"] == round(900_000 * (1 + 5.82 / 25))
    api.world.state().execute(
        "INSERT INTO video_snapshots (video_id, scraped_at, plays) VALUES ('301', ?, 600000)",
        (AS_OF - 3 * DAY,),
    )
    row = (await api.get("/videos/trending", limit=1)).rows[0]
    assert (row["velocity"], row["velocity_basis"]) == (12_500.0, "between_crawls")


async def test_nothing_trends_in_an_empty_period(api: Api) -> None:
    api.world.data().execute("UPDATE videos SET posted_at = ?", (AS_OF - 31 * DAY,))
    assert (await api.get("/videos/trending", period="30d")).rows == []


async def test_what_is_posted_after_the_newest_observation_does_not_trend(api: Api) -> None:
    api.world.data().execute("UPDATE videos SET posted_at = ? WHERE video_id = '301'", (AS_OF + 1,))
    assert "301" not in (await api.get("/videos/trending")).column("video_id")


@pytest.mark.parametrize("period", ["24h", "7d", "30d"])
@pytest.mark.parametrize("limit", [1, 20, 50])
async def test_a_long_period_has_the_same_hottest_as_a_look_at_all_videos(
    crowded: Api, period: str, limit: int
) -> None:
    answer = await crowded.get("/videos/trending", period=period, limit=limit)
    days = {"24h": 1, "7d": 7, "30d": 30}[period]
    hottest = crowded.world.data().execute(
        "SELECT video_id FROM videos WHERE posted_at > ? ORDER BY +heat DESC, id LIMIT ?",
        (AS_OF - days * DAY, limit),
    )
    assert [row["video_id"] for row in answer.rows] == [row[0] for row in hottest]


async def test_equally_hot_videos_of_a_long_period_come_by_their_order(tmp_path: Path) -> None:
    records = [
        VideoRecord(str(n), CreatorRecord("ann"), plays=5, posted_at=AS_OF - n, scraped_at=AS_OF)
        for n in range(10_500)
    ]
    world = make_world(tmp_path, records)
    async with make_client(world) as client:
        answer = await Api(world, client).get("/videos/trending", limit=3)
    world.close()
    assert [row["video_id"] for row in answer.rows] == ["0", "1", "2"]
