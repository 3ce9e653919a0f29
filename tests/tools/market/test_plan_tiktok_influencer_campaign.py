from typing import cast

from tests.tools.conftest import Desk, Json, part


async def test_the_plan_never_costs_more_than_the_budget(desk: Desk) -> None:
    answer = await desk.call("planTikTokInfluencerCampaign", budget=20_000, niche="fitness")
    data = part(answer, "data")
    spent = data["spent"]
    assert isinstance(spent, int | float)
    assert 0 < spent <= 20_000
    roster = cast("list[Json]", data["roster"])
    assert {str(part(row, "creator")["username"]) for row in roster} <= {
        "lena.lifts",
        "marco.moves",
    }
    assert sum(float(str(row["estimated_cost"])) for row in roster) == spent


async def test_a_budget_that_is_none_is_refused_before_any_request(desk: Desk) -> None:
    for budget in (0, -5, "NaN", "inf", 1e13):
        error = await desk.refused("planTikTokInfluencerCampaign", budget=budget, niche="fitness")
        assert error["parameter"] == "budget"
    assert desk.requests == []


async def test_a_market_without_candidates_is_an_empty_roster_with_a_warning(desk: Desk) -> None:
    answer = await desk.call(
        "planTikTokInfluencerCampaign", budget=1_000, niche="fitness", region="FR"
    )
    assert part(answer, "data")["roster"] == []
    assert part(answer, "data")["warnings"]
