"""A queued refresh becomes visible when it is due, whoever reads, in both files."""

from collections.abc import Mapping
from dataclasses import replace

import httpx2

from mcp_server.local import LocalWorld
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord
from mcp_server.local.sample.growth import Counts, grown_counts, grown_followers
from mcp_server.local.tokportal.accounts import take_snapshots
from mcp_server.local.tokportal.due import apply_due, settle
from tests.local.tokportal.tiny import (
    DAY,
    EMPTY,
    NOW,
    SEED,
    SEEN,
    VIDEOS,
    Tiny,
    data_of,
    error_of,
    rows_of,
)

DUE = NOW + 20


def _grown(video: int, at: int = DUE) -> Counts:
    """What the sample's pure growth function says of a video, by default when it is due."""
    known = VIDEOS[video]
    assert known.posted_at is not None
    counts = Counts(known.plays, known.likes, known.comments, known.shares, known.saves)
    return grown_counts(SEED, known.video_id, known.posted_at, counts, SEEN, at)


async def _analytics(client: httpx2.AsyncClient, account_id: str) -> Mapping[str, object]:
    return data_of(await client.get(f"/accounts/{account_id}/analytics"))


async def _refresh(client: httpx2.AsyncClient, account_id: str) -> str:
    response = await client.post(f"/accounts/{account_id}/analytics/refresh")
    return str(data_of(response)["status"])


async def _queued(sample: Tiny) -> tuple[str, httpx2.AsyncClient]:
    account_id = sample.account("coolcreator")
    client = sample.client()
    assert await _refresh(client, account_id) == "scrape_queued"
    return account_id, client


async def test_the_snapshot_appears_on_its_second_and_bears_it(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE - 1
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-07T09:15:00Z"
    sample.clock.now = DUE
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-10T09:15:20Z"


async def test_the_time_of_the_snapshot_is_when_it_was_due_not_when_it_was_read(
    sample: Tiny,
) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE + DAY
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-10T09:15:20Z"


async def test_a_sample_account_grows_as_its_seed_says(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    found = await _analytics(client, account_id)
    one, two = _grown(0), _grown(1)
    assert one.plays is not None
    assert one.plays > 1_000
    assert found["total_views"] == one.plays + (two.plays or 0)
    assert found["total_likes"] == (one.likes or 0) + (two.likes or 0) + 5
    assert found["total_bookmarks"] == one.saves
    assert found["total_videos_tracked"] == 3
    assert found["following_count"] == 340
    assert found["followers_count"] == grown_followers(SEED, "CoolCreator", 12_400, SEEN, DUE)


async def test_the_videos_and_toklytics_data_agree_with_the_snapshot(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    found = await _analytics(client, account_id)
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert {row["scraped_at"] for row in rows} == {"2026-02-10T09:15:20Z"}
    views = [row["views"] for row in rows]
    assert views == [_grown(0).plays, _grown(1).plays, None]
    stored = sample.world.data().execute(
        "SELECT followers, scraped_at, total_views FROM creators WHERE username = 'coolcreator'"
    )
    assert tuple(stored.fetchone()) == (found["followers_count"], DUE, found["total_views"])


async def test_a_refresh_leaves_the_rest_of_the_profile_alone(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    await client.get(f"/accounts/{account_id}/analytics/videos")
    row = sample.world.data().execute(
        "SELECT username, display_name, bio, region, user_id FROM creators WHERE user_id = '101'"
    )
    assert tuple(row.fetchone()) == (
        "CoolCreator",
        "Cool Creator",
        "Unboxing things.",
        "US",
        "101",
    )


async def test_every_refresh_adds_to_the_past(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = NOW + 2 * DAY
    assert await _refresh(client, account_id) == "scrape_queued"
    sample.clock.now += 20
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/snapshots"))
    assert [row["scraped_at"] for row in rows] == [
        "2026-02-12T09:15:20Z",
        "2026-02-10T09:15:20Z",
        "2026-02-07T09:15:00Z",
    ]
    views = [int(str(row["total_views"])) for row in rows]
    assert views == sorted(views, reverse=True)


async def test_the_first_refresh_gives_an_account_its_first_analytics(sample: Tiny) -> None:
    account_id = sample.account("coolcreator", with_snapshot=False)
    client = sample.client()
    assert await _refresh(client, account_id) == "scrape_queued"
    sample.clock.now = DUE - 1
    response = await client.get(f"/accounts/{account_id}/analytics")
    assert error_of(response)[1] == "ANALYTICS_NOT_FOUND"
    sample.clock.now = DUE
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-10T09:15:20Z"


async def test_an_account_of_which_little_is_known_can_be_refreshed(sample: Tiny) -> None:
    sample.ingest([CreatorRecord(username="blank")])
    account_id = sample.account("blank")
    client = sample.client()
    assert await _refresh(client, account_id) == "scrape_queued"
    sample.clock.now = DUE
    found = await _analytics(client, account_id)
    assert found["followers_count"] is None
    assert found["total_videos_tracked"] == 0


async def test_any_route_that_reads_applies_what_is_due(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    record = sample.rows("SELECT id FROM video_records ORDER BY video_id")[0][0]
    found = data_of(await client.get(f"/videos/{record}/analytics"))
    assert found["views"] == _grown(0).plays
    rows = rows_of(await client.get(f"/videos/{record}/analytics/snapshots"))
    assert [row["views"] for row in rows] == [_grown(0).plays, 1_000]
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/snapshots"))
    assert len(rows) == 2


async def test_a_crash_between_the_files_heals_at_the_next_read(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    apply_due(sample.world)  # state.db is written; then the process dies
    assert sample.rows("SELECT status FROM refreshes") == [("stored",)]
    data = sample.world.data()
    plays = "SELECT plays FROM videos WHERE video_id = '7123456789012345678'"
    assert data.execute(plays).fetchone()[0] == 1_000
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert rows[0]["views"] == data.execute(plays).fetchone()[0] == _grown(0).plays
    assert sample.rows("SELECT status FROM refreshes") == [("done",)]


async def test_a_crash_in_the_middle_of_the_second_file_heals_too(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    apply_due(sample.world)
    half = replace(VIDEOS[1], plays=_grown(1).plays, scraped_at=DUE)
    profile = CreatorRecord(username="coolcreator", scraped_at=DUE)
    Ingest(sample.world.data(), sample.world.state(), source="refresh").add([profile, half])
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert [row["views"] for row in rows] == [_grown(0).plays, _grown(1).plays, None]


async def test_whoever_keeps_data_db_is_not_waited_for(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    other = LocalWorld(sample.config)
    other.data().execute("BEGIN IMMEDIATE")
    path = f"/accounts/{account_id}/analytics"
    rows = rows_of(await client.get(f"{path}/videos"))
    assert rows[0]["views"] == VIDEOS[0].plays
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-10T09:15:20Z"
    assert sample.rows("SELECT status FROM refreshes") == [("stored",)]
    other.data().execute("ROLLBACK")
    other.close()
    assert rows_of(await client.get(f"{path}/videos"))[0]["views"] == _grown(0).plays


async def test_a_reader_of_one_account_does_not_wait_for_those_of_others(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    other = sample.account("emptyhouse")
    assert await _refresh(client, other) == "scrape_queued"
    sample.clock.now = DUE
    await client.get(f"/accounts/{account_id}/analytics/videos")
    status = "SELECT account_id, status FROM refreshes ORDER BY id"
    assert sample.rows(status) == [(account_id, "done"), (other, "stored")]
    settle(sample.world)
    assert sample.rows(status) == [(account_id, "done"), (other, "done")]


async def test_a_second_refresh_is_exact_though_data_db_is_behind(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = NOW + 2 * DAY
    assert await _refresh(client, account_id) == "scrape_queued"  # applies the first, in state.db
    sample.clock.now += 20
    settle(sample.world)
    rows = rows_of(await client.get(f"/accounts/{account_id}/analytics/videos"))
    assert rows[0]["views"] == _grown(0, DUE + 2 * DAY).plays


async def test_applying_again_changes_nothing(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.clock.now = DUE
    first = await _analytics(client, account_id)
    for _ in range(3):
        settle(sample.world)
    assert await _analytics(client, account_id) == first
    assert len(sample.rows("SELECT * FROM account_snapshots")) == 2


async def test_a_store_from_the_future_is_not_turned_back(sample: Tiny) -> None:
    account_id, client = await _queued(sample)
    sample.ingest([replace(video, scraped_at=DUE + DAY) for video in VIDEOS])
    sample.clock.now = DUE
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-07T09:15:00Z"
    assert sample.rows("SELECT status FROM refreshes") == [("done",)]


async def test_an_own_account_without_news_answers_refreshed_and_keeps_its_time(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    before = await _analytics(client, account_id)
    for _ in range(2):
        assert await _refresh(client, account_id) == "refreshed"
    own.clock.now += DAY
    assert await _analytics(client, account_id) == before
    assert own.rows("SELECT * FROM refreshes") == own.rows("SELECT * FROM quota") == []
    found = data_of(await client.get(f"/accounts/{account_id}/analytics/can-refresh"))
    assert found["can_refresh"] is True


async def test_an_own_account_gets_what_was_imported_at_the_time_it_was_seen(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    own.ingest([replace(VIDEOS[0], plays=5_000, scraped_at=NOW - DAY)])
    assert await _refresh(client, account_id) == "scrape_queued"
    assert (await _analytics(client, account_id))["total_views"] == 4_000
    own.clock.now = DUE
    found = await _analytics(client, account_id)
    assert (found["total_views"], found["scraped_at"]) == (8_000, "2026-02-09T09:15:00Z")
    assert own.rows("SELECT used FROM quota") == [(1,)]
    assert own.rows("SELECT status FROM refreshes") == [("done",)]


async def test_an_import_that_comes_first_leaves_a_queued_refresh_nothing_to_do(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    client = own.client()
    own.ingest([replace(VIDEOS[0], plays=5_000, scraped_at=NOW - DAY)])
    await _refresh(client, account_id)
    assert take_snapshots(own.world) == 1
    own.clock.now = DUE
    found = await _analytics(client, account_id)
    assert (found["total_views"], found["scraped_at"]) == (8_000, "2026-02-09T09:15:00Z")
    assert len(own.rows("SELECT * FROM account_snapshots")) == 2


async def test_an_own_account_without_any_dated_row_cannot_be_refreshed(own: Tiny) -> None:
    own.ingest([CreatorRecord(username="undated")])
    account_id = own.account("undated")
    response = await own.client().post(f"/accounts/{account_id}/analytics/refresh")
    assert error_of(response)[:2] == (404, "ANALYTICS_NOT_FOUND")
    assert own.rows("SELECT * FROM quota") == []


async def test_an_account_whose_creator_is_gone_is_left_as_it_was(sample: Tiny) -> None:
    account_id = sample.account("emptyhouse")
    client = sample.client()
    assert await _refresh(client, account_id) == "scrape_queued"
    sample.world.data().execute("DELETE FROM creators WHERE username = ?", (EMPTY.username,))
    sample.world.data().execute("DELETE FROM usernames WHERE username = ?", (EMPTY.username,))
    sample.clock.now = DUE
    assert (await _analytics(client, account_id))["scraped_at"] == "2026-02-07T09:15:00Z"
    assert rows_of(await client.get(f"/accounts/{account_id}/analytics/videos")) == []
