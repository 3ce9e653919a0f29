from tests.tools.conftest import Desk, part
from tests.tools.world import SIX_HOURS


async def test_totals_are_sums_over_the_accounts_videos(desk: Desk) -> None:
    answer = await desk.call("getAccountAnalytics", account_id=desk.account_id)
    data = part(answer, "data")
    assert data["followers_count"] == 12_400
    assert data["total_videos_tracked"] == 3
    assert data["total_views"] == 52_000
    assert data["total_likes"] == 1_900
    assert data["scraped_at"] == "2026-03-01T00:00:00Z"


async def test_the_answer_says_how_old_it_is_and_that_it_is_local(desk: Desk) -> None:
    answer = await desk.call("getAccountAnalytics", account_id=desk.account_id)
    provenance = part(answer, "provenance")
    assert provenance["api"] == "tokportal"
    assert provenance["mode"] == "local"
    assert "synthetic" not in provenance
    assert provenance["as_of"] == "2026-03-01T00:00:00Z"
    assert provenance["age_seconds"] == SIX_HOURS
    assert provenance["metrics_version"] == 2


async def test_an_unknown_account_points_to_the_list(desk: Desk) -> None:
    error = await desk.refused("getAccountAnalytics", account_id="acc_nobody")
    assert error["code"] == "NOT_FOUND_ACCOUNT"
    assert "listAccounts" in str(error["do_next"])
    assert "acc_nobody" not in str(error)


async def test_an_empty_id_is_refused_before_any_request(desk: Desk) -> None:
    error = await desk.refused("getAccountAnalytics", account_id="  ")
    assert error["code"] == "INVALID_ARGUMENT"
    assert error["parameter"] == "account_id"
    assert desk.requests == []
