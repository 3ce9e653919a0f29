"""What happens to stored figures when the formulas change."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local import aggregates
from mcp_server.local.creator_metrics import (
    current_version,
    is_postponed,
    outdated,
    stored_version,
)
from mcp_server.local.ingest import Ingest
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.records import CreatorRecord
from mcp_server.local.recount import count_rates
from mcp_server.local.world import World
from tests.local.metrics.raw import AS_OF, creators, records_of, store
from tests.local.toklytics.tiny import Api, make_client, obj


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = store(tmp_path, records_of(creators(3, 12)))
    yield world
    world.close()


# Unknown counts were zero: the rate of version 1.
FIRST_RATE = """UPDATE videos SET er = CASE
    WHEN plays > 0 AND coalesce(likes, comments, shares, saves) IS NOT NULL THEN round(100.0 * (
      coalesce(likes, 0) + coalesce(comments, 0) + coalesce(shares, 0) + coalesce(saves, 0)
    ) / plays, 2) END, heat = 1"""


def age(world: World) -> None:
    """As if the figures came from the formulas before these."""
    world.data().execute(FIRST_RATE)
    world.data().execute("UPDATE creators SET er = 99, score = 1, metrics_version = 0")
    count_rates(world.data())
    world.data().execute("UPDATE meta SET value = '0' WHERE key = 'metrics_version'")


def versions(world: World) -> set[int]:
    return {row[0] for row in world.data().execute("SELECT metrics_version FROM creators")}


def test_stored_figures_are_of_todays_formulas(world: World) -> None:
    assert stored_version(world.data()) == METRICS_VERSION
    assert not outdated(world.data())
    assert versions(world) == {METRICS_VERSION}


async def test_a_small_store_is_brought_up_to_date_by_the_first_question(world: World) -> None:
    before = rate(world)
    age(world)
    async with make_client(world) as client:
        answer = await Api(world, client).get("/creators/maker003")
    assert answer.meta["metrics_version"] == METRICS_VERSION
    assert obj(answer.data["metrics"])["engagement_rate"] == before
    assert versions(world) == {METRICS_VERSION}


def test_a_store_that_cannot_be_written_keeps_its_figures_and_says_so(world: World) -> None:
    age(world)
    world.data().execute("PRAGMA query_only = 1")
    assert current_version(world.data()) == 0
    assert rate(world) == 99


def rate(world: World) -> object:
    return world.data().execute("SELECT er FROM creators WHERE username = 'maker003'").fetchone()[0]


async def test_a_large_store_says_by_which_formulas_its_figures_were_stored(world: World) -> None:
    age(world)
    world.data().execute("UPDATE totals SET creators = 1001")
    async with make_client(world) as client:
        answer = await Api(world, client).get("/creators/maker003")
    assert answer.meta["metrics_version"] == 0
    assert obj(answer.data["metrics"])["engagement_rate"] == 99


def test_the_next_import_computes_every_creator_again(world: World) -> None:
    columns = "SELECT username, er, score, grade, spon_mid FROM creators ORDER BY username"
    before = [tuple(row) for row in world.data().execute(columns)]
    age(world)
    ingest = Ingest(world.data(), world.state(), source="test")
    ingest.add([CreatorRecord("maker000", scraped_at=AS_OF)])
    ingest.finish()
    assert [tuple(row) for row in world.data().execute(columns)] == before
    assert versions(world) == {METRICS_VERSION}
    assert not outdated(world.data())


def everything(world: World) -> dict[str, list[tuple[object, ...]]]:
    queries = {
        "creators": "SELECT * FROM creators ORDER BY id",
        "videos": "SELECT id, er, heat FROM videos ORDER BY id",
        "peers": "SELECT * FROM peer_rates ORDER BY 1, 2",
        "meta": "SELECT * FROM meta ORDER BY 1",
    }
    return {name: [tuple(row) for row in world.data().execute(q)] for name, q in queries.items()}


def test_videos_are_computed_again_before_what_is_computed_of_them(world: World) -> None:
    before = everything(world)
    age(world)
    assert everything(world)["videos"] != before["videos"]
    aggregates.recompute(world.data())
    assert everything(world) == before


def stopping_at(world: World, condition: str) -> None:
    world.data().execute(
        f"CREATE TRIGGER stop BEFORE UPDATE OF er ON creators WHEN {condition}"
        " BEGIN SELECT RAISE(ABORT, 'stopped'); END"
    )


def test_a_recomputation_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    world = store(tmp_path, records_of(creators(3, 120)))
    before = everything(world)
    age(world)
    stopping_at(world, "old.id = 60")
    with pytest.raises(sqlite3.IntegrityError, match="stopped"):
        aggregates.recompute(world.data())
    assert versions(world) == {0, METRICS_VERSION}
    assert outdated(world.data())
    done = "SELECT count(*) FROM creators WHERE metrics_version > 0"
    assert world.data().execute(done).fetchone()[0] == 50
    world.data().execute("DROP TRIGGER stop")
    stopping_at(world, "old.metrics_version > 0")  # what is done is not done again
    aggregates.recompute(world.data())
    assert everything(world) == before
    world.close()


def test_what_is_done_so_far_stays_together(tmp_path: Path) -> None:
    world = store(tmp_path, records_of(creators(3, 120)))
    videos = everything(world)["videos"]
    age(world)
    aged = everything(world)["videos"]
    stopping_at(world, "old.id = 60")
    with pytest.raises(sqlite3.IntegrityError, match="stopped"):
        aggregates.recompute(world.data())
    makers = dict(world.data().execute("SELECT id, metrics_version FROM creators").fetchall())
    owners = [row[0] for row in world.data().execute("SELECT creator_id FROM videos ORDER BY id")]
    for owner, found, new, old in zip(
        owners, everything(world)["videos"], videos, aged, strict=True
    ):
        assert found == (new if makers[owner] == METRICS_VERSION else old)
    world.close()


def test_a_refresh_does_not_wait_for_everybody_elses_figures(world: World) -> None:
    age(world)
    ingest = Ingest(world.data(), world.state(), source="refresh")
    seen = CreatorRecord("maker003", followers=1, scraped_at=AS_OF + 1)
    ingest.add([seen])
    ingest.finish_one(seen)
    query = "SELECT username FROM creators WHERE metrics_version > 0"
    assert [row[0] for row in world.data().execute(query)] == ["maker003"]
    assert rate(world) != 99
    assert stored_version(world.data()) == 0
    aggregates.recompute(world.data())
    assert versions(world) == {METRICS_VERSION}


@pytest.mark.parametrize("many", ["creators = 1001", "videos = 50001"])
def test_what_takes_longer_than_a_request_may_waits(world: World, many: str) -> None:
    assert not is_postponed(world.data())
    world.data().execute(f"UPDATE totals SET {many}")  # noqa: S608 (one of two of ours)
    assert not is_postponed(world.data())
    age(world)
    assert is_postponed(world.data())
    assert current_version(world.data()) == 0
