"""The file behind the store: whose it is, how it grows, how many connections, how durable."""

import asyncio
import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from mcp_server.errors import ErrorCode, StoreError
from mcp_server.models.basis import NOT_TOLD
from mcp_server.store.connections import MOST_CONNECTIONS, Pool, connect_file
from mcp_server.store.migrate import migrate, migrations
from mcp_server.store.records import Job
from mcp_server.store.sqlite import SqliteStore, open_store
from tests.store.made import NOW, account, job, snapshot

P = "partition"


class Connecting:
    """Opens connections, remembers them and what they were told."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.opened = 0

    def __call__(self, path: Path) -> sqlite3.Connection:
        connection = connect_file(path)
        connection.set_trace_callback(self.statements.append)
        self.opened += 1
        return connection


async def test_what_was_stored_is_there_after_a_restart(path: Path) -> None:
    first = open_store(path)
    partition = await first.partition("tokportal", "https://x.example", "key")
    await first.put_snapshot(partition, snapshot())
    await first.open_job(partition, job())
    await first.aclose()
    second = open_store(path)
    assert await second.partition("tokportal", "https://x.example", "key") == partition
    assert await second.latest_snapshot(partition, "account", "a") == snapshot()
    assert await second.active_job(partition, "a") == job()
    await second.aclose()


async def test_the_name_of_a_partition_says_nothing_without_the_file(tmp_path: Path) -> None:
    names: list[str] = []
    for folder in ("one", "two"):
        store = open_store(tmp_path / folder / "store.db")
        names.append(await store.partition("tokportal", "https://x.example", "key"))
        await store.aclose()
    assert names[0] != names[1]


async def test_no_key_is_written_anywhere(path: Path) -> None:
    store = open_store(path)
    partition = await store.partition("tokportal", "https://x.example", "sk_very_secret")
    await store.put_snapshot(partition, snapshot())
    await store.aclose()
    for file in path.parent.iterdir():
        assert b"sk_very_secret" not in file.read_bytes()


@pytest.mark.skipif("sys.platform == 'win32'", reason="Windows has no such modes")
async def test_the_file_is_its_owners_alone(path: Path) -> None:
    store = open_store(path)
    assert _mode(path) == 0o600
    assert _mode(path.parent) == 0o700
    await store.aclose()


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_forty_callers_share_four_connections(path: Path) -> None:
    connecting = Connecting()
    store = open_store(path, connecting)
    found = await asyncio.gather(
        *(store.open_job(P, job(f"j{number}")) for number in range(20)),
        *(store.open_job(P, job(f"k{number}", account_id="b")) for number in range(20)),
    )
    assert sum(is_new for _, is_new in found) == 2
    assert len({one.job_id for one, _ in found}) == 2
    assert connecting.opened <= MOST_CONNECTIONS
    await store.aclose()


async def test_jobs_and_quota_wait_for_the_disk_and_snapshots_do_not(path: Path) -> None:
    connecting = Connecting()
    store = open_store(path, connecting)

    def synchronous() -> list[str]:
        found = [one for one in connecting.statements if one.startswith("PRAGMA synchronous")]
        connecting.statements.clear()
        return found

    synchronous()
    await store.open_job(P, job())
    assert synchronous() == ["PRAGMA synchronous=FULL"]
    await store.save_job(P, job())
    assert synchronous() == ["PRAGMA synchronous=FULL"]
    await store.note_quota(P, 500, 1, NOW)
    assert synchronous() == ["PRAGMA synchronous=FULL"]
    await store.put_snapshot(P, snapshot())
    assert synchronous() == ["PRAGMA synchronous=NORMAL"]
    await store.aclose()


async def test_a_job_that_is_being_written_is_written_though_its_caller_leaves(
    path: Path,
) -> None:
    writing, go_on = threading.Event(), threading.Event()
    loop, begun = asyncio.get_running_loop(), asyncio.Event()

    class Slow(Connecting):
        def __call__(self, path: Path) -> sqlite3.Connection:
            if writing.is_set():
                loop.call_soon_threadsafe(begun.set)
                assert go_on.wait(30)
            return super().__call__(path)

    first = open_store(path)
    await first.aclose()
    store = SqliteStore(Pool(path, Slow()))
    writing.set()
    caller = asyncio.create_task(store.open_job(P, job()))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    go_on.set()
    await store.aclose()
    after = open_store(path)
    assert await after.active_job(P, "a") == job()
    await after.aclose()


async def test_a_closed_store_refuses_refreshes_and_knows_nothing(path: Path) -> None:
    store = open_store(path)
    await store.put_snapshot(P, snapshot())
    await store.aclose()
    with pytest.raises(StoreError):
        await store.open_job(P, job())
    assert await store.latest_snapshot(P, "account", "a") is None


async def test_changes_far_back_are_forgotten(path: Path) -> None:
    store = open_store(path)
    with_room = sqlite3.connect(path)
    with_room.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('changes', 20000)")
    with_room.execute("INSERT INTO changes (seq, partition, kind) VALUES (10001, 'p', 'accounts')")
    with_room.execute("INSERT INTO changes (seq, partition, kind) VALUES (10002, 'p', 'accounts')")
    with_room.commit()
    with_room.close()
    await store.put_accounts(P, [account()])
    assert [change.seq for change in await store.changes_since(0)] == [10002, 20001]
    await store.aclose()


def _version(path: Path) -> int:
    connection = sqlite3.connect(path)
    version: tuple[int] = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    return version[0]


async def _filled(path: Path) -> None:
    store = open_store(path)
    await store.put_snapshot(P, snapshot())
    await store.aclose()


async def test_an_older_file_gets_the_newer_schema_and_keeps_its_data(path: Path) -> None:
    await _filled(path)
    newer = [*migrations(), "ALTER TABLE snapshots ADD COLUMN note TEXT DEFAULT 'none';\n"]
    connection = connect_file(path)
    migrate(connection, newer)
    migrate(connection, newer)
    found = connection.execute("SELECT subject, note FROM snapshots").fetchall()
    connection.close()
    assert found == [("a", "none")]
    assert _version(path) == len(newer)


async def test_what_was_stored_before_any_basis_was_kept_has_none(path: Path) -> None:
    path.parent.mkdir(parents=True)
    connection = connect_file(path)
    migrate(connection, migrations()[:2])
    connection.execute(
        "INSERT INTO snapshots (partition, kind, subject, stored_at, synthetic, mode, body)"
        " VALUES (?, 'account', 'a', 0, 0, 'local', '{}')",
        (P,),
    )
    connection.close()
    store = open_store(path)
    latest = await store.latest_snapshot(P, "account", "a")
    await store.aclose()
    assert latest is not None
    assert latest.basis == NOT_TOLD


async def test_a_migration_that_fails_leaves_the_file_as_it_was(path: Path) -> None:
    await _filled(path)
    broken = [*migrations(), "DELETE FROM snapshots;\n", "ALTER TABLE nothing ADD COLUMN x;\n"]
    connection = connect_file(path)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, broken)
    connection.close()
    assert _version(path) == len(migrations())
    store = open_store(path)
    assert await store.latest_snapshot(P, "account", "a") == snapshot()
    await store.aclose()


async def test_text_that_no_file_can_hold_is_not_kept(path: Path) -> None:
    store = open_store(path)
    assert not await store.put_snapshot(P, snapshot(subject="\ud800"))
    with pytest.raises(StoreError) as caught:
        await store.open_job(P, job("\ud800"))
    assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
    assert await store.put_snapshot(P, snapshot({"name": "\ud800"}))
    await store.aclose()


async def test_a_file_that_was_removed_is_one_new_file_for_all_who_had_it_open(path: Path) -> None:
    first, second = open_store(path), open_store(path)
    old = await first.partition("tokportal", "https://x.example", "key")
    await first.open_job(old, job())
    assert await second.active_job(old, "a") == job()
    for file in path.parent.glob("store.db*"):
        file.unlink()
    assert await first.active_job(old, "a") is None
    assert await second.active_job(old, "a") is None
    new = await first.partition("tokportal", "https://x.example", "key")
    assert await second.partition("tokportal", "https://x.example", "key") == new != old
    taken, is_own = await first.open_job(new, job())
    assert is_own
    assert await second.open_job(new, job(job_id="another")) == (taken, False)
    await first.aclose()
    await second.aclose()
    assert await _reopened(path, new) == taken


async def _reopened(path: Path, partition: str) -> Job | None:
    store = open_store(path)
    try:
        return await store.active_job(partition, "a")
    finally:
        await store.aclose()
