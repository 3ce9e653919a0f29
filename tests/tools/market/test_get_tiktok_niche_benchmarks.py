from tests.tools.conftest import Desk, part


async def test_a_niche_reports_how_many_creators_stand_behind_it(desk: Desk) -> None:
    answer = await desk.call("getTikTokNicheBenchmarks", niche="fitness")
    data = part(answer, "data")
    assert data["creators"] == 2
    assert part(data, "metrics", "engagement_rate")["mean"] == 7.5
    assert data["low_sample"] is True


async def test_the_contracts_default_of_ten_thousand_followers_is_sent(desk: Desk) -> None:
    await desk.call("getTikTokNicheBenchmarks", niche="fitness")
    assert desk.requests == ["GET /api/v1/analytics/niche-report?niche=fitness&min_followers=10000"]


async def test_a_niche_without_creators_is_not_found(desk: Desk) -> None:
    error = await desk.refused("getTikTokNicheBenchmarks", niche="beekeeping")
    assert error["code"] == "NOT_FOUND_NICHE"
