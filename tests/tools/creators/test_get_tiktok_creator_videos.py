from tests.tools.conftest import Desk, part, rows


async def test_newest_comes_first_unless_asked_otherwise(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorVideos", username="kana_kitchen")
    assert [row["plays"] for row in rows(answer)] == [1_000, 2_000, 3_000]
    answer = await desk.call("getTikTokCreatorVideos", username="kana_kitchen", sort="plays")
    assert [row["plays"] for row in rows(answer)] == [3_000, 2_000, 1_000]


async def test_views_and_hashtag_narrow_the_list(desk: Desk) -> None:
    answer = await desk.call(
        "getTikTokCreatorVideos", username="kana_kitchen", min_views=2_000, hashtag="#料理"
    )
    assert sorted(int(str(row["plays"])) for row in rows(answer)) == [2_000, 3_000]
    none = await desk.call("getTikTokCreatorVideos", username="kana_kitchen", hashtag="fitness")
    assert rows(none) == []


async def test_each_video_is_placed_against_the_creators_average(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorVideos", username="kana_kitchen", sort="plays")
    # The average of 1,000, 2,000 and 3,000 views is 2,000.
    assert [row["vs_average"] for row in rows(answer)] == [1.5, 1.0, 0.5]


async def test_the_answer_says_when_the_videos_were_observed(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorVideos", username="kana_kitchen")
    assert part(answer, "provenance")["as_of"] == "2026-03-01T00:00:00Z"
