"""Everything that is read is stored, and a store that fails stops no reading."""

from datetime import timedelta

import pytest
from pydantic import JsonValue

from mcp_server.errors import NotFoundError, StoreError
from mcp_server.freshness.reading import ROWS, canonical
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.snapshots import Snapshot, store_snapshot
from mcp_server.store.records import Kind, StoredSnapshot
from mcp_server.store.sqlite import UnavailableStore
from tests.freshness.asking import refresh_one
from tests.freshness.bench import DAY, Bench, Process
from tests.freshness.timeline import START

_THREE_DAYS_AGO = START - timedelta(days=3)


async def latest(process: Process, kind: Kind, subject: str) -> StoredSnapshot:
    found = await process.raw_store.latest_snapshot(await process.name(), kind, subject)
    assert found is not None
    return found


def ids(snapshot: StoredSnapshot) -> list[JsonValue]:
    rows = snapshot.body[ROWS]
    assert isinstance(rows, list)
    return [row["id"] for row in rows if isinstance(row, dict)]


def add_videos(bench: Bench, username: str, number: int) -> None:
    seen = int(_THREE_DAYS_AGO.timestamp())
    creator = CreatorRecord(username, user_id=username, scraped_at=seen)
    ingest = Ingest(bench.upstream.world.data(), bench.upstream.world.state(), source="test")
    ingest.add(
        [
            VideoRecord(
                str(((seen - day * DAY) << 32) + 7),
                creator,
                plays=100 * day,
                posted_at=seen - day * DAY,
                scraped_at=seen,
            )
            for day in range(2, number + 2)
        ]
    )
    ingest.finish()


async def test_the_analytics_of_an_account_are_stored_as_they_came(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    reply = await bench.timeline.until(process.engine.reader.analytics(account))
    stored = await latest(process, "account", account)
    assert stored.body["followers_count"] == reply.data.followers_count == 1_000
    # The upstream sent null, which is not the same as sending nothing.
    assert "total_shares" in stored.body
    assert stored.body["total_shares"] is None
    assert (stored.scraped_at, stored.account_id) == (_THREE_DAYS_AGO, account)
    assert (stored.mode, stored.synthetic) == ("local", True)
    assert stored.stored_at >= START


async def test_the_same_answer_again_is_stored_once(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    for _ in range(3):
        await bench.timeline.until(process.engine.reader.analytics(account))
    stored = await process.raw_store.snapshots(await process.name(), "account", account)
    assert len(stored) == 1


async def test_an_account_that_was_read_is_known_and_its_name_is_not_forgotten(
    bench: Bench,
) -> None:
    first, second = bench.upstream.account("first.house"), bench.upstream.account("second.house")
    process = bench.process()
    reader = process.engine.reader
    await bench.timeline.until(reader.analytics(second))
    await bench.timeline.until(reader.accounts())
    await bench.timeline.until(reader.analytics(first))
    known = await process.raw_store.accounts(await process.name())
    assert [(account.account_id, account.username) for account in known] == [
        (first, "first.house"),
        (second, "second.house"),
    ]
    assert all(account.platform == "tiktok" and account.body for account in known)


async def test_pages_of_one_collection_are_stored_as_one(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    add_videos(bench, "first.house", 4)
    process = bench.process()
    reader = process.engine.reader
    first = await bench.timeline.until(reader.videos(account, per_page=2, page=1))
    second = await bench.timeline.until(reader.videos(account, per_page=2, page=2))
    await bench.timeline.until(reader.videos(account, per_page=2, page=1))
    stored = await latest(process, "videos", account)
    assert ids(stored) == [row.id for row in [*first.data, *second.data]]
    assert stored.body["total"] == 5
    assert stored.scraped_at == _THREE_DAYS_AGO


async def test_a_newer_collection_starts_afresh_and_the_older_one_stays(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    add_videos(bench, "first.house", 2)
    process = bench.process()
    reader = process.engine.reader
    await bench.timeline.until(reader.videos(account))
    assert (await refresh_one(process, account)).outcome == "refreshed"
    await bench.timeline.until(reader.videos(account, per_page=1))
    stored = await process.raw_store.snapshots(await process.name(), "videos", account)
    assert [len(ids(snapshot)) for snapshot in stored] == [3, 1]
    assert stored[1].scraped_at == START + timedelta(seconds=20)


async def test_an_empty_page_takes_nothing_away(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    reader = process.engine.reader
    await bench.timeline.until(reader.videos(account))
    await bench.timeline.until(reader.videos(account, page=9))
    assert len(ids(await latest(process, "videos", account))) == 1


async def test_a_single_video_is_stored_with_its_account_where_that_is_known(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    reader = process.engine.reader
    row = (await bench.timeline.until(reader.videos(account))).data[0]
    assert row.id is not None
    await bench.timeline.until(reader.video(f" {row.id} "))
    stored = await latest(process, "video", row.id)
    assert (stored.account_id, stored.scraped_at) == (account, _THREE_DAYS_AGO)
    assert stored.body["views"] == 1_000


async def test_the_past_that_the_local_upstream_has_is_copied_once(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    await refresh_one(bench.process(), account)
    fresh = bench.process()
    await fresh.raw_store.prune_history(await fresh.name(), START + timedelta(days=1))
    assert await bench.timeline.until(fresh.engine.reader.fill_history(account)) == 1
    assert await bench.timeline.until(fresh.engine.reader.fill_history(account)) == 0
    stored = await fresh.raw_store.snapshots(await fresh.name(), "account", account)
    assert [snapshot.scraped_at for snapshot in stored] == [
        _THREE_DAYS_AGO,
        START + timedelta(seconds=20),
    ]


async def test_an_upstream_without_a_past_adds_nothing(bench: Bench) -> None:
    process = bench.process()
    assert await bench.timeline.until(process.engine.reader.fill_history("nobody")) == 0


async def test_the_quota_that_a_check_tells_is_noted(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    said = await bench.timeline.until(process.engine.reader.availability(account))
    assert (said.can_refresh, said.limit, said.used) == (True, 500, 0)
    seen = await process.raw_store.quota(await process.name(), process.now())
    assert (seen.limit, seen.used, seen.seen_at) == (500, 0, process.now())


async def test_a_store_out_of_order_stops_no_reading(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process(store=UnavailableStore(StoreError("store.db is damaged.")))
    reader = process.engine.reader
    analytics = await bench.timeline.until(reader.analytics(account))
    videos = await bench.timeline.until(reader.videos(account))
    assert analytics.data.followers_count == 1_000
    record_id = videos.data[0].id
    assert record_id is not None
    assert (await bench.timeline.until(reader.video(record_id))).data.views == 1_000
    assert len((await bench.timeline.until(reader.accounts())).data) == 1


async def test_an_answer_that_is_an_error_stores_nothing(bench: Bench) -> None:
    process = bench.process()
    with pytest.raises(NotFoundError):
        await bench.timeline.until(process.engine.reader.analytics("nobody"))
    assert await process.raw_store.accounts(await process.name()) == []


@pytest.mark.parametrize(
    ("given", "one"),
    [
        (" 9F3A7B2E-1C4D-4E8F-A5B6-7D9E0F1A2B3C ", "9f3a7b2e-1c4d-4e8f-a5b6-7d9e0f1a2b3c"),
        ("acc_AbC123", "acc_AbC123"),
        ("9F3A7B2E", "9F3A7B2E"),
    ],
)
def test_an_account_has_one_spelling(given: str, one: str) -> None:
    assert canonical(given) == one


async def test_what_the_local_upstream_says_of_its_figures_is_kept_with_them(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    process = bench.process()
    reply = await bench.timeline.until(process.engine.reader.analytics(account))
    stored = await latest(process, "account", account)
    assert stored.basis.text == reply.meta["basis"]
    assert stored.basis.low_sample is reply.meta["low_sample"] is True


async def test_each_snapshot_of_the_local_past_has_a_basis_of_its_own(bench: Bench) -> None:
    account = bench.upstream.account("first.house")
    older = int((_THREE_DAYS_AGO - timedelta(days=1)).timestamp())
    store_snapshot(
        bench.upstream.world.state(), account, Snapshot(older, 900, 1, 20, 100, 10, 0, 0, 0, None)
    )
    process = bench.process()
    assert await bench.timeline.until(process.engine.reader.fill_history(account)) == 2
    stored = await process.raw_store.snapshots(await process.name(), "account", account)
    (first, second) = [snapshot.basis for snapshot in stored]
    assert str(first.text).startswith("20 tracked videos")
    assert first.low_sample is False
    assert not str(second.text).startswith("20 tracked videos")
    assert second.low_sample is True
