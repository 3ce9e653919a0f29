"""`GET /accounts/{id}/analytics` and the stored snapshots behind it."""

from dataclasses import replace

from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.records import VideoRecord
from mcp_server.local.tokportal.snapshots import Snapshot, store_snapshot
from tests.local.tokportal.tiny import (
    COOL,
    DAY,
    EMPTY,
    NOW,
    SEEN,
    VIDEOS,
    Tiny,
    data_of,
    error_of,
    rows_of,
)


async def test_the_totals_are_the_thirteen_fields_added_up_over_the_videos(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    response = await own.client().get(f"/accounts/{account_id}/analytics")
    assert data_of(response) == {
        "account_id": account_id,
        "followers_count": 12_400,
        "following_count": 340,
        "total_videos_tracked": 3,
        "total_views": 4_000,
        "total_likes": 185,
        "total_comments": 30,
        "total_shares": 36,
        "total_bookmarks": 4,
        # (80+10+6+4 + 100+20+30) / 4000; the slideshow without views is left out
        "average_engagement_rate": 6.25,
        "average_video_views": 2_000,  # of the two whose views are known
        "weekly_post_average": 0.7,  # 2 posts in 20 days
        "scraped_at": "2026-02-07T09:15:00Z",
    }


async def test_totals_say_by_which_formulas_and_on_how_many_videos(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    meta = (await client.get(f"/accounts/{account_id}/analytics")).json()["meta"]
    assert meta["metrics_version"] == METRICS_VERSION
    assert str(meta["basis"]).startswith("3 tracked videos (2 with views, 2 rated);")
    assert meta["low_sample"] is True
    own.world.state().execute("UPDATE account_snapshots SET metrics_version = 1, n_rated = NULL")
    meta = (await client.get(f"/accounts/{account_id}/analytics")).json()["meta"]
    assert meta["metrics_version"] == 1
    assert str(meta["basis"]).startswith("3 tracked videos (2 with views);")


async def test_views_of_one_video_and_likes_of_another_make_no_rate(own: Tiny) -> None:
    own.ingest(
        [
            VideoRecord("7001", EMPTY, plays=1_000, scraped_at=SEEN),
            VideoRecord("7002", EMPTY, likes=500, scraped_at=SEEN),
        ]
    )
    account_id = own.account("emptyhouse")
    found = data_of(await own.client().get(f"/accounts/{account_id}/analytics"))
    assert (found["total_views"], found["total_likes"]) == (1_000, 500)
    assert found["average_engagement_rate"] is None
    assert found["average_video_views"] == 1_000


async def test_few_rated_among_many_tracked_are_a_small_sample(own: Tiny) -> None:
    videos = [VideoRecord(f"80{n}", EMPTY, likes=9, scraped_at=SEEN) for n in range(9)]
    own.ingest([*videos, replace(VIDEOS[0], video_id="7001", creator=EMPTY)])
    account_id = own.account("emptyhouse")
    meta = (await own.client().get(f"/accounts/{account_id}/analytics")).json()["meta"]
    assert meta["low_sample"] is True
    assert str(meta["basis"]).startswith("10 tracked videos (1 with views, 1 rated);")


async def test_an_account_without_videos_has_no_totals_and_no_averages(own: Tiny) -> None:
    account_id = own.account("emptyhouse")
    found = data_of(await own.client().get(f"/accounts/{account_id}/analytics"))
    assert found["total_videos_tracked"] == 0
    totals = ("views", "likes", "comments", "shares", "bookmarks")
    assert [found[f"total_{name}"] for name in totals] == [None] * 5
    assert found["average_engagement_rate"] is None
    assert found["average_video_views"] is None
    assert found["weekly_post_average"] is None
    assert found["followers_count"] is None


async def test_views_that_nobody_knows_are_null_and_not_zero(own: Tiny) -> None:
    own.ingest([replace(VIDEOS[2], video_id="7000", creator=EMPTY_WITH_VIDEO)])
    account_id = own.account("emptyhouse")
    found = data_of(await own.client().get(f"/accounts/{account_id}/analytics"))
    assert found["total_videos_tracked"] == 1
    assert found["total_views"] is None
    assert found["average_engagement_rate"] is None
    assert found["average_video_views"] is None
    assert found["total_likes"] == 5


EMPTY_WITH_VIDEO = replace(COOL, username="emptyhouse", user_id="102")


async def test_an_account_that_was_never_scraped_has_no_analytics(sample: Tiny) -> None:
    account_id = sample.account("coolcreator", with_snapshot=False)
    response = await sample.client().get(f"/accounts/{account_id}/analytics")
    assert error_of(response) == (404, "ANALYTICS_NOT_FOUND", None)


async def test_an_unknown_account_is_not_found_on_every_route(own: Tiny) -> None:
    client = own.client()
    for path in ("", "/can-refresh", "/videos", "/snapshots"):
        response = await client.get(f"/accounts/00000000-0000/analytics{path}")
        assert error_of(response) == (404, "ACCOUNT_NOT_FOUND", None), path
    response = await client.post("/accounts/00000000-0000/analytics/refresh")
    assert error_of(response) == (404, "ACCOUNT_NOT_FOUND", None)


async def test_an_account_id_is_accepted_in_capitals(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    found = data_of(await own.client().get(f"/accounts/{account_id.upper()}/analytics"))
    assert found["account_id"] == account_id


async def test_averages_that_were_not_stored_are_not_made_of_the_totals(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    # The totals may be of different videos: what 42,000 likes are a rate of, nobody knows.
    store_snapshot(
        own.world.state(),
        account_id,
        Snapshot(NOW, 12_400, 340, 15, 580_000, 42_000, 3_200, 8_500, 4_100, 2.5),
    )
    found = data_of(await own.client().get(f"/accounts/{account_id}/analytics"))
    assert found["average_engagement_rate"] is None
    assert found["average_video_views"] is None
    assert found["weekly_post_average"] == 2.5


async def test_stored_snapshots_come_newest_first_in_pages(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    for days in (1, 2):
        store_snapshot(
            own.world.state(),
            account_id,
            Snapshot(SEEN - days * DAY, 12_000, 340, 1, 100, 10, 0, 0, 0, None),
        )
    client = own.client()
    url = f"/accounts/{account_id}/analytics/snapshots"
    first = await client.get(url, params={"per_page": 2})
    assert [row["scraped_at"] for row in rows_of(first)] == [
        "2026-02-07T09:15:00Z",
        "2026-02-06T09:15:00Z",
    ]
    assert first.json()["pagination"] == {"page": 1, "per_page": 2, "total": 3, "total_pages": 2}
    newest = data_of(await client.get(f"/accounts/{account_id}/analytics"))
    assert rows_of(first)[0] == newest
    second = await client.get(url, params={"per_page": 2, "page": 2})
    assert [row["scraped_at"] for row in rows_of(second)] == ["2026-02-05T09:15:00Z"]


async def test_an_account_without_analytics_has_an_empty_past(sample: Tiny) -> None:
    account_id = sample.account("coolcreator", with_snapshot=False)
    response = await sample.client().get(f"/accounts/{account_id}/analytics/snapshots")
    assert rows_of(response) == []
    assert response.json()["pagination"] == {
        "page": 1,
        "per_page": 20,
        "total": 0,
        "total_pages": 0,
    }


async def test_the_key_belongs_to_an_address_that_cannot_exist(own: Tiny) -> None:
    found = data_of(await own.client().get("/me"))
    assert found == {"email": "local@tokmetrics.invalid", "credits": 0}
