"""The connections of a world: few, whatever the number of threads, and closed at its end."""

import gc
import sqlite3
import threading
from pathlib import Path

import anyio
import pytest

from mcp_server.local import LocalConfig, LocalStoreError, LocalWorld


@pytest.fixture
def world(tmp_path: Path) -> LocalWorld:
    """A new world."""
    return LocalWorld(LocalConfig(tmp_path, "own"))


async def test_many_queries_at_once_share_a_handful_of_connections(world: LocalWorld) -> None:
    seen: set[int] = set()

    def query() -> None:
        seen.update((id(world.data()), id(world.state())))

    async with anyio.create_task_group() as group:
        for _ in range(40):
            group.start_soon(world.query, query)
    assert len(seen) <= 8  # two files, four workers
    world.close()


async def test_a_query_that_fails_gives_its_connections_back(world: LocalWorld) -> None:
    seen: set[int] = set()

    def fail() -> None:
        seen.add(id(world.data()))
        raise ValueError("on purpose")

    for _ in range(3):
        with pytest.raises(ValueError, match="on purpose"):
            await world.query(fail)
    assert len(seen) == 1
    world.close()


async def test_a_closed_world_opens_again_when_it_is_used(world: LocalWorld) -> None:
    before = world.data()
    await world.query(world.state)
    world.close()
    with pytest.raises(sqlite3.ProgrammingError):
        before.execute("SELECT 1")
    assert world.data().execute("SELECT 1").fetchone()[0] == 1
    world.close()


def test_a_world_that_is_dropped_closes_its_files(tmp_path: Path) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "own"))
    data = world.data()
    del world
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError):
        data.execute("SELECT 1")


def test_threads_that_open_a_new_world_together_all_succeed(tmp_path: Path) -> None:
    failed: list[LocalStoreError] = []

    def start(world: LocalWorld, together: threading.Barrier) -> None:
        together.wait()
        try:
            world.data()
            world.state()
        except LocalStoreError as error:
            failed.append(error)

    for attempt in range(20):
        worlds = [LocalWorld(LocalConfig(tmp_path / str(attempt), "own")) for _ in range(6)]
        together = threading.Barrier(len(worlds))
        threads = [threading.Thread(target=start, args=(world, together)) for world in worlds]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for world in worlds:
            world.close()
    assert failed == []
