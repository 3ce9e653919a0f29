from typing import cast

from tests.tools.conftest import Desk, Json, part


async def test_an_id_or_an_address_finds_the_sound(desk: Desk) -> None:
    for given in (
        "7000000000000000001",
        "https://www.tiktok.com/music/Morning-Drums-7000000000000000001",
    ):
        answer = await desk.call("getTikTokSoundDetails", music_id=given)
        assert part(answer, "data")["title"] == "Morning Drums"
        top = cast("list[Json]", part(answer, "data")["top_videos"])
        assert top[0]["plays"] == 100_000


async def test_an_unknown_sound_says_not_tracked(desk: Desk) -> None:
    error = await desk.refused("getTikTokSoundDetails", music_id="1")
    assert error["code"] == "NOT_FOUND_SOUND"
