from tests.tools.conftest import Desk, rows


async def test_title_and_author_find_a_sound(desk: Desk) -> None:
    for words in ("morning", "invented drums"):
        answer = await desk.call("searchTikTokSounds", q=words)
        (row,) = rows(answer)
        assert row["music_id"] == "7000000000000000001"
        assert row["user_count"] == 16
