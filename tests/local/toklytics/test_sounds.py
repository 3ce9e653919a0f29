"""Sounds: search, one of them, trending."""

import pytest

from tests.local.toklytics.tiny import AS_OF, ROWS, SONG, Api, ids, objs

USING = [row for row in ROWS if row[10] is SONG]


async def test_sounds_are_listed_by_use(api: Api) -> None:
    answer = await api.get("/sounds/search")
    assert answer.column("music_id") == ["7001", "7002"]
    assert answer.rows[0] == {
        "music_id": "7001",
        "title": "夜に駆ける",
        "author": "YOASOBI",
        "original": False,
        "duration": 60,
        "user_count": 6,
        "view_count": sum(row[3] or 0 for row in USING),
        "last_used": "2023-11-14T10:13:20Z",
    }


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"q": "夜"}, ["7001"]),
        ({"q": "yoa"}, ["7001"]),
        ({"q": "original sound ann"}, ["7002"]),
        ({"q": "nothing"}, []),
        ({"q": "!"}, []),
        ({"sort": "recent"}, ["7001", "7002"]),
    ],
)
async def test_sounds_are_found_by_title_and_author(
    api: Api, params: dict[str, object], found: list[str]
) -> None:
    assert (await api.get("/sounds/search", **params)).column("music_id") == found


async def test_sounds_may_be_listed_by_their_last_use(api: Api) -> None:
    api.world.data().execute("UPDATE sounds SET last_used = ? WHERE music_id = '7002'", (AS_OF,))
    assert (await api.get("/sounds/search", sort="recent")).column("music_id") == ["7002", "7001"]


async def test_a_sound_comes_with_videos_and_creators(api: Api) -> None:
    data = (await api.get("/sounds/7001")).data
    assert [row["video_id"] for row in objs(data["top_videos"])] == ids(USING, 3)
    assert [(c["username"], c["videos"]) for c in objs(data["top_creators"])] == [
        ("ben_cooks", 2),
        ("ann.fit", 3),
        ("dee", 1),
    ]
    assert (data["recent_count"], data["growth_7d"]) == (5, 2.0)


async def test_an_unknown_sound_is_not_found(api: Api) -> None:
    answer = await api.get("/sounds/1")
    assert (answer.status, answer.code) == (404, "SOUND_NOT_FOUND")


async def test_sounds_trend_by_use_in_the_last_week(api: Api) -> None:
    answer = await api.get("/sounds/trending")
    rows = [(r["rank"], r["music_id"], r["recent_count"], r["growth"]) for r in answer.rows]
    assert rows == [(1, "7001", 5, 2.0)]


async def test_many_sounds_are_paged_and_their_total_is_capped(crowded: Api) -> None:
    first = await crowded.get("/sounds/search", q="common", limit=50)
    second = await crowded.get("/sounds/search", q="common", limit=50, page=2)
    assert (first.pagination["total"], first.meta["total_is_capped"]) == (10_000, True)
    assert not {str(i) for i in first.column("music_id")} & {
        str(i) for i in second.column("music_id")
    }
