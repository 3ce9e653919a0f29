from pathlib import Path
from typing import cast

import httpx2

from tests.faults.judging import answer_of
from tests.faults.upstream import connected
from tests.tools.conftest import Desk, Json, part


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
    assert answer["notes"] == [
        "Nothing newer was found; a newer export can be imported, or dropped into the inbox."
    ]


def never_collected(request: httpx2.Request) -> httpx2.Response:
    """An account without analytics, whose first refresh is accepted and takes its time."""
    if request.method == "POST":
        receipt = {"account_id": "acc_1", "status": "scrape_queued"}
        return httpx2.Response(200, json={"data": receipt}, request=request)
    if request.url.path.endswith("can-refresh"):
        allowed = {"can_refresh": True, "monthly_quota": {"limit": 500, "used": 0}}
        return httpx2.Response(200, json={"data": allowed}, request=request)
    error = {"code": "ANALYTICS_NOT_FOUND", "message": "Nothing yet."}
    return httpx2.Response(404, json={"error": error}, request=request)


async def test_after_a_first_refresh_the_next_call_joins_it_and_can_spend_nothing(
    tmp_path: Path,
) -> None:
    async with connected(tmp_path, never_collected) as client:
        for _ in range(2):  # the second time it is told that nothing has changed
            tool = "refreshAccountAnalytics"
            started = answer_of(tool, await client.call_tool(tool, {"account_id": "acc_1"}))
            assert part(started, "data")["outcome"] == "pending"
            following = part(started, "next")
            assert part(following, "arguments")["max_refreshes"] == 0
            tool = cast("str", following["tool"])
            call = {**part(following, "arguments"), "wait_seconds": 0}
            joined = answer_of(tool, await client.call_tool(tool, call))
            (result,) = cast("list[Json]", part(joined, "data")["results"])
            assert (result["outcome"], result["joined"]) == ("pending", True)
            assert result["job_id"] == part(started, "data")["job_id"]
