import json

import anyio
from mcp import Client

from tests.tools.conftest import Desk, part, rows


async def test_the_newest_upload_comes_first_by_default(desk: Desk) -> None:
    answer = await desk.call("listAccountVideoAnalytics", account_id=desk.account_id)
    assert [row["description"] for row in rows(answer)] == [
        "Third look",
        "Second look",
        "First look",
    ]


async def test_rows_keep_the_record_id_and_on_demand_the_video_id_and_the_address(
    desk: Desk,
) -> None:
    answer = await desk.call("listAccountVideoAnalytics", account_id=desk.account_id)
    assert all(str(row["id"]).startswith("va_") for row in rows(answer))
    asked = await desk.call(
        "listAccountVideoAnalytics", account_id=desk.account_id, fields=["video_id", "url"]
    )
    for row in rows(asked):
        assert str(row["video_id"]).startswith("vid_")
        assert str(row["url"]).startswith("https://www.tiktok.com/@brand.house/video/")


async def test_sorting_by_engagement_follows_the_contracts_formula(desk: Desk) -> None:
    answer = await desk.call(
        "listAccountVideoAnalytics", account_id=desk.account_id, sort_by="engagement_rate"
    )
    # 400/2,000, 500/10,000 and 1,000/40,000 likes per view.
    assert [row["engagement_rate"] for row in rows(answer)] == [20, 5, 2.5]


async def test_pages_join_to_the_whole_and_next_names_the_following_call(desk: Desk) -> None:
    first = await desk.call(
        "listAccountVideoAnalytics", account_id=desk.account_id, sort_by="views", per_page=2
    )
    following = part(first, "next")
    assert following["tool"] == "listAccountVideoAnalytics"
    assert following["arguments"] == {
        "account_id": desk.account_id,
        "sort_by": "views",
        "per_page": 2,
        "page": 2,
    }
    second = await desk.call("listAccountVideoAnalytics", **part(first, "next", "arguments"))
    assert [row["views"] for row in rows(first) + rows(second)] == [40_000, 10_000, 2_000]
    assert "next" not in second


async def test_an_unknown_sort_field_is_answered_with_the_known_ones(desk: Desk) -> None:
    error = await desk.refused(
        "listAccountVideoAnalytics", account_id=desk.account_id, sort_by="plays"
    )
    assert error["parameter"] == "sort_by"
    assert error["allowed"] == ["views", "likes", "engagement_rate", "upload_date"]
    assert desk.requests == []


async def test_pages_that_come_in_together_are_all_kept(desk: Desk) -> None:
    uri = f"tokportal://accounts/{desk.account_id}/videos"

    async def read(page: int) -> None:
        await desk.call(
            "listAccountVideoAnalytics", account_id=desk.account_id, per_page=1, page=page
        )

    async with anyio.create_task_group() as group:
        for page in (1, 2, 3):
            group.start_soon(read, page)
    async with Client(desk.application.server, mode=desk.mode) as client:
        (content,) = (await client.read_resource(uri)).contents
    stored = json.loads(getattr(content, "text", ""))["data"]
    assert len(stored["videos"]) == 3
