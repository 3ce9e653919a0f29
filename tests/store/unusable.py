"""What every store does while it cannot be used."""

import pytest

from mcp_server.errors import ErrorCode, StoreError
from mcp_server.store.interface import Store
from mcp_server.store.records import CacheEntry, QuotaView
from tests.store.made import HOUR, LEASE, NOW, account, job, snapshot

P = "partition"


async def knows_nothing(store: Store) -> None:
    """Reads answer, writes of data are let go."""
    assert not await store.put_snapshot(P, snapshot())
    assert await store.latest_snapshot(P, "account", "a") is None
    assert await store.snapshot_at(P, "account", "a", NOW) is None
    assert await store.snapshots(P, "account", "a") == []
    assert not await store.put_accounts(P, [account()])
    assert await store.accounts(P) == []
    assert await store.find_video_account(P, "va_1") is None
    assert await store.last_job(P, "a") is None
    assert await store.active_jobs(P) == []
    assert await store.finished_durations(P) == []
    await store.note_quota(P, 500, 1, NOW)
    assert await store.quota(P, NOW) == QuotaView(None, None, None, 0)
    await store.cache_put(P, "n", CacheEntry({}, NOW), keep_until=NOW + HOUR)
    assert await store.cache_get(P, "n") is None
    assert await store.cache_prune(NOW) == 0
    await store.put_names(P, {"creator": ["lena"]}, NOW)
    assert await store.names(P, "creator") == []
    assert (await store.changes_since(0), await store.last_change()) == ([], 0)


async def refuses(store: Store, partition: str = P) -> StoreError:
    """Whatever decides about a refresh is an error."""
    with pytest.raises(StoreError) as caught:
        await store.open_job(partition, job())
    for decide in (
        lambda: store.active_job(partition, "a"),
        lambda: store.job(partition, "j1"),
        lambda: store.save_job(partition, job()),
        lambda: store.claim_job(partition, "j1", "me", NOW, LEASE),
        lambda: store.release_job(partition, "j1", "me"),
        lambda: store.prune_history(partition, NOW),
        lambda: store.move_partition("other", partition),
    ):
        with pytest.raises(StoreError):
            await decide()
    assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
    return caught.value
