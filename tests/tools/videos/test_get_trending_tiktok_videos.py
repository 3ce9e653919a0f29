from tests.tools.conftest import Desk, part, rows


async def test_ranks_count_from_one_and_the_period_is_sent(desk: Desk) -> None:
    answer = await desk.call("getTrendingTikTokVideos", period="30d", limit=3)
    assert [row["rank"] for row in rows(answer)] == [1, 2, 3]
    assert desk.requests == ["GET /api/v1/videos/trending?period=30d&limit=3"]


async def test_the_window_ends_at_the_newest_observation(desk: Desk) -> None:
    answer = await desk.call("getTrendingTikTokVideos", period="7d")
    assert part(answer, "provenance")["as_of"] == "2026-03-01T00:00:00Z"
    # The two older videos of the own account are outside of seven days.
    assert len(rows(answer)) == 14


async def test_another_period_is_refused_with_the_known_ones(desk: Desk) -> None:
    error = await desk.refused("getTrendingTikTokVideos", period="1y")
    assert error["allowed"] == ["24h", "7d", "30d"]
