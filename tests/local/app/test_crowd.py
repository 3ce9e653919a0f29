"""Several processes at once on one world, and how long one may keep the others waiting."""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.database import open_database
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.text import segment
from mcp_server.local.tokportal.due import settle
from mcp_server.local.transaction import giving_up
from tests.local.app.crowd import WRITERS, crowd
from tests.local.ingest.store import Store
from tests.local.ingest.test_incremental import counted_anew, derived
from tests.local.tokportal.tiny import NOW, SEEN, tiny

QUOTA = 5
MOST_CHANGES = 20_000
"""Row changes of one transaction, about a tenth of a second's worth."""


async def test_four_writers_and_two_readers_at_once_meet_no_error(tmp_path: Path) -> None:
    async with tiny(tmp_path, "sample") as sample:
        names = [f"account{n}" for n in range(8)]
        sample.ingest([CreatorRecord(n, followers=1_000, scraped_at=SEEN) for n in names])
        accounts = [sample.account(name) for name in names]
        config = replace(sample.config, monthly_quota=QUOTA)
        told = crowd(config, accounts)
        codes = Counter(code for answers in told[:WRITERS] for code in answers)
        assert codes["scrape_queued"] == QUOTA
        assert codes.total() == WRITERS * len(accounts)
        assert codes.keys() <= {
            "scrape_queued",
            "ANALYTICS_COOLDOWN",
            "ANALYTICS_QUOTA_EXCEEDED",
        }
        assert told[WRITERS:] == [[], []]
        assert sample.rows("SELECT used FROM quota") == [(QUOTA,)]
        store = Store(sample.world.data(), sample.world.state())
        assert store.row("SELECT video_count FROM hashtags WHERE name = 'w3'") != (0,)
        with counted_anew(store) as anew:
            assert derived(store) == derived(anew)


class _Watched(sqlite3.Connection):
    """Notes how many rows each transaction changed."""

    changed: list[int]
    since = 0

    def execute(self, sql: str, parameters: object = (), /) -> sqlite3.Cursor:
        if sql == "BEGIN IMMEDIATE":
            self.since = self.total_changes
        if sql == "COMMIT":
            self.changed.append(self.total_changes - self.since)
        return super().execute(sql, parameters)  # type: ignore[arg-type]  # as handed in


@pytest.fixture(scope="module")
def large_import(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[int]]:
    """The sizes of all transactions of an import that touches 400 creators and moves the weeks."""
    folder = tmp_path_factory.mktemp("large")
    sizes: dict[str, list[int]] = {"data": [], "state": []}
    open_database(folder, "data").close()
    open_database(folder, "state").close()
    with (
        closing(_watched(folder / "data.db", sizes["data"])) as data,
        closing(_watched(folder / "state.db", sizes["state"])) as state,
    ):
        for later in (0, 9 * 86_400):
            ingest = Ingest(data, state, source="test")
            records = [_video(n, later) for n in range(4_000)]
            for start in range(0, len(records), 1_000):
                ingest.add(records[start : start + 1_000])
            ingest.finish()
    return sizes


def _watched(path: Path, sizes: list[int]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, factory=_Watched)
    connection.row_factory = sqlite3.Row
    connection.create_function("segment", 1, segment)
    connection.changed = sizes
    return connection


def _video(n: int, later: int) -> VideoRecord:
    return VideoRecord(
        str(n),
        CreatorRecord(f"c{n % 400}", followers=100 * (n % 400) + later),
        description=f"caption {n}",
        plays=100 + n + later,
        likes=n % 90,
        posted_at=NOW - 300 * n,
        scraped_at=NOW + later,
        hashtags=("all", f"t{n % 50}", f"u{n}"),
    )


@pytest.mark.parametrize("kind", ["data", "state"])
def test_no_transaction_of_an_import_is_long(large_import: dict[str, list[int]], kind: str) -> None:
    assert len(large_import[kind]) >= 4
    assert max(large_import[kind]) < MOST_CHANGES


async def test_a_refresh_needs_nothing_that_an_import_holds(tmp_path: Path) -> None:
    async with tiny(tmp_path, "sample") as sample:
        account = sample.account("coolcreator")
        client = sample.client()
        with closing(open_database(sample.config.folder, "data")) as importing:
            importing.execute("BEGIN IMMEDIATE")
            importing.execute("UPDATE creators SET followers = 1")
            response = await client.post(f"/accounts/{account}/analytics/refresh")
            assert response.json()["data"]["status"] == "scrape_queued"
            sample.clock.now += 20
            read = await client.get(f"/accounts/{account}/analytics")
            assert read.json()["data"]["scraped_at"] == "2026-02-10T09:15:20Z"
            listed = await client.get(f"/accounts/{account}/analytics/videos?sort_by=views")
            assert listed.json()["data"][0]["scraped_at"] == "2026-02-07T09:15:00Z"
            assert sample.rows("SELECT status FROM refreshes") == [("stored",)]
            importing.execute("ROLLBACK")
        listed = await client.get(f"/accounts/{account}/analytics/videos?sort_by=views")
        assert listed.json()["data"][0]["scraped_at"] == "2026-02-10T09:15:20Z"
        assert sample.rows("SELECT status FROM refreshes") == [("done",)]


def test_only_a_lock_is_given_up_on(tmp_path: Path) -> None:
    with (
        closing(open_database(tmp_path, "data")) as data,
        pytest.raises(sqlite3.OperationalError, match="no such table"),
        giving_up(data, 1),
    ):
        data.execute("SELECT * FROM nobody")


@pytest.mark.parametrize("shared", [("new",), ("new", "more")])
async def test_the_list_after_a_refresh_costs_the_same_however_much_is_stored(
    tmp_path: Path, shared: tuple[str, ...]
) -> None:
    costs: list[int] = []
    for others in (50, 5_000):
        async with tiny(tmp_path / str(others), "sample") as sample:
            account = sample.account("coolcreator")
            sample.ingest([
                replace(_video(n, 0), creator=CreatorRecord(f"c{n % (others // 10)}"),
                        hashtags=shared)
                for n in range(others)
            ])  # fmt: skip
            client = sample.client()
            assert (await client.post(f"/accounts/{account}/analytics/refresh")).is_success
            sample.clock.now += 20
            costs.append(_steps_of_settling(sample.world))
    assert costs[1] < 1.3 * costs[0]


def _steps_of_settling(world: LocalWorld) -> int:
    """Count the hundreds of steps that SQLite takes to copy a refresh to data.db."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    world.data().set_progress_handler(step, 100)
    settle(world)
    world.data().set_progress_handler(None, 0)
    return steps
