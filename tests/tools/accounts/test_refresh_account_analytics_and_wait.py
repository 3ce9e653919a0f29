from datetime import timedelta
from typing import cast

from mcp_server.models.basis import Basis
from mcp_server.store.records import StoredSnapshot
from tests.tools.conftest import Desk, Json, part
from tests.tools.world import NOW


def posts(desk: Desk) -> list[str]:
    return [request for request in desk.requests if request.startswith("POST")]


def results(answer: Json) -> list[Json]:
    return cast("list[Json]", part(answer, "data")["results"])


async def test_figures_that_are_young_enough_are_given_without_a_post(desk: Desk) -> None:
    answer = await desk.call("refreshAccountAnalyticsAndWait", account_ids=[desk.account_id])
    (result,) = results(answer)
    assert result["outcome"] == "fresh_enough"
    assert part(result, "analytics")["total_views"] == 52_000
    assert result["age_seconds"] == 6 * 3600
    assert part(answer, "data")["spent"] == 0
    assert posts(desk) == []


async def test_figures_say_on_how_many_videos_they_rest(desk: Desk) -> None:
    one: Json = {"account_id": desk.account_id}
    calls: dict[str, Json] = {
        "refreshAccountAnalyticsAndWait": {"account_ids": [desk.account_id]},
        "refreshAccountAnalytics": one,
        "getAccountAnalyticsHistory": one,
        "getAccountAnalytics": one,
    }
    for tool, arguments in calls.items():
        told = part(await desk.call(tool, **arguments), "provenance")
        assert str(told["basis"]).startswith("3 tracked videos"), tool
        assert told["low_sample"] is True, tool


async def test_a_basis_of_each_account_stands_with_it(desk: Desk) -> None:
    deps, at = desk.application.deps, NOW - timedelta(hours=1)
    for number, videos in enumerate((20, 3)):
        account = f"acc_{number}"
        body: Json = {"account_id": account, "total_videos_tracked": videos}
        basis = Basis(2, f"{videos} tracked videos", low_sample=videos < 5)
        kept = StoredSnapshot("account", account, at, at, body, account, False, "local", basis)
        await deps.store.put_snapshot(await deps.partition(), kept)
    answer = await desk.call("refreshAccountAnalyticsAndWait", account_ids=["acc_0", "acc_1"])
    assert [(row["basis"], row.get("low_sample")) for row in results(answer)] == [
        ("20 tracked videos", None),
        ("3 tracked videos", True),
    ]
    told = part(answer, "provenance")
    assert "basis" not in told
    assert (told["metrics_version"], told["low_sample"]) == (2, True)


async def test_where_nothing_newer_exists_the_old_figures_come_with_their_age(desk: Desk) -> None:
    answer = await desk.call(
        "refreshAccountAnalyticsAndWait", account_ids=[desk.account_id], max_age_hours=1
    )
    (result,) = results(answer)
    assert result["outcome"] == "no_newer_data"
    assert result["as_of"] == "2026-03-01T00:00:00Z"
    assert part(answer, "data")["spent"] == 0
    assert len(posts(desk)) == 1


async def test_a_cap_of_none_spends_none(desk: Desk) -> None:
    answer = await desk.call(
        "refreshAccountAnalyticsAndWait",
        account_ids=[desk.account_id],
        max_age_hours=1,
        max_refreshes=0,
    )
    (result,) = results(answer)
    assert result["outcome"] == "capped"
    assert part(result, "analytics")["total_views"] == 52_000
    assert posts(desk) == []


async def test_an_unknown_account_does_not_spoil_the_others(desk: Desk) -> None:
    answer = await desk.call(
        "refreshAccountAnalyticsAndWait", account_ids=["acc_nobody", desk.account_id]
    )
    unknown, known = results(answer)
    assert unknown["outcome"] == "not_found"
    assert unknown["error_code"] == "NOT_FOUND_ACCOUNT"
    assert known["outcome"] == "fresh_enough"


async def test_more_than_25_accounts_and_longer_waits_are_refused(desk: Desk) -> None:
    error = await desk.refused(
        "refreshAccountAnalyticsAndWait", account_ids=[f"acc_{n}" for n in range(26)]
    )
    assert error["parameter"] == "account_ids"
    error = await desk.refused(
        "refreshAccountAnalyticsAndWait", account_ids=[desk.account_id], wait_seconds=241
    )
    assert (error["parameter"], error["allowed"]) == ("wait_seconds", "0 to 240")
    assert desk.requests == []
