"""`searchTikTokCreators`."""

import pytest

from tests.local.toklytics.tiny import Api

ALL = ["cho", "ann.fit", "ben_cooks", "dee"]


async def search(api: Api, **params: object) -> list[object]:
    answer = await api.get("/creators/search", **params)
    assert answer.status == 200, answer.body
    return [row["username"] for row in answer.rows]


async def test_the_most_followed_come_first(api: Api) -> None:
    assert await search(api) == ALL


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("followers", ALL),
        ("likes", ALL),
        ("videos", ["ben_cooks", "cho", "ann.fit", "dee"]),
        ("recent", ["ann.fit", "ben_cooks", "dee", "cho"]),
    ],
)
async def test_every_sort_orders_by_its_figure(api: Api, sort: str, names: list[str]) -> None:
    assert await search(api, sort=sort) == names


async def test_ascending_turns_the_order_and_leaves_the_unknown_last(api: Api) -> None:
    assert await search(api, order="asc") == ["ben_cooks", "ann.fit", "cho", "dee"]


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"min_followers": 120_000}, ["cho", "ann.fit"]),
        ({"max_followers": 120_000}, ["ann.fit", "ben_cooks"]),
        ({"min_followers": 50_000, "max_followers": 50_000}, ["ben_cooks"]),
        ({"verified": "true"}, ["cho", "ann.fit"]),
        ({"verified": "false"}, ALL),
        ({"region": "jp"}, ["ann.fit"]),
        ({"region": "ZZ"}, []),
        ({"q": "ann"}, ["ann.fit"]),
        ({"q": "@BEN"}, ["ben_cooks"]),
        ({"q": "be"}, ["ben_cooks"]),
        ({"q": "筋トレ"}, ["ann.fit"]),
        ({"q": "코"}, ["cho"]),
        ({"q": "fitness"}, ["ann.fit"]),
        ({"q": "gym lover", "verified": "true"}, ["ann.fit"]),
        ({"q": "gym", "region": "US"}, []),
        ({"q": '"*('}, []),
        ({"q": "   "}, ALL),
    ],
)
async def test_filters_and_text_narrow_the_list(
    api: Api, params: dict[str, object], names: list[str]
) -> None:
    assert await search(api, **params) == names


async def test_uk_is_gb(api: Api) -> None:
    api.world.data().execute("UPDATE creators SET region = 'GB' WHERE username = 'cho'")
    assert await search(api, region="UK") == ["cho"]


async def test_a_creator_is_written_as_the_contract_says(api: Api) -> None:
    row = (await api.get("/creators/search", q="ben")).rows[0]
    assert row == {
        "username": "ben_cooks",
        "display_name": "Ben",
        "verified": False,
        "followers": 50_000,
        "following": None,
        "total_likes": 400_000,
        "video_count": 300,
        "bio": "Recipes every day",
        "region": "US",
        "avatar_url": None,
        "metrics": row["metrics"],
        "profile_url": None,
        "tiktok_url": "https://www.tiktok.com/@ben_cooks",
        "last_updated": "2023-11-13T22:13:20Z",
    }
    metrics = row["metrics"]
    assert isinstance(metrics, dict)
    # 7,705 interactions of five videos by 125,000 views.
    assert metrics["engagement_rate"] == 6.16
    assert metrics["avg_views"] == 25_000
    assert metrics["avg_saves"] == 218
    assert metrics["viral_ratio"] == 0.0
    assert metrics["videos_tracked"] == 5
    assert isinstance(metrics["creator_score"], str)
    assert str(metrics["estimated_sponsorship_value"]).startswith("$")


async def test_what_is_unknown_is_null(api: Api) -> None:
    row = (await api.get("/creators/search", q="dee")).rows[0]
    assert row["followers"] is None
    assert row["verified"] is None
    metrics = row["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["creator_score"] is None
    assert metrics["estimated_sponsorship_value"] is None


@pytest.mark.parametrize("order", ["asc", "desc"])
@pytest.mark.parametrize("sort", ["followers", "likes", "videos", "recent"])
async def test_pages_join_to_the_whole_without_overlap(crowded: Api, sort: str, order: str) -> None:
    pages = await crowded.all_pages("/creators/search", 7, sort=sort, order=order)
    whole = await crowded.get("/creators/search", sort=sort, order=order, limit=50)
    assert [row["username"] for row in pages] == whole.column("username")
    assert len({str(row["username"]) for row in pages}) == 50


async def test_the_total_counts_what_fits(api: Api) -> None:
    answer = await api.get("/creators/search", limit=2)
    assert answer.pagination == {
        "page": 1,
        "limit": 2,
        "total": 4,
        "total_pages": 2,
        "has_more": True,
    }
    assert answer.meta["total_is_capped"] is False
    last = await api.get("/creators/search", limit=2, page=2)
    assert last.pagination["has_more"] is False
    beyond = await api.get("/creators/search", limit=2, page=9)
    assert (beyond.rows, beyond.pagination["total"]) == ([], 4)
