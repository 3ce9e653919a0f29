"""What every store does with cached answers."""

from mcp_server.store.interface import Store
from mcp_server.store.records import CacheEntry
from tests.store.made import HOUR, NOW

P = "partition"


async def test_an_answer_is_found_under_its_partition_and_name_alone(store: Store) -> None:
    entry = CacheEntry({"rows": [1, {"x": None}]}, NOW)
    await store.cache_put(P, "name", entry, keep_until=NOW + HOUR)
    assert await store.cache_get(P, "name") == entry
    assert await store.cache_get(P, "other") is None
    assert await store.cache_get("other", "name") is None


async def test_a_newer_answer_replaces_an_older_and_not_the_other_way(store: Store) -> None:
    old, new = CacheEntry({"n": 1}, NOW), CacheEntry({"n": 2}, NOW + HOUR)
    for entry in (old, new, old):
        await store.cache_put(P, "name", entry, keep_until=NOW + 2 * HOUR)
    assert await store.cache_get(P, "name") == new


async def test_pruning_drops_what_was_kept_long_enough(store: Store) -> None:
    for name, partition, hours in (("a", P, 1), ("b", P, 2), ("c", "other", 1)):
        entry = CacheEntry({}, NOW)
        await store.cache_put(partition, name, entry, keep_until=NOW + hours * HOUR)
    assert await store.cache_prune(NOW + HOUR) == 2
    assert await store.cache_get(P, "a") is None
    assert await store.cache_get(P, "b") is not None
