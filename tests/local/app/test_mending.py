"""What an interrupted import left is finished by whoever asks next, and said until then."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importing import alone, importing
from mcp_server.local.ingest import Ingest
from mcp_server.local.inventory import inventory
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.mending import AT_ONCE, is_incomplete, mend
from tests.local.tokportal.tiny import COOL, DAY, NOW, SEEN, VIDEOS, Tiny, data_of

STATS = "http://local.test/api/v1/analytics/platform-stats"
CREATOR = "http://local.test/api/v1/creators/coolcreator"


def cut_short(own: Tiny, *records: VideoRecord | CreatorRecord) -> None:
    """Store what an import stores before its process is killed."""
    Ingest(own.world.data(), own.world.state(), source="test").add(records)


async def asked(client: httpx2.AsyncClient, url: str) -> tuple[Mapping[str, object], ...]:
    body = (await client.get(url)).json()
    return body["data"], body["meta"]


def later(views: int) -> VideoRecord:
    return replace(VIDEOS[0], creator=replace(COOL, scraped_at=NOW), plays=views, scraped_at=NOW)


async def test_the_next_answer_has_the_figures_that_an_interrupted_import_did_not_compute(
    own: Tiny,
) -> None:
    cut_short(own, later(5_000))
    assert is_incomplete(own.world.data())
    found, meta = await asked(own.client(), CREATOR)
    metrics = found["metrics"]
    assert isinstance(metrics, dict)
    assert metrics["avg_views"] == 4_000  # of 5,000 and 3,000
    assert "incomplete" not in meta
    assert not is_incomplete(own.world.data())


async def test_an_own_account_gets_the_snapshot_that_was_not_taken(own: Tiny) -> None:
    account_id = own.account("coolcreator")
    cut_short(own, later(5_000))
    found = data_of(await own.client().get(f"/accounts/{account_id}/analytics"))
    assert (found["total_views"], found["scraped_at"]) == (8_000, "2026-02-10T09:15:00Z")


def many(count: int) -> list[VideoRecord]:
    return [
        VideoRecord(f"8{n:03}", CreatorRecord(f"maker{n}"), plays=n, likes=1, scraped_at=SEEN)
        for n in range(count)
    ]


async def test_of_many_creators_each_request_computes_a_part_and_says_so(own: Tiny) -> None:
    cut_short(own, *many(2 * AT_ONCE + 1))
    client = own.client()
    told = [(await asked(client, STATS))[1] for _ in range(3)]
    assert [meta.get("incomplete") for meta in told] == [True, True, None]
    assert str(told[0]["basis"]).startswith("everything stored; incomplete: an import is running")
    assert told[2]["basis"] == "everything stored"
    query = "SELECT count(*) FROM creators WHERE n_tracked = 1 AND dirty = 0"
    assert own.world.data().execute(query).fetchone()[0] == 2 * AT_ONCE + 1


async def test_while_somebody_imports_nothing_is_computed_for_them(own: Tiny) -> None:
    with importing(own.world.folder), importing(own.world.folder):
        cut_short(own, later(5_000))
        _, meta = await asked(own.client(), STATS)
        assert meta["incomplete"] is True
        assert is_incomplete(own.world.data())
    _, meta = await asked(own.client(), STATS)
    assert "incomplete" not in meta


async def test_weeks_of_trends_that_were_not_moved_on_are_moved(own: Tiny) -> None:
    own.world.data().execute("UPDATE totals SET week_before = 0, week_start = 0, week_end = 0")
    await asked(own.client(), STATS)
    weeks = own.world.data().execute("SELECT week_before, week_start, week_end FROM totals")
    assert tuple(weeks.fetchone()) == (SEEN - 14 * DAY, SEEN - 7 * DAY, SEEN)


def test_a_writer_who_keeps_the_lock_is_not_waited_for(own: Tiny) -> None:
    cut_short(own, later(5_000))
    other = LocalWorld(own.config)
    other.data().execute("BEGIN IMMEDIATE")
    assert mend(own.world) is True
    other.data().execute("ROLLBACK")
    assert mend(own.world) is False
    other.close()


def test_a_world_that_cannot_be_written_stays_as_it_is(own: Tiny) -> None:
    cut_short(own, later(5_000))
    own.world.data().execute("PRAGMA query_only=1")
    assert mend(own.world) is True


def test_other_errors_are_not_hidden(own: Tiny) -> None:
    cut_short(own, later(5_000))
    own.world.data().execute("DROP TABLE creator_tags")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        mend(own.world)


def aged(own: Tiny) -> None:
    """As if the store were large, and its figures came from the formulas before these."""
    data = own.world.data()
    data.execute("UPDATE totals SET creators = 1001")
    data.execute("UPDATE creators SET er = 99, metrics_version = 0")
    data.execute("UPDATE videos SET er = 99")
    data.execute("UPDATE meta SET value = '0' WHERE key = 'metrics_version'")


async def test_what_is_made_up_for_is_not_everybody_of_a_large_store_of_older_formulas(
    own: Tiny,
) -> None:
    aged(own)
    maker = CreatorRecord("maker")
    cut_short(own, VideoRecord("81", maker, plays=100, likes=1, comments=1, shares=1))
    _, meta = await asked(own.client(), STATS)
    assert (meta["metrics_version"], meta.get("incomplete")) == (0, None)
    found = own.world.data().execute("SELECT username, er, metrics_version FROM creators")
    assert sorted(tuple(row) for row in found) == [
        ("CoolCreator", 99, 0),
        ("emptyhouse", 99, 0),
        ("maker", 3.0, METRICS_VERSION),
    ]


async def test_a_part_of_them_is_computed_with_their_videos_by_todays_formulas(own: Tiny) -> None:
    data = own.world.data()
    cut_short(own, *many(2 * AT_ONCE + 1))
    aged(own)
    _, meta = await asked(own.client(), STATS)
    assert (meta["metrics_version"], meta["incomplete"]) == (0, True)
    # The likes of these are known, their comments and shares are not: no rate.
    done = """SELECT count(*), count(creators.er), count(videos.er) FROM creators
       JOIN videos ON creator_id = creators.id WHERE creators.metrics_version = ?"""
    assert tuple(data.execute(done, (METRICS_VERSION,)).fetchone()) == (AT_ONCE, 0, 0)
    assert data.execute("SELECT er FROM creators WHERE username = 'emptyhouse'").fetchone()[0] == 99


def test_stats_say_how_many_creators_are_incomplete(own: Tiny) -> None:
    cut_short(own, later(5_000))
    found = inventory(own.config)
    assert found is not None
    assert found.incomplete == 1


def test_who_is_alone_keeps_others_from_being_so(tmp_path: Path) -> None:
    with alone(tmp_path) as first, alone(tmp_path) as second:
        assert (first, second) == (True, False)
    with importing(tmp_path), alone(tmp_path) as third:
        assert third is False
    with alone(tmp_path / "nowhere") as nowhere:
        assert nowhere is False
