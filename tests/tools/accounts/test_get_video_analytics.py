from tests.tools.conftest import Desk, rows


async def test_a_record_id_of_the_list_gives_the_same_row(desk: Desk) -> None:
    listed = await desk.call("listAccountVideoAnalytics", account_id=desk.account_id, detail="full")
    row = rows(listed)[0]
    answer = await desk.call("getVideoAnalytics", video_analytics_id=row["id"])
    assert answer["data"] == row


async def test_the_platforms_own_id_is_refused_before_any_request(desk: Desk) -> None:
    for wrong in ("7123456789012345678", "https://www.tiktok.com/@a/video/7123456789012345678"):
        error = await desk.refused("getVideoAnalytics", video_analytics_id=wrong)
        assert error["code"] == "INVALID_ARGUMENT"
        assert "listAccountVideoAnalytics" in str(error["allowed"])
    assert desk.requests == []


async def test_an_unknown_record_says_which_id_is_meant(desk: Desk) -> None:
    error = await desk.refused("getVideoAnalytics", video_analytics_id="va_none")
    assert error["code"] == "NOT_FOUND_VIDEO_ANALYTICS"
    assert "`id`" in str(error["do_next"])
