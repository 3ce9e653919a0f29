from tests.tools.conftest import Desk, part, rows


async def test_words_of_the_bio_find_creators_largest_first(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="fitness")
    assert [row["username"] for row in rows(answer)] == ["lena.lifts", "marco.moves"]
    assert part(answer, "pagination")["total"] == 2


async def test_rates_are_percent_over_the_tracked_videos(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="fitness")
    assert [part(row, "metrics")["engagement_rate"] for row in rows(answer)] == [5, 10]
    assert [part(row, "metrics")["avg_views"] for row in rows(answer)] == [100_000, 20_000]


async def test_the_age_is_that_of_the_oldest_row(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="fitness")
    assert part(answer, "provenance")["as_of"] == "2026-02-28T00:00:00Z"


async def test_only_given_and_documented_parameters_are_sent(desk: Desk) -> None:
    await desk.call(
        "searchTikTokCreators", q=" fitness ", verified=True, sort="followers", region=""
    )
    assert desk.requests == [
        "GET /api/v1/creators/search?q=fitness&verified=true&sort=followers&page=1&limit=20"
    ]


async def test_a_misspelled_argument_is_refused_with_the_right_name(desk: Desk) -> None:
    error = await desk.refused("searchTikTokCreators", min_follower=5)
    assert error["parameter"] == "min_followers"
    assert desk.requests == []


async def test_an_argument_that_a_host_adds_is_ignored(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="kitchen", task_progress="- [ ] search")
    assert part(answer, "pagination")["page"] == 1


async def test_crossed_bounds_and_too_many_rows_are_refused(desk: Desk) -> None:
    crossed = await desk.refused("searchTikTokCreators", min_followers=9, max_followers=2)
    assert crossed["parameter"] == "min_followers"
    many = await desk.refused("searchTikTokCreators", limit=51)
    assert (many["parameter"], many["allowed"]) == ("limit", "1 to 50")
    assert desk.requests == []


async def test_text_that_looks_like_json_stays_text(desk: Desk) -> None:
    await desk.call("searchTikTokCreators", q="[1]")
    await desk.call("searchTikTokCreators", q="null")
    assert desk.requests == [
        "GET /api/v1/creators/search?q=%5B1%5D&page=1&limit=20",
        "GET /api/v1/creators/search?q=null&page=1&limit=20",
    ]


async def test_words_from_habit_are_refused_with_the_apis_own(desk: Desk) -> None:
    for habit, own in (("query", "q"), ("country", "region"), ("sort_by", "sort")):
        error = await desk.refused("searchTikTokCreators", **{habit: "x"})
        assert error["parameter"] == own
    assert desk.requests == []


async def test_an_argument_that_is_ignored_is_named(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="fitness", mood="happy")
    assert answer["notes"] == ["Not arguments of this tool, so ignored: `mood`."]


async def test_a_page_past_the_last_says_so(desk: Desk) -> None:
    answer = await desk.call("searchTikTokCreators", q="fitness", page=9)
    assert rows(answer) == []
    assert answer["notes"] == ["This page lies past the last one."]
