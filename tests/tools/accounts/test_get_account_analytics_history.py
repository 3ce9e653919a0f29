from datetime import timedelta
from pathlib import Path
from typing import cast

from mcp.client.client import ConnectMode
from pydantic import JsonValue

from mcp_server.app import build_application
from mcp_server.settings import load
from mcp_server.store.records import StoredSnapshot
from tests.tools.conftest import Desk, Json, part
from tests.tools.world import NOW


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


async def keep(desk: Desk, days: int, **figures: int | None) -> None:
    """Store an earlier snapshot, as reading it at that time would have."""
    deps = desk.application.deps
    at = NOW - timedelta(days=days)
    body: dict[str, JsonValue] = {"account_id": desk.account_id, **figures}
    await deps.store.put_snapshot(
        await deps.partition(),
        StoredSnapshot("account", desk.account_id, at, at, body, desk.account_id, False, "local"),
    )


async def test_the_newest_points_are_those_that_a_concise_answer_keeps(desk: Desk) -> None:
    for days in range(1, 101):
        await keep(desk, days, followers_count=12_400 - days)
    answer = await desk.call("getAccountAnalyticsHistory", account_id=desk.account_id)
    points = cast("list[Json]", part(answer, "data")["points"])
    assert len(points) == 20
    assert points[-1] == {"at": "2026-03-01T00:00:00Z", "value": 12_400}
    assert part(answer, "data", "change")["absolute"] == 100
    assert "points 20 of 101" in str(answer["notes"])
    full = await desk.call("getAccountAnalyticsHistory", account_id=desk.account_id, detail="full")
    assert len(cast("list[Json]", part(full, "data")["points"])) == 101


async def test_change_is_given_per_day_and_in_percent_and_gaps_as_gaps(desk: Desk) -> None:
    await keep(desk, 10, followers_count=10_000)
    await keep(desk, 9, followers_count=10_100)
    answer = await desk.call(
        "getAccountAnalyticsHistory", account_id=desk.account_id, since="2026-02-01"
    )
    change = part(answer, "data", "change")
    # From 10,000 ten days before 06:00 to 12,400 at midnight.
    assert (change["absolute"], change["days"], change["percent"]) == (2_400, 9.75, 24)
    assert change["per_day"] == 246.1538
    assert part(answer, "data")["gaps"] == [
        {"after": "2026-02-20T06:00:00Z", "before": "2026-03-01T00:00:00Z", "missing": 8}
    ]


async def test_a_bare_date_as_the_end_includes_that_day(desk: Desk) -> None:
    await keep(desk, 3, followers_count=12_000)
    answer = await desk.call(
        "getAccountAnalyticsHistory", account_id=desk.account_id, until="2026-02-26"
    )
    assert part(answer, "data")["points"] == [{"at": "2026-02-26T06:00:00Z", "value": 12_000}]


async def test_a_figure_that_no_snapshot_holds_is_said_and_not_zero(desk: Desk) -> None:
    await keep(desk, 3, followers_count=None)
    answer = await desk.call(
        "getAccountAnalyticsHistory", account_id=desk.account_id, until="2026-02-27"
    )
    assert part(answer, "data")["points"] == []
    assert "1 of 1 stored snapshots do not hold this figure" in str(answer["notes"])


async def test_a_damaged_store_is_said_instead_of_an_empty_history(
    tmp_path: Path, mode: ConnectMode
) -> None:
    (tmp_path / "store.db").write_bytes(b"no database" * 100)
    application = build_application(load(data_dir=tmp_path, local=True))
    desk = Desk(application, mode, "x")
    error = await desk.refused("getAccountAnalyticsHistory", account_id="x")
    await application.aclose()
    assert error["code"] == "STORE_UNAVAILABLE"
