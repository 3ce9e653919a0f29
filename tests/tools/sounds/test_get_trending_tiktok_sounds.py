from tests.tools.conftest import Desk, rows


async def test_the_most_used_sound_leads(desk: Desk) -> None:
    answer = await desk.call("getTrendingTikTokSounds")
    (row,) = rows(answer)
    assert (row["rank"], row["title"]) == (1, "Morning Drums")
