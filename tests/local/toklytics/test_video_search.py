"""`searchTikTokVideos`: every way to a page gives what a look at all rows gives."""

import random

import pytest

from tests.local.toklytics.tiny import ANN, ROWS, Api, Row, ids, of, tags_of


async def search(api: Api, **params: object) -> list[object]:
    answer = await api.get("/videos/search", **params)
    assert answer.status == 200, answer.body
    return [row["video_id"] for row in answer.rows]


@pytest.mark.parametrize(("sort", "column"), [("plays", 3), ("likes", 4), ("shares", 6)])
async def test_everything_is_sorted_by_its_counts(api: Api, sort: str, column: int) -> None:
    assert await search(api, sort=sort) == ids(ROWS, column)


async def test_the_newest_come_first_when_asked_for(api: Api) -> None:
    assert await search(api, sort="recent") == ids(sorted(ROWS, key=lambda row: row[9]))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("広島", ["101", "401"]),
        ("東京", ["106"]),
        ("京", ["106"]),
        ("웃긴", ["301"]),
        ("pasta", ["201", "205"]),
        ("PASTA again", ["205"]),
        ("soup_time", ["202"]),
        ("past", []),
        ("nowhere", []),
        ('"', []),
    ],
)
async def test_captions_are_searched_by_words(api: Api, query: str, expected: list[str]) -> None:
    assert await search(api, q=query) == expected


def long(row: Row) -> bool:
    return row[8] is not None and row[8] > 60


@pytest.mark.parametrize(
    ("params", "rows"),
    [
        ({"hashtag": "FYP"}, [r for r in ROWS if "fyp" in tags_of(r)]),
        ({"hashtag": "#旅行"}, [r for r in ROWS if "旅行" in tags_of(r)]),
        ({"hashtag": "unused"}, []),
        ({"creator": "@Ann.fit"}, of(ANN)),
        ({"creator": "nobody"}, []),
        ({"min_views": 30_000}, [r for r in ROWS if (r[3] or 0) >= 30_000]),
        ({"duration": "short"}, [r for r in ROWS if r[8] is not None and r[8] < 15]),
        ({"duration": "medium"}, [r for r in ROWS if r[8] is not None and 15 <= r[8] <= 60]),
        ({"duration": "long"}, [r for r in ROWS if long(r)]),
        ({"content_type": "slideshow"}, [r for r in ROWS if r[0] == "105"]),
        ({"content_type": "video"}, [r for r in ROWS if r[0] != "105"]),
        ({"content_type": "slideshow", "duration": "short"}, []),
        (
            {"hashtag": "recipe", "duration": "long"},
            [r for r in ROWS if "recipe" in tags_of(r) and long(r)],
        ),
        ({"q": "day", "hashtag": "gym", "creator": "ann.fit"}, [r for r in ROWS if r[0] == "102"]),
        ({"q": "広島", "creator": "dee", "min_views": 1}, [r for r in ROWS if r[0] == "401"]),
    ],
)
async def test_filters_narrow_the_list(
    api: Api, params: dict[str, object], rows: list[Row]
) -> None:
    assert await search(api, **params) == ids(rows, 3)


async def test_a_video_says_who_made_it(api: Api) -> None:
    row = (await api.get("/videos/search", q="広島")).rows[0]
    assert row["creator"] == {
        "username": "ann.fit",
        "display_name": "Ann 筋トレ",
        "followers": 120_000,
        "verified": True,
    }


ORDERS = {
    "plays": "plays DESC, id",
    "likes": "likes DESC, id",
    "shares": "shares DESC, id",
    "recent": "posted_at DESC, heat DESC, id DESC",
}
FILTERS: dict[str, tuple[dict[str, object], str]] = {
    "none": ({}, "1"),
    "frequent word": ({"q": "half"}, "description LIKE '%half%'"),
    "word, tag and length": (
        {"q": "half", "hashtag": "half", "duration": "long"},
        "hashtags LIKE '%half%'",
    ),
    "frequent tag": ({"hashtag": "half"}, "hashtags LIKE '%half%'"),
    "tag and format": (
        {"hashtag": "common", "content_type": "slideshow"},
        "content_type = 'slideshow'",
    ),
    "views and length": ({"min_views": 9_900, "duration": "long"}, "plays >= 9900"),
    "two frequent": ({"q": "common", "hashtag": "common"}, "1"),
    "nothing fits": ({"hashtag": "half", "min_views": 10**9}, "0"),
}


@pytest.mark.parametrize("sort", list(ORDERS))
@pytest.mark.parametrize("name", list(FILTERS))
async def test_a_page_of_many_is_the_page_of_all(crowded: Api, sort: str, name: str) -> None:
    params, condition = FILTERS[name]
    if params.get("duration") == "long":
        condition = f"({condition}) AND duration > 60"
    stored = crowded.world.data().execute(
        f"SELECT video_id FROM videos WHERE {condition} ORDER BY {ORDERS[sort]}"  # noqa: S608
    )
    expected = [row[0] for row in stored]
    page = random.Random(sort + name).randint(1, 5)  # noqa: S311 (repeatable on purpose)
    found = await search(crowded, **params, sort=sort, page=page, limit=50)
    assert found == expected[50 * (page - 1) : 50 * page]


async def test_a_long_list_says_that_its_total_is_capped(crowded: Api) -> None:
    answer = await crowded.get("/videos/search", q="common")
    assert (answer.pagination["total"], answer.meta["total_is_capped"]) == (10_000, True)
    assert answer.pagination["has_more"] is True
    answer = await crowded.get("/videos/search", hashtag="half")
    assert (answer.pagination["total"], answer.meta["total_is_capped"]) == (5_500, False)


async def test_beyond_the_cap_pages_go_on(crowded: Api) -> None:
    answer = await crowded.get("/videos/search", q="common", page=210, limit=50)
    assert len(answer.rows) == 50
    assert answer.pagination["total"] == 10_501
    last = await crowded.get("/videos/search", q="common", page=220, limit=50)
    assert (last.pagination["total"], last.pagination["has_more"]) == (11_000, False)


async def test_pages_join_to_the_whole_without_overlap(crowded: Api) -> None:
    pages = await crowded.all_pages("/videos/search", 50, q="half", min_views=9_000)
    found = [row["video_id"] for row in pages]
    stored = crowded.world.data().execute(
        "SELECT video_id FROM videos WHERE description LIKE '%half%' AND plays >= 9000"
        " ORDER BY plays DESC, id"
    )
    assert found == [row[0] for row in stored]


async def test_a_long_list_with_several_filters_has_a_lower_bound_as_total(crowded: Api) -> None:
    answer = await crowded.get("/videos/search", q="common", hashtag="common", limit=50)
    assert answer.meta["total_is_capped"] is True
    assert 50 < int(str(answer.pagination["total"])) <= 11_000
    deep = await crowded.get("/videos/search", q="common", hashtag="common", limit=50, page=219)
    assert (deep.pagination["total"], len(deep.rows)) == (10_951, 50)
