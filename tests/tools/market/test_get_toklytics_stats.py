from tests.tools.conftest import Desk, part


async def test_everything_stored_is_counted(desk: Desk) -> None:
    answer = await desk.call("getToklyticsStats")
    data = part(answer, "data")
    assert (data["creators"], data["videos"], data["sounds"]) == (5, 16, 1)
    assert data["total_views"] == 500_000 + 100_000 + 6_000 + 52_000
