"""What every store does with public names."""

from pathlib import Path

from mcp_server.store.connections import connect_file
from mcp_server.store.interface import Store
from mcp_server.store.migrate import migrate, migrations
from mcp_server.store.sqlite import open_store
from mcp_server.store.tables.names import KEPT
from tests.store.made import HOUR, NOW

P = "partition"


async def test_names_come_back_by_kind_and_partition_the_newest_first(store: Store) -> None:
    await store.put_names(P, {"creator": ["lena", "marco"], "hashtag": ["gym"]}, NOW)
    await store.put_names(P, {"creator": ["kana"]}, NOW + HOUR)
    await store.put_names("other", {"creator": ["nobody"]}, NOW)
    assert await store.names(P, "creator") == ["kana", "lena", "marco"]
    assert await store.names(P, "hashtag") == ["gym"]
    assert await store.names(P, "niche") == []


async def test_a_name_seen_again_is_new_again_and_stands_once(store: Store) -> None:
    await store.put_names(P, {"creator": ["lena", "marco"]}, NOW)
    await store.put_names(P, {"creator": ["marco"]}, NOW + HOUR)
    await store.put_names(P, {"creator": ["marco"]}, NOW - HOUR)
    assert await store.names(P, "creator") == ["marco", "lena"]


async def test_the_names_seen_longest_ago_are_forgotten_first(store: Store) -> None:
    await store.put_names(P, {"creator": ["oldest"], "hashtag": ["kept"]}, NOW)
    await store.put_names(P, {"creator": ["older"]}, NOW + HOUR)
    many = [f"user{number}" for number in range(KEPT - 1)]
    await store.put_names(P, {"creator": many}, NOW + 2 * HOUR)
    known = await store.names(P, "creator")
    assert len(known) == KEPT == 10_000
    assert "older" in known
    assert "oldest" not in known
    assert await store.names(P, "hashtag") == ["kept"]


async def test_names_move_with_their_partition_and_keep_the_later_time(store: Store) -> None:
    await store.put_names("old", {"creator": ["lena", "marco"]}, NOW + HOUR)
    await store.put_names("new", {"creator": ["lena"]}, NOW)
    await store.put_names("new", {"creator": ["kana"]}, NOW + HOUR / 2)
    assert await store.move_partition("old", "new") == 2
    assert await store.names("old", "creator") == []
    assert await store.names("new", "creator") == ["lena", "marco", "kana"]


async def test_a_file_of_the_first_version_takes_names(path: Path) -> None:
    connection = connect_file(path)
    migrate(connection, migrations()[:1])
    connection.close()
    older = open_store(path)
    await older.put_names(P, {"niche": ["fitness"]}, NOW)
    assert await older.names(P, "niche") == ["fitness"]
    await older.aclose()
