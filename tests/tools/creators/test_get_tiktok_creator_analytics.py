from typing import cast

from tests.tools.conftest import Desk, part


async def test_a_pasted_profile_address_is_understood(desk: Desk) -> None:
    for pasted in (
        "lena.lifts",
        " @lena.lifts ",
        "https://www.tiktok.com/@lena.lifts?lang=en",
        "tiktok.com/@lena.lifts/video/7123456789012345678",
    ):
        answer = await desk.call("getTikTokCreatorAnalytics", username=pasted)
        assert part(answer, "data")["username"] == "lena.lifts"
    assert set(desk.requests) == {"GET /api/v1/creators/lena.lifts"}


async def test_concise_keeps_three_recent_videos_and_says_so(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorAnalytics", username="lena.lifts")
    assert len(cast("list[object]", part(answer, "data")["recent_videos"])) == 3
    assert "recent_videos 3 of 5" in str(answer["notes"])
    full = await desk.call("getTikTokCreatorAnalytics", username="lena.lifts", detail="full")
    assert len(cast("list[object]", part(full, "data")["recent_videos"])) == 5


async def test_not_tracked_is_not_called_absent(desk: Desk) -> None:
    error = await desk.refused("getTikTokCreatorAnalytics", username="nobody.known")
    assert error["code"] == "NOT_FOUND_CREATOR"
    assert "may still exist on TikTok" in str(error["message"])
    assert "searchTikTokCreators" in str(error["do_next"])


async def test_names_of_routes_are_refused_before_any_request(desk: Desk) -> None:
    for name in ("search", "@Trending"):
        error = await desk.refused("getTikTokCreatorAnalytics", username=name)
        assert error["parameter"] == "username"
    assert desk.requests == []


async def test_what_cannot_be_a_username_is_refused(desk: Desk) -> None:
    for name in ("two words", "https://www.tiktok.com/tag/fitness", "@"):
        error = await desk.refused("getTikTokCreatorAnalytics", username=name)
        assert error["code"] == "INVALID_ARGUMENT"
    assert desk.requests == []


async def test_somebody_without_a_handle_can_be_asked_for_by_what_a_row_shows(desk: Desk) -> None:
    await desk.refused("getTikTokCreatorAnalytics", username="name.1001.")
    assert desk.requests[0] == "GET /api/v1/creators/name.1001."
