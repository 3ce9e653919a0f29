from tests.tools.conftest import Desk, part


def posts(desk: Desk) -> list[str]:
    return [request for request in desk.requests if request.startswith("POST")]


async def test_imported_data_without_anything_newer_costs_nothing(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id)
    assert part(answer, "data")["status"] == "refreshed"
    assert part(answer, "quota")["used"] == 0
    quota = await desk.call("canRefreshAccountAnalytics", account_id=desk.account_id)
    assert part(quota, "quota")["used"] == 0


async def test_one_call_is_one_post(desk: Desk) -> None:
    await desk.call("refreshAccountAnalytics", account_id=desk.account_id)
    assert posts(desk) == [f"POST /api/ext/accounts/{desk.account_id}/analytics/refresh"]


async def test_a_dry_run_is_confirmed_by_the_upstream_and_writes_nothing(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id, dry_run=True)
    assert part(answer, "data")["dry_run"] is True
    assert part(answer, "data")["outcome"] == "simulated"
    assert "notes" not in answer


async def test_an_unknown_account_is_an_error_and_posts_nothing(desk: Desk) -> None:
    error = await desk.refused("refreshAccountAnalytics", account_id="acc_nobody")
    assert error["code"] == "NOT_FOUND_ACCOUNT"
    assert posts(desk) == []


async def test_fresh_data_is_answered_with_its_figures_and_not_as_pending(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalytics", account_id=desk.account_id)
    data = part(answer, "data")
    assert data["outcome"] == "no_newer_data"
    assert part(data, "analytics")["total_views"] == 52_000
    assert answer["notes"] == ["Imported data changes only when a newer export is imported."]
