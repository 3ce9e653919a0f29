from tests.tools.conftest import Desk, part


async def test_imported_data_without_anything_newer_is_refreshed_for_free(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id)
    assert part(answer, "data")["status"] == "refreshed"
    quota = await desk.call("canRefreshAccountAnalytics", account_id=desk.account_id)
    assert part(quota, "quota")["used"] == 0


async def test_one_call_is_one_post_and_reading_is_what_comes_next(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id)
    assert desk.requests == [f"POST /api/ext/accounts/{desk.account_id}/analytics/refresh"]
    assert part(answer, "next") == {
        "tool": "getAccountAnalytics",
        "arguments": {"account_id": desk.account_id},
    }


async def test_a_dry_run_is_confirmed_by_the_upstream_and_writes_nothing(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id, dry_run=True)
    assert part(answer, "data")["dry_run"] is True
    assert "notes" not in answer
