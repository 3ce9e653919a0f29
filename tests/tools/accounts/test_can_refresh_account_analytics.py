from tests.tools.conftest import Desk, part


async def test_a_new_account_can_be_refreshed_and_the_quota_is_whole(desk: Desk) -> None:
    answer = await desk.call("canRefreshAccountAnalytics", account_id=desk.account_id)
    assert part(answer, "data")["can_refresh"] is True
    assert part(answer, "data")["hours_remaining"] == 0
    assert part(answer, "quota") == {"limit": 500, "used": 0}
    assert "next" not in answer


async def test_asking_posts_nothing(desk: Desk) -> None:
    await desk.call("canRefreshAccountAnalytics", account_id=desk.account_id)
    assert desk.requests == [f"GET /api/ext/accounts/{desk.account_id}/analytics/can-refresh"]
