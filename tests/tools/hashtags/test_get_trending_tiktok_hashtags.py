from tests.tools.conftest import Desk, rows


async def test_the_most_used_of_the_week_leads(desk: Desk) -> None:
    answer = await desk.call("getTrendingTikTokHashtags", limit=2)
    assert [(row["rank"], row["name"]) for row in rows(answer)] == [(1, "fitness"), (2, "料理")]
