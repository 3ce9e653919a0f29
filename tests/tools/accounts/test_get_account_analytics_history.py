from datetime import timedelta
from pathlib import Path
from typing import cast

from mcp.client.client import ConnectMode
from pydantic import JsonValue

from mcp_server.app import build_application
from mcp_server.models.basis import NOT_TOLD, Basis
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


async def keep(desk: Desk, days: int, basis: Basis = NOT_TOLD, **figures: int | None) -> None:
    """Store an earlier snapshot, as reading it at that time would have."""
    deps = desk.application.deps
    at = NOW - timedelta(days=days)
    body: dict[str, JsonValue] = {"account_id": desk.account_id, **figures}
    await deps.store.put_snapshot(
        await deps.partition(),
        StoredSnapshot(
            "account", desk.account_id, at, at, body, desk.account_id, False, "local", basis
        ),
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


async def told(desk: Desk, metric: str) -> list[JsonValue]:
    """The notes of a history that ends before the world's own observation."""
    answer = await desk.call(
        "getAccountAnalyticsHistory",
        account_id=desk.account_id,
        metric=metric,
        until="2026-02-27",
    )
    return cast("list[JsonValue]", answer.get("notes", []))


async def test_ends_of_unlike_numbers_of_videos_are_no_growth_alone(desk: Desk) -> None:
    # The first crawl saw one video, the second 20.
    await keep(desk, 5, followers_count=100, total_videos_tracked=1, total_views=1_000)
    await keep(desk, 4, followers_count=110, total_videos_tracked=9, total_views=9_000)
    await keep(desk, 3, followers_count=120, total_videos_tracked=20, total_views=20_200)
    (note,) = await told(desk, "total_views")
    assert str(note).startswith("Tracked videos: 1 at the first point, 20 at the last, ")
    assert await told(desk, "followers_count") == await told(desk, "total_videos_tracked") == []


async def test_ends_by_unlike_formulas_are_said_to_be(desk: Desk) -> None:
    await keep(desk, 5, average_engagement_rate=5, followers_count=9)
    await keep(desk, 4, Basis(1), average_engagement_rate=6, followers_count=9)
    (note,) = await told(desk, "average_engagement_rate")
    assert "metrics_version unknown at the first point and 1 at the last" in str(note)
    await keep(desk, 3, Basis(2), average_engagement_rate=7, followers_count=9)
    (note,) = await told(desk, "average_engagement_rate")
    assert "metrics_version unknown at the first point and 2 at the last" in str(note)
    assert await told(desk, "followers_count") == []


async def test_ends_that_are_alike_need_no_word(desk: Desk) -> None:
    await keep(desk, 5, Basis(2), total_videos_tracked=20, total_views=100)
    await keep(desk, 4, Basis(1), total_videos_tracked=19, total_views=150)
    await keep(desk, 3, Basis(2), total_videos_tracked=20, total_views=200)
    assert await told(desk, "total_views") == []


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
