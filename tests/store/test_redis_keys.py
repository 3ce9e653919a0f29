"""What stands in Redis, for how long, and what it says to whom."""

import json
from datetime import timedelta

import pytest
from pydantic import JsonValue

from mcp_server.errors import StoreError
from mcp_server.models.basis import Basis
from mcp_server.store.records import Body, CacheEntry, JobState
from mcp_server.store.redis import codec
from mcp_server.store.redis.changes import KEPT
from tests.store.made import HOUR, LEASE, NOW, account, job, snapshot
from tests.store.places import FollowingStore, Place
from tests.store.redis_server import RedisServer, need_redis

need_redis()

P = "partition"


@pytest.fixture
def place(redis_server: RedisServer) -> Place:
    return Place(redis_server.url)


async def _filled(store: FollowingStore, partition: str) -> None:
    rows: Body = {"rows": [{"id": "va_1"}]}
    await store.put_snapshot(partition, snapshot(rows, kind="videos"))
    await store.put_accounts(partition, [account()])
    await store.open_job(partition, job(posted_at=NOW))
    for job_id in ("d1", "d2"):
        done = job(job_id, account_id="b", state=JobState.DONE, posted_at=NOW, finished_at=NOW)
        await store.open_job(partition, done)
    await store.note_quota(partition, 500, 7, NOW)
    await store.cache_put(partition, "n", CacheEntry({}, NOW), keep_until=NOW + HOUR)
    await store.put_names(partition, {"creator": ["lena"]}, NOW)


async def test_every_key_begins_with_the_version_of_the_layout(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    partition = await store.partition("tokportal", "https://x.example", "sk_very_secret")
    await _filled(store, partition)
    await store.aclose()
    mine = f"tokmetrics:1:{partition}:"
    assert redis_server.names() == {
        "tokmetrics:1:secret",
        "tokmetrics:1:changes",
        "tokmetrics:1:cached",
        *(f"{mine}job:{job_id}" for job_id in ("j1", "d1", "d2")),
        *(f"{mine}{name}" for name in ("active", "last", "superseded", "posted", "durations")),
        *(f"{mine}{name}" for name in ("quota", "accounts", "subjects", "videos")),
        f"{mine}snapshots:videos:a",
        f"{mine}names:creator",
        f"{mine}answer:n",
    }


async def test_no_key_is_written_anywhere(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    partition = await store.partition("tokportal", "https://x.example", "sk_very_secret")
    await _filled(store, partition)
    await store.aclose()
    held = [repr(redis_server.ask("DUMP", key)) for key in redis_server.names()]
    assert not any("sk_very" in text or "x.example" in text for text in held)
    assert "sk_very" not in partition


async def test_only_kept_answers_end_by_themselves(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    await _filled(store, P)
    await store.aclose()
    ending = {key for key in redis_server.names() if redis_server.ask("TTL", key) != -1}
    assert ending == {f"tokmetrics:1:{P}:answer:n"}
    left = redis_server.ask("PTTL", f"tokmetrics:1:{P}:answer:n")
    assert isinstance(left, int)
    assert 3_500_000 < left <= 3_600_000


async def test_texts_that_look_like_keys_stay_apart(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    await store.put_snapshot("a:b", snapshot({"n": 1}, subject="c"))
    await store.put_snapshot("a", snapshot({"n": 2}, subject="b:c"))
    await store.put_snapshot("a", snapshot({"n": 3}, subject="\ud800"))
    for partition, subject, number in (("a:b", "c", 1), ("a", "b:c", 2), ("a", "\ud800", 3)):
        found = await store.latest_snapshot(partition, "account", subject)
        assert found is not None
        assert found.body == {"n": number}
    await store.aclose()


async def test_changes_far_back_are_forgotten(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    entry = '{"partition":"p","account_id":null,"snapshot_kind":null}'
    fill = "for i = 1, ARGV[1] do redis.call('XADD', KEYS[1], i .. '-0', 'change', ARGV[2]) end"
    redis_server.ask("EVAL", fill, 1, "tokmetrics:1:changes", KEPT, entry)
    first = (await store.changes_since(0))[0]
    assert await store.put_accounts(P, [account()])
    changes = await store.changes_since(0)
    assert len(changes) == KEPT == 10_000
    assert first.seq < changes[0].seq < changes[-1].seq == await store.last_change()
    await store.aclose()


async def test_a_store_that_was_emptied_gets_one_new_secret_and_tells_of_what_is_new(
    redis_server: RedisServer,
) -> None:
    stores = [FollowingStore(redis_server.url) for _ in range(2)]
    names = {await one.partition("tokportal", "https://x.example", "key") for one in stores}
    (old,) = names
    await stores[0].put_accounts(old, [account()])
    seen = await stores[0].last_change()
    redis_server.empty()
    with pytest.raises(StoreError):
        await stores[0].open_job(old, job())
    for one in stores:
        assert await one.changes_since(seen) == []
    (new,) = {await one.partition("tokportal", "https://x.example", "key") for one in stores}
    assert new != old
    assert (await stores[0].open_job(new, job()))[1]
    assert await stores[0].put_accounts(new, [account()])
    assert [change.partition for change in await stores[1].changes_since(seen)] == [new]
    for one in stores:
        await one.aclose()


@pytest.mark.parametrize("value", ["nonsense", "[]", '{"job_id":5}'])
async def test_what_somebody_else_wrote_is_no_job(redis_server: RedisServer, value: str) -> None:
    redis_server.ask("SET", f"tokmetrics:1:{P}:job:j1", value)
    store = FollowingStore(redis_server.url)
    with pytest.raises(StoreError, match="something else"):
        await store.job(P, "j1")
    with pytest.raises(StoreError, match="something else"):
        await store.claim_job(P, "j1", "me", NOW, LEASE)
    await store.aclose()


async def test_what_was_stored_before_any_basis_was_kept_has_none() -> None:
    text = codec.snapshot_text(snapshot(basis=Basis(1, "one video", low_sample=True)))
    row: dict[str, JsonValue] = json.loads(text)
    older = {
        name: row[name] for name in row if name not in {"metrics_version", "basis", "low_sample"}
    }
    assert len(older) == len(row) - 3
    assert codec.snapshot_of(json.dumps(older).encode()) == snapshot()


async def test_a_key_of_another_kind_is_refused(redis_server: RedisServer) -> None:
    redis_server.ask("RPUSH", f"tokmetrics:1:{P}:accounts", "x")
    store = FollowingStore(redis_server.url)
    assert await store.accounts(P) == []
    assert not await store.put_accounts(P, [account()])
    await store.aclose()


async def test_an_ended_job_does_not_come_to_life_beside_another(
    redis_server: RedisServer,
) -> None:
    store = FollowingStore(redis_server.url)
    await store.open_job(P, job("j1", state=JobState.DONE, finished_at=NOW))
    await store.open_job(P, job("j2"))
    with pytest.raises(StoreError):
        await store.save_job(P, job("j1"))
    changed = await store.save_job(P, job("j1", state=JobState.FAILED, finished_at=NOW))
    assert changed is not None
    active = await store.active_job(P, "a")
    assert active is not None
    assert active.job_id == "j2"
    await store.aclose()


async def test_two_hundred_durations_are_kept(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    for number in range(203):
        end = NOW + number * HOUR
        posted_at = end - timedelta(seconds=number)
        done = job(f"j{number}", state=JobState.DONE, posted_at=posted_at, finished_at=end)
        await store.open_job(P, done)
    assert await store.finished_durations(P, limit=1000) == [*range(202, 2, -1)]
    assert await store.finished_durations(P, limit=0) == []
    await store.aclose()


async def test_a_job_that_the_server_dropped_does_not_block_its_account(
    redis_server: RedisServer,
) -> None:
    store = FollowingStore(redis_server.url)
    await store.open_job(P, job("j1"))
    redis_server.ask("DEL", f"tokmetrics:1:{P}:job:j1")
    assert await store.active_job(P, "a") is None
    assert await store.active_jobs(P) == []
    assert (await store.open_job(P, job("j2")))[1]
    active = await store.active_job(P, "a")
    assert active is not None
    assert active.job_id == "j2"
    await store.aclose()


async def test_a_job_that_is_opened_again_is_still_the_callers_own(
    redis_server: RedisServer,
) -> None:
    # As after an answer that got lost.
    store = FollowingStore(redis_server.url)
    await store.open_job(P, job("j1"))
    assert await store.open_job(P, job("j1")) == (job("j1"), True)
    await store.aclose()


async def test_jobs_and_how_long_they_took_move_to_another_key(redis_server: RedisServer) -> None:
    store = FollowingStore(redis_server.url)
    for number in range(3):
        end = NOW + number * HOUR
        posted_at = end - timedelta(seconds=30 + number)
        done = job(f"j{number}", state=JobState.DONE, posted_at=posted_at, finished_at=end)
        await store.open_job("old", done)
    await store.open_job("old", job("running"))
    await store.claim_job("old", "running", "me", NOW, LEASE)
    assert await store.move_partition("old", "new") == 4
    assert await store.finished_durations("new") == [32, 31, 30]
    assert await store.finished_durations("old") == []
    last = await store.last_job("new", "a")
    assert last is not None
    assert last.job_id == "j2"
    assert await store.claim_job("new", "running", "you", NOW, LEASE) is None
    assert await store.move_partition("old", "new") == 0
    left = {name for name in redis_server.names() if ":old:" in name}
    assert left == set()
    await store.aclose()
