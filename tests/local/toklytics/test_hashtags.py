"""Hashtags: search, one of them, trending."""

from collections import Counter

import pytest

from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.toklytics.tiny import AS_OF, ROWS, Api, ids, obj, objs, tags_of

COUNTS = Counter(tag for row in ROWS for tag in tags_of(row))


def rate(tag: str) -> float:
    rows = [row for row in ROWS if tag in tags_of(row) and row[3]]
    done = sum(n for row in rows for n in row[4:8] if n)
    return round(100 * done / sum(row[3] or 0 for row in rows), 2)


async def test_all_hashtags_are_listed_by_use(api: Api) -> None:
    answer = await api.get("/hashtags/search", limit=50)
    assert {str(row["name"]): row["video_count"] for row in answer.rows} == COUNTS
    uses = [int(str(n)) for n in answer.column("video_count")]
    assert uses == sorted(uses, reverse=True)
    assert answer.pagination["total"] == len(COUNTS)


async def test_hashtags_may_be_listed_by_views(api: Api) -> None:
    answer = await api.get("/hashtags/search", sort="view_count", limit=2)
    assert [(r["name"], r["view_count"]) for r in answer.rows] == [
        ("fyp", 1_047_000),
        ("코미디", 900_000),
    ]


async def test_those_that_begin_with_the_text_come_before_those_that_contain_it(api: Api) -> None:
    ingest = Ingest(api.world.data(), api.world.state(), source="test")
    tags = [("homegym",), ("homegym",), ("homegym",), ("homegym",), ("gymtok",)]
    ingest.add(
        [
            VideoRecord(str(900 + i), CreatorRecord("eve"), hashtags=t, scraped_at=AS_OF)
            for i, t in enumerate(tags)
        ]
    )
    ingest.finish()
    answer = await api.get("/hashtags/search", q="#GYM")
    assert answer.column("name") == ["gym", "gymtok", "homegym"]
    assert answer.pagination["total"] == 3
    second = await api.get("/hashtags/search", q="gym", limit=1, page=2)
    assert (second.column("name"), second.pagination["has_more"]) == (["gymtok"], True)


async def test_a_search_row_has_counts_and_a_weighted_rate(api: Api) -> None:
    row = (await api.get("/hashtags/search", q="recipe")).rows[0]
    assert row == {
        "name": "recipe",
        "video_count": 5,
        "view_count": 125_000,
        "recent_count": 2,
        "avg_engagement_rate": rate("recipe"),
    }


async def test_a_sign_alone_finds_nothing(api: Api) -> None:
    assert (await api.get("/hashtags/search", q="#")).rows == []


async def test_pages_join_to_the_whole_without_overlap(api: Api) -> None:
    for params in ({}, {"q": "p"}):
        pages = await api.all_pages("/hashtags/search", 2, **params)
        whole = await api.get("/hashtags/search", limit=50, **params)
        assert [row["name"] for row in pages] == whole.column("name")


@pytest.mark.parametrize("tag", ["fyp", "FYP", "%23fyp"])
async def test_a_hashtag_comes_with_videos_creators_and_company(api: Api, tag: str) -> None:
    data = (await api.get(f"/hashtags/{tag}")).data
    rows = [row for row in ROWS if "fyp" in tags_of(row)]
    assert (data["name"], data["video_count"], data["view_count"]) == ("fyp", 4, 1_047_000)
    assert data["avg_views"] == 261_750
    assert data["avg_engagement_rate"] == rate("fyp")
    assert data["growth_7d"] == round((3 + 5) / (1 + 5), 2)
    assert [row["video_id"] for row in objs(data["top_videos"])] == ids(rows, 3)
    assert [(c["username"], c["videos"], c["views"]) for c in objs(data["top_creators"])] == [
        ("cho", 1, 900_000),
        ("ann.fit", 2, 107_000),
        ("ben_cooks", 1, 40_000),
    ]
    related = {str(r["name"]): r["count"] for r in objs(data["related_hashtags"])}
    assert related == {"gym": 1, "recipe": 1, "workout": 1, "코미디": 1}
    assert data["reported_views"] is None


async def test_unknown_views_do_not_pull_the_mean_down(api: Api) -> None:
    data = (await api.get("/hashtags/gym")).data
    assert (data["video_count"], data["view_count"], data["avg_views"]) == (3, 20_000, 10_000)
    api.world.data().execute("UPDATE videos SET plays = NULL")
    other = await api.get("/hashtags/search", q="gym")
    assert other.rows[0]["avg_engagement_rate"] is None


async def test_a_hashtag_in_any_script_has_its_page(api: Api) -> None:
    answer = await api.get("/hashtags/%E6%97%85%E8%A1%8C")
    assert (answer.status, answer.data["name"]) == (200, "旅行")


async def test_an_unknown_hashtag_is_not_found(api: Api) -> None:
    answer = await api.get("/hashtags/unused")
    assert (answer.status, answer.code) == (404, "HASHTAG_NOT_FOUND")


async def test_hashtags_trend_by_use_in_the_last_week(api: Api) -> None:
    answer = await api.get("/hashtags/trending", limit=3)
    recent = Counter(tag for row in ROWS if row[9] < 7 for tag in tags_of(row))
    assert [row["recent_count"] for row in answer.rows] == [3, 2, 2]
    assert all(row["recent_count"] == recent[str(row["name"])] for row in answer.rows)
    assert answer.rows[0]["name"] == "fyp"
    assert answer.rows[0]["growth"] == 1.33
    assert answer.column("rank") == [1, 2, 3]
    assert answer.meta["period"] == "7d"


async def test_counts_are_said_to_be_of_tracked_videos(api: Api) -> None:
    for path in ("/hashtags/search", "/hashtags/fyp", "/hashtags/trending"):
        answer = await api.get(path)
        assert "tracked videos" in str(answer.meta["counts"])
        assert obj(answer.body["meta"])["as_of"] == "2023-11-14T22:13:20Z"
