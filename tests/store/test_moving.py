"""A new key gets what the old one had."""

from mcp_server.store.interface import Store
from mcp_server.store.records import CacheEntry, JobState
from tests.store.made import HOUR, NOW, account, job, snapshot

OLD, NEW = "old", "new"


async def test_everything_moves_and_nothing_stays(store: Store) -> None:
    await store.put_snapshot(OLD, snapshot({"rows": [{"id": "va_1"}]}, kind="videos"))
    await store.put_snapshot(OLD, snapshot(scraped_at=None))
    await store.put_accounts(OLD, [account()])
    await store.open_job(OLD, job())
    await store.note_quota(OLD, 500, 7, NOW)
    await store.cache_put(OLD, "n", CacheEntry({}, NOW), keep_until=NOW + HOUR)
    seen = await store.last_change()
    assert await store.move_partition(OLD, NEW) == 6
    for partition, there in ((OLD, False), (NEW, True)):
        assert bool(await store.latest_snapshot(partition, "videos", "a")) is there
        assert bool(await store.latest_snapshot(partition, "account", "a")) is there
        assert bool(await store.find_video_account(partition, "va_1")) is there
        assert bool(await store.accounts(partition)) is there
        assert bool(await store.active_job(partition, "a")) is there
        assert bool(await store.cache_get(partition, "n")) is there
        assert (await store.quota(partition, NOW)).used == (7 if there else None)
    (change,) = await store.changes_since(seen)
    assert (change.partition, change.kind) == (NEW, "accounts")


async def test_where_both_have_a_thing_the_newer_stays(store: Store) -> None:
    later = NOW + HOUR
    await store.put_snapshot(OLD, snapshot({"n": "old"}, stored_at=later))
    await store.put_snapshot(NEW, snapshot({"n": "new"}))
    await store.put_snapshot(OLD, snapshot({"n": "old"}, subject="b", scraped_at=None))
    await store.put_snapshot(
        NEW, snapshot({"n": "new"}, subject="b", scraped_at=None, stored_at=later)
    )
    await store.put_accounts(OLD, [account(username="old")])
    await store.put_accounts(NEW, [account(username="new", seen_at=later)])
    await store.note_quota(OLD, 500, 9, NOW)
    await store.note_quota(NEW, 600, 7, later)
    await store.move_partition(OLD, NEW)
    assert [one.body for one in await store.snapshots(NEW, "account", "a")] == [{"n": "old"}]
    assert [one.body for one in await store.snapshots(NEW, "account", "b")] == [{"n": "new"}]
    (known,) = await store.accounts(NEW)
    assert (known.username, known.first_seen_at) == ("new", NOW)
    view = await store.quota(NEW, later)
    assert (view.limit, view.used) == (600, 9)


async def test_an_active_job_stays_behind_while_the_new_key_has_one(store: Store) -> None:
    await store.open_job(OLD, job("done", state=JobState.DONE, finished_at=NOW))
    await store.open_job(OLD, job("old"))
    await store.open_job(NEW, job("new"))
    assert await store.move_partition(OLD, NEW) == 1
    active = await store.active_job(NEW, "a")
    assert active is not None
    assert active.job_id == "new"
    assert await store.job(OLD, "old") is not None
    assert await store.job(NEW, "done") is not None


async def test_nothing_to_move_is_no_change(store: Store) -> None:
    await store.put_accounts(NEW, [account()])
    seen = await store.last_change()
    assert await store.move_partition(OLD, NEW) == 0
    assert await store.move_partition(NEW, NEW) == 0
    assert await store.last_change() == seen
    assert len(await store.accounts(NEW)) == 1
