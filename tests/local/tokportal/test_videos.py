"""The video records: one account's list, and one by its id."""

from dataclasses import replace

import pytest

from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.tokportal.accounts import take_snapshots
from tests.local.tokportal.tiny import DAY, NOW, SEEN, VIDEOS, Tiny, data_of, error_of, rows_of

ONE, TWO, SLIDES = (video.video_id for video in VIDEOS)


def _platform_ids(rows: list[object]) -> list[str]:
    return [str(row).rsplit("/", maxsplit=1)[-1] for row in rows]


async def _order(local: Tiny, account_id: str, **query: str) -> list[str]:
    response = await local.client().get(f"/accounts/{account_id}/analytics/videos", params=query)
    return _platform_ids([row["url"] for row in rows_of(response)])


async def test_a_record_has_the_sixteen_fields(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    rows = rows_of(await own.client().get(f"/accounts/{account_id}/analytics/videos"))
    record = dict(rows[0])
    assert str(record.pop("id")).startswith("va_")
    assert str(record.pop("video_id")).startswith("vid_")
    assert record == {
        "url": "https://www.tiktok.com/@coolcreator/video/7123456789012345678",
        "description": "Unboxing #new",
        "thumbnail_url": "https://pictures.example/1.jpg",
        "upload_date": "2026-01-28T09:15:00Z",
        "duration_seconds": 45,
        "views": 1_000,
        "likes": 80,
        "comments": 10,
        "shares": 6,
        "bookmarks": 4,
        "engagement_rate": 10.0,  # (80+10+6+4)/1000
        "platform": "tiktok",
        "content_type": "video",
        "scraped_at": "2026-02-07T09:15:00Z",
    }


async def test_rates_come_with_the_version_of_the_formulas_that_they_are_of(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    listed = await client.get(f"/accounts/{account_id}/analytics/videos")
    assert listed.json()["meta"]["metrics_version"] == METRICS_VERSION
    data = own.world.data()
    data.execute("UPDATE videos SET er = 77 WHERE video_id = ?", (ONE,))
    data.execute("UPDATE meta SET value = '1' WHERE key = 'metrics_version'")
    data.execute("UPDATE totals SET creators = 1001")  # too many to be computed again now
    listed = await client.get(f"/accounts/{account_id}/analytics/videos")
    row = rows_of(listed)[0]
    single = await client.get(f"/videos/{row['id']}/analytics")
    assert (row["engagement_rate"], data_of(single)["engagement_rate"]) == (77, 77)
    for response in (listed, single):
        assert response.json()["meta"]["metrics_version"] == 1


async def test_a_slideshow_is_a_carousel_and_its_unknown_counts_are_null(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    rows = rows_of(await own.client().get(f"/accounts/{account_id}/analytics/videos"))
    last = rows[-1]
    assert last["content_type"] == "carousel"
    assert last["url"] == f"https://www.tiktok.com/@CoolCreator/photo/{SLIDES}"
    assert last["likes"] == 5
    for name in ("views", "comments", "shares", "bookmarks", "engagement_rate", "upload_date"):
        assert last[name] is None, name


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, [ONE, TWO, SLIDES]),  # the newest first
        ({"sort_order": "asc"}, [TWO, ONE, SLIDES]),
        ({"sort_by": "views"}, [TWO, ONE, SLIDES]),
        ({"sort_by": "views", "sort_order": "asc"}, [ONE, TWO, SLIDES]),
        ({"sort_by": "likes"}, [TWO, ONE, SLIDES]),
        ({"sort_by": "likes", "sort_order": "asc"}, [SLIDES, ONE, TWO]),
        ({"sort_by": "engagement_rate"}, [ONE, TWO, SLIDES]),
        ({"sort_by": "engagement_rate", "sort_order": "asc"}, [TWO, ONE, SLIDES]),
    ],
)
async def test_unknown_values_come_last_in_both_directions(
    own: Tiny, query: dict[str, str], expected: list[str]
) -> None:
    account_id = own.account("coolcreator")
    assert await _order(own, account_id, **query) == expected


async def test_equal_values_are_in_the_order_of_the_records_id_in_both_directions(
    own: Tiny,
) -> None:
    own.ingest([replace(VIDEOS[0], video_id=f"700{n}", plays=50) for n in range(9)])
    account_id = own.account("coolcreator")
    client = own.client()
    for order in ("asc", "desc"):
        response = await client.get(
            f"/accounts/{account_id}/analytics/videos",
            params={"sort_by": "views", "sort_order": order, "per_page": 100},
        )
        ids = [str(row["id"]) for row in rows_of(response) if row["views"] == 50]
        assert len(ids) == 9
        assert ids == sorted(ids)


async def test_pages_cover_every_video_once(own: Tiny) -> None:
    own.ingest([replace(VIDEOS[0], video_id=f"71{n:02}", plays=n // 3) for n in range(22)])
    account_id = own.account("coolcreator")
    client = own.client()
    seen: list[object] = []
    for page in (1, 2, 3, 4):
        response = await client.get(
            f"/accounts/{account_id}/analytics/videos",
            params={"sort_by": "views", "per_page": 10, "page": page},
        )
        seen += [row["id"] for row in rows_of(response)]
        assert response.json()["pagination"] == {
            "page": page,
            "per_page": 10,
            "total": 25,
            "total_pages": 3,
        }
    assert len(seen) == len(set(seen)) == 25


async def test_the_default_page_holds_twenty(own: Tiny) -> None:
    own.ingest([replace(VIDEOS[0], video_id=f"71{n:02}") for n in range(22)])
    account_id = own.account("coolcreator")
    response = await own.client().get(f"/accounts/{account_id}/analytics/videos")
    assert len(rows_of(response)) == 20


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("page", "0"),
        ("page", "-1"),
        ("page", "one"),
        ("page", "1" * 5_000),
        ("per_page", "0"),
        ("per_page", "101"),
        ("per_page", ""),
        ("sort_by", "shares"),
        ("sort_order", "DESC"),
    ],
)
async def test_a_parameter_without_such_a_value_is_refused_by_name(
    own: Tiny, name: str, value: str
) -> None:
    account_id = own.account("coolcreator")
    response = await own.client().get(
        f"/accounts/{account_id}/analytics/videos", params={name: value}
    )
    status, code, details = error_of(response)
    assert (status, code) == (400, "INVALID_PARAMETER")
    assert isinstance(details, dict)
    assert details["parameter"] == name


async def test_a_hundred_rows_are_the_most_a_page_may_have(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    response = await own.client().get(
        f"/accounts/{account_id}/analytics/videos", params={"per_page": "100"}
    )
    assert response.json()["pagination"]["per_page"] == 100


async def test_an_account_without_analytics_has_no_video_list_either(sample: Tiny) -> None:
    account_id = sample.account("coolcreator", with_snapshot=False)
    response = await sample.client().get(f"/accounts/{account_id}/analytics/videos")
    assert error_of(response) == (404, "ANALYTICS_NOT_FOUND", None)


async def test_one_record_is_found_by_its_id_alone(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    for row in rows:
        assert data_of(await client.get(f"/videos/{row['id']}/analytics")) == row
    for other in (rows[0]["video_id"], ONE, "va_none"):
        response = await client.get(f"/videos/{other}/analytics")
        assert error_of(response) == (404, "VIDEO_ANALYTICS_NOT_FOUND", None)
        response = await client.get(f"/videos/{other}/analytics/snapshots")
        assert error_of(response) == (404, "VIDEO_ANALYTICS_NOT_FOUND", None)


async def test_a_record_of_an_account_without_analytics_is_not_found(sample: Tiny) -> None:
    sample.account("coolcreator", with_snapshot=False)
    record_id = sample.rows("SELECT id FROM video_records")[0][0]
    response = await sample.client().get(f"/videos/{record_id}/analytics")
    assert error_of(response) == (404, "VIDEO_ANALYTICS_NOT_FOUND", None)


async def test_records_keep_their_ids_in_another_store(own: Tiny, sample: Tiny) -> None:
    ids: list[list[tuple[object, ...]]] = []
    for local in (own, sample):
        local.account("coolcreator")
        ids.append(local.rows("SELECT id, account_id, tokportal_video_id FROM video_records"))
    assert ids[0] == ids[1]
    assert len(ids[0]) == 3


async def test_a_video_of_a_later_import_gets_a_record(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    later = replace(VIDEOS[0], video_id="7999", scraped_at=NOW - DAY, posted_at=SEEN)
    own.ingest([later])
    client = own.client()
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert _platform_ids([rows[0]["url"]]) == [ONE]  # the url of the copied record
    found = data_of(await client.get(f"/videos/{rows[0]['id']}/analytics"))
    assert found["upload_date"] == "2026-02-07T09:15:00Z"


async def test_a_videos_past_is_listed_newest_first(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    own.ingest([replace(VIDEOS[0], plays=2_000, scraped_at=NOW - DAY)])
    take_snapshots(own.world)
    client = own.client()
    rows = rows_of(
        await client.get(f"/accounts/{account_id}/analytics/videos", params={"sort_by": "likes"})
    )
    record = next(row for row in rows if row["likes"] == 80)
    response = await client.get(f"/videos/{record['id']}/analytics/snapshots")
    assert [
        (row["views"], row["engagement_rate"], row["scraped_at"]) for row in rows_of(response)
    ] == [(2_000, 5.0, "2026-02-09T09:15:00Z"), (1_000, 10.0, "2026-02-07T09:15:00Z")]
    assert response.json()["pagination"]["total"] == 2
    assert {row["id"] for row in rows_of(response)} == {record["id"]}


async def test_a_video_seen_once_has_a_past_of_one(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    response = await client.get(f"/videos/{rows[0]['id']}/analytics/snapshots")
    assert [row["scraped_at"] for row in rows_of(response)] == ["2026-02-07T09:15:00Z"]
