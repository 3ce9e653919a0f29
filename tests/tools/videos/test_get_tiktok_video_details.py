from tests.tools.conftest import Desk, part
from tests.tools.world import LENAS


async def test_an_address_or_an_id_finds_the_video(desk: Desk) -> None:
    video = LENAS[0]
    for given in (video.video_id, str(video.url), int(video.video_id)):
        answer = await desk.call("getTikTokVideoDetails", video_id=given)
        data = part(answer, "data")
        assert data["video_id"] == video.video_id
        assert data["plays"] == 100_000
        assert data["engagement_rate"] == 5
        assert part(data, "music")["title"] == "Morning Drums"


async def test_an_untracked_video_says_so(desk: Desk) -> None:
    error = await desk.refused("getTikTokVideoDetails", video_id="7123456789012345678")
    assert error["code"] == "NOT_FOUND_VIDEO"


async def test_what_is_no_video_id_is_refused(desk: Desk) -> None:
    for wrong in ("trending", "va_001", "https://www.tiktok.com/@lena.lifts"):
        error = await desk.refused("getTikTokVideoDetails", video_id=wrong)
        assert error["parameter"] == "video_id"
    assert desk.requests == []
