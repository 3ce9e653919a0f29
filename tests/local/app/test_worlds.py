"""Which world is served, and the sample that is made where there is none."""

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from mcp_server.local import (
    LocalConfig,
    LocalStoreError,
    LocalWorld,
    active_world,
    create_app,
    ensure_sample,
)
from mcp_server.local.database import open_database
from mcp_server.local.worlds import generation_lock
from tests.local.app.starting import start_together
from tests.local.tokportal.tiny import KEY, NOW, Clock, Tiny


def test_the_sample_is_served_until_something_was_imported(tmp_path: Path) -> None:
    assert active_world(tmp_path) == "sample"
    assert list(tmp_path.iterdir()) == []
    open_database(tmp_path / "local" / "own", "data").close()
    assert active_world(tmp_path) == "sample"


def test_imported_data_are_served_once_there_are_any(own: Tiny) -> None:
    assert active_world(own.config.data_dir) == "own"


def test_what_is_asked_for_is_served_whatever_there_is(own: Tiny, tmp_path: Path) -> None:
    assert active_world(own.config.data_dir, "sample") == "sample"
    assert active_world(tmp_path / "nothing", "own") == "own"


def test_an_own_world_that_cannot_be_read_is_not_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "local" / "own"
    folder.mkdir(parents=True)
    (folder / "data.db").write_bytes(b"no database at all, not even a small one" * 99)
    with pytest.raises(LocalStoreError, match=r"data\.db cannot be used"):
        active_world(tmp_path)


def _accounts(config: LocalConfig) -> int:
    with closing(open_database(config.folder, "state")) as state:
        return int(state.execute("SELECT count(*) FROM accounts").fetchone()[0])


def test_a_sample_is_made_once_and_as_of_the_clock(tmp_path: Path) -> None:
    config = LocalConfig(tmp_path, "sample", clock=Clock())
    ensure_sample(config)
    assert _accounts(config) == 12
    before = (config.folder / "data.db").stat().st_mtime_ns
    ensure_sample(config)
    assert (config.folder / "data.db").stat().st_mtime_ns == before
    with closing(open_database(config.folder, "data")) as data:
        row = data.execute("SELECT value FROM meta WHERE key = 'as_of'").fetchone()
    assert row[0] == str(NOW)


def test_what_a_stopped_generation_left_is_replaced(tmp_path: Path) -> None:
    config = LocalConfig(tmp_path, "sample", clock=Clock())
    world = LocalWorld(config)
    world.data().execute("INSERT INTO creators (username) VALUES ('half')")
    world.state().execute("INSERT INTO accounts VALUES ('a', 'half', 'tiktok', 1, NULL, NULL)")
    world.close()
    ensure_sample(config)
    assert _accounts(config) == 12
    with closing(open_database(config.folder, "data")) as data:
        assert data.execute("SELECT 1 FROM creators WHERE username = 'half'").fetchone() is None


def test_no_sample_is_made_for_the_own_world(tmp_path: Path) -> None:
    ensure_sample(LocalConfig(tmp_path, "own"))
    assert list(tmp_path.iterdir()) == []


def test_processes_that_start_together_make_one_sample(tmp_path: Path) -> None:
    configs = [LocalConfig(tmp_path, "sample", clock=Clock(NOW + n)) for n in range(3)]
    seen = start_together(configs)
    assert len(seen) == 3
    assert len(set(seen)) == 1  # each would have made its own, of another time
    assert _accounts(configs[0]) == 12


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "local").write_text("a file is in the way")
    with pytest.raises(LocalStoreError, match="local"):
        ensure_sample(LocalConfig(tmp_path, "sample"))


def test_a_lock_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "sample.lock").write_bytes(b"something else altogether, and long enough" * 99)
    with (
        pytest.raises(LocalStoreError, match=r"sample\.lock cannot be locked"),
        generation_lock(tmp_path / "sample"),
    ):
        pass


def test_the_lock_is_free_again_after_a_failure(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError), generation_lock(tmp_path / "sample"):
        raise sqlite3.OperationalError
    with generation_lock(tmp_path / "sample"):
        pass


async def test_the_header_names_the_world(tmp_path: Path) -> None:
    for name in ("sample", "own"):
        world = LocalWorld(LocalConfig(tmp_path, name))
        app = create_app(world.config, world=world)
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), headers={"X-API-Key": KEY}
        ) as client:
            response = await client.get("http://local.test/api/ext/accounts")
        world.close()
        assert response.headers["X-Tokmetrics-World"] == name
