from tests.tools.conftest import Desk, part


async def test_a_single_snapshot_says_how_history_grows(desk: Desk) -> None:
    answer = await desk.call("getAccountAnalyticsHistory", account_id=desk.account_id)
    data = part(answer, "data")
    assert data["points"] == [{"at": "2026-03-01T00:00:00Z", "value": 12_400}]
    assert "change" not in data
    assert "Only one snapshot" in str(answer["notes"])


async def test_the_metric_is_the_one_asked_for(desk: Desk) -> None:
    answer = await desk.call(
        "getAccountAnalyticsHistory", account_id=desk.account_id, metric="total_views"
    )
    assert part(answer, "data")["points"] == [{"at": "2026-03-01T00:00:00Z", "value": 52_000}]


async def test_an_empty_range_says_so_and_names_the_tool_that_fills_it(desk: Desk) -> None:
    error = await desk.refused(
        "getAccountAnalyticsHistory", account_id=desk.account_id, until="2025-01-01"
    )
    assert error["code"] == "NOT_FOUND_HISTORY"
    assert "getAccountAnalytics" in str(error["do_next"])


async def test_a_range_that_runs_backwards_is_refused(desk: Desk) -> None:
    error = await desk.refused(
        "getAccountAnalyticsHistory",
        account_id=desk.account_id,
        since="2026-02-01",
        until="2026-01-01",
    )
    assert error["parameter"] == "since"


async def test_what_is_no_time_is_refused(desk: Desk) -> None:
    error = await desk.refused(
        "getAccountAnalyticsHistory", account_id=desk.account_id, since="last week"
    )
    assert error["parameter"] == "since"


async def test_looking_back_posts_nothing(desk: Desk) -> None:
    await desk.call("getAccountAnalyticsHistory", account_id=desk.account_id)
    assert not [request for request in desk.requests if request.startswith("POST")]
