"""What happens to stored figures when the formulas change."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local import aggregates
from mcp_server.local.creator_metrics import current_version, outdated, stored_version
from mcp_server.local.ingest import Ingest
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.records import CreatorRecord
from mcp_server.local.world import World
from tests.local.metrics.raw import AS_OF, creators, records_of, store
from tests.local.toklytics.tiny import Api, make_client, obj


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = store(tmp_path, records_of(creators(3, 12)))
    yield world
    world.close()


def age(world: World) -> None:
    """As if the figures came from the formulas before these."""
    world.data().execute("UPDATE creators SET er = 99, score = 1, metrics_version = 0")
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


def test_a_recomputation_that_was_interrupted_goes_on(world: World) -> None:
    age(world)
    # Stopped after some: these are of today, the store as a whole is not.
    world.data().execute("UPDATE creators SET metrics_version = ? WHERE id < 5", (METRICS_VERSION,))
    assert outdated(world.data())
    aggregates.recompute(world.data())
    assert versions(world) == {METRICS_VERSION}
    assert world.data().execute("SELECT count(*) FROM creators WHERE er = 99").fetchone()[0] == 0
