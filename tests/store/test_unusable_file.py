"""A file that cannot be used says so; reading goes on, refreshing does not."""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mcp_server.errors import StoreError
from mcp_server.store.migrate import migrations
from mcp_server.store.sqlite import SqliteStore, UnavailableStore, open_store
from tests.store.made import NOW, job, snapshot
from tests.store.unusable import knows_nothing, refuses

P = "partition"
NO_DATABASE = b"this is no database\n" * 300


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


def _read(path: Path) -> bytes:
    return path.read_bytes()


async def _filled(path: Path) -> None:
    store = open_store(path)
    await store.put_snapshot(P, snapshot())
    await store.aclose()


def _sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute(statement)
    connection.close()


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{path}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
    )


async def test_a_damaged_file_is_reported_and_left_as_it_is(path: Path) -> None:
    _write(path, NO_DATABASE)
    store = open_store(path)
    assert isinstance(store, UnavailableStore)
    assert "damaged" in store.reason
    await knows_nothing(store)
    error = await refuses(store)
    assert (error.message, error.retryable) == (store.reason, False)
    assert str(path.parent) not in error.message
    await store.aclose()
    assert _read(path) == NO_DATABASE


async def test_a_file_damaged_while_it_is_in_use_stops_refreshes_only(path: Path) -> None:
    store = open_store(path)
    await store.put_snapshot(P, snapshot())
    await store.aclose()
    whole = _read(path)
    _write(path, whole[:4096] + b"\xa5" * (len(whole) - 4096))
    store = open_store(path)
    assert await store.latest_snapshot(P, "account", "a") is None
    with pytest.raises(StoreError, match="damaged"):
        await store.open_job(P, job())
    await store.aclose()


async def test_a_newer_file_asks_for_an_upgrade_and_is_left_as_it_is(path: Path) -> None:
    await _filled(path)
    _sql(path, "PRAGMA user_version=99")
    store = open_store(path)
    assert isinstance(store, UnavailableStore)
    assert "newer version" in store.reason
    await refuses(store)
    await store.aclose()
    _sql(path, f"PRAGMA user_version={len(migrations())}")
    store = open_store(path)
    assert await store.latest_snapshot(P, "account", "a") == snapshot()
    await store.aclose()


async def test_somebody_elses_database_is_not_touched(path: Path) -> None:
    path.parent.mkdir()
    _sql(path, "CREATE TABLE theirs (x)")
    store = open_store(path)
    assert isinstance(store, UnavailableStore)
    assert "something else" in store.reason
    await store.aclose()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]
    connection.close()


async def test_a_file_that_cannot_be_written_is_reported(path: Path) -> None:
    await _filled(path)
    store = open_store(path, _read_only)
    assert isinstance(store, UnavailableStore)
    assert "writable" in store.reason
    await knows_nothing(store)
    await refuses(store)
    await store.aclose()


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = open_store(tmp_path / "file" / "store.db")
    assert isinstance(store, UnavailableStore)
    assert "cannot be opened" in store.reason
    await refuses(store)


async def test_a_folder_in_the_place_of_the_file_is_reported(path: Path) -> None:
    _write(path, b"")
    store = open_store(path.parent)
    assert isinstance(store, UnavailableStore)
    assert "cannot be opened" in store.reason


async def test_an_unusable_store_still_tells_keys_apart(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = open_store(tmp_path / "file" / "store.db")
    one = await store.partition("tokportal", "https://x.example", "key")
    assert one == await store.partition("tokportal", "https://x.example", "key")
    assert one != await store.partition("tokportal", "https://x.example", "other")
    assert "key" not in one


def _locked(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    return connection


async def test_a_locked_file_is_used_as_soon_as_it_is_free(path: Path) -> None:
    _write(path, b"")
    holder = _locked(path)
    store = open_store(path, busy_seconds=0)
    assert isinstance(store, SqliteStore)
    assert not isinstance(store, UnavailableStore)
    lost = await store.partition("tokportal", "https://x.example", "key")
    await knows_nothing(store)
    error = await refuses(store)
    assert "locked" in error.message
    assert error.retryable
    holder.execute("ROLLBACK")
    holder.close()
    partition = await store.partition("tokportal", "https://x.example", "key")
    assert (await store.open_job(partition, job()))[1]
    assert await store.put_snapshot(partition, snapshot())
    # What was named without the secret of the file must never become a second ledger.
    assert partition != lost
    await refuses(store, lost)
    assert not await store.put_snapshot(lost, snapshot())
    await store.aclose()


async def test_a_writer_that_never_ends_stops_writing_but_not_reading(path: Path) -> None:
    store = open_store(path, busy_seconds=0)
    await store.put_snapshot(P, snapshot())
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert await store.latest_snapshot(P, "account", "a") == snapshot()
    assert not await store.put_snapshot(P, snapshot(scraped_at=NOW + timedelta(days=1)))
    with pytest.raises(StoreError, match="locked"):
        await store.open_job(P, job())
    holder.execute("ROLLBACK")
    holder.close()
    assert (await store.open_job(P, job()))[1]
    await store.aclose()


@pytest.mark.parametrize(
    ("fail", "text"),
    [
        (lambda: OSError("disk gone"), "cannot be opened"),
        (lambda: sqlite3.DatabaseError("unheard of"), "cannot use its own store"),
    ],
)
async def test_a_failure_of_any_kind_becomes_a_store_error(
    path: Path, fail: Callable[[], Exception], text: str
) -> None:
    def connect(_path: Path) -> sqlite3.Connection:
        raise fail()

    store = open_store(path, connect)
    error = await refuses(store)
    assert text in error.message
    assert "disk gone" not in error.message
    assert "unheard" not in error.message
