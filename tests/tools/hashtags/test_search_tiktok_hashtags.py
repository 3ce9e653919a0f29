from tests.tools.conftest import Desk, part, rows


async def test_counts_are_of_the_tracked_videos(desk: Desk) -> None:
    answer = await desk.call("searchTikTokHashtags", q="#fit")
    (row,) = rows(answer)
    assert (row["name"], row["video_count"], row["view_count"]) == ("fitness", 10, 600_000)


async def test_without_a_word_the_largest_come_first(desk: Desk) -> None:
    answer = await desk.call("searchTikTokHashtags", sort="video_count", limit=1)
    assert [row["name"] for row in rows(answer)] == ["fitness"]
    assert part(answer, "next", "arguments") == {"sort": "video_count", "limit": 1, "page": 2}
