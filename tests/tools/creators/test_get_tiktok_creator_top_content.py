from typing import cast

from tests.tools.conftest import Desk, Json, part


async def test_the_best_videos_come_first(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorTopContent", username="kana_kitchen")
    best = cast("list[Json]", part(answer, "data")["top_by_views"])
    assert [row["plays"] for row in best] == [3_000, 2_000, 1_000]


async def test_long_lists_are_whole_in_full(desk: Desk) -> None:
    answer = await desk.call("getTikTokCreatorTopContent", username="lena.lifts", detail="full")
    assert len(cast("list[Json]", part(answer, "data")["top_by_views"])) == 5
    assert "posting_schedule" in part(answer, "data")
