"""A world with much in it, and a small one with everything that is odd."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.sample import generate
from mcp_server.local.tokportal.accounts import add_account, take_snapshots
from tests.local.export.worlds import (
    AS_OF,
    DAY,
    opened,
)


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalWorld]:
    """A generated world that passes for imported data, with accounts and their history."""
    world = opened(tmp_path_factory.mktemp("rich"))
    generate(world, creators=60, videos=1_500, seed=5, as_of=AS_OF)
    world.data().execute("DELETE FROM meta WHERE key IN ('world', 'seed', 'as_of')")
    for table in ("refreshes", "quota"):
        world.state().execute(f"DELETE FROM {table}")  # noqa: S608 - they are not exported
    take_snapshots(world)
    yield world
    world.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[LocalWorld]:
    """Two crawls by hand: a rename, unknown figures, an unused hashtag, a sound without a title."""
    world = opened(tmp_path, "small")
    first, second = AS_OF - 9 * DAY, AS_OF
    ingest = Ingest(world.data(), world.state(), source="first-source")
    ann = CreatorRecord("ann.old", "11", "SEC1", bio='says "hi" — 東京\n', followers=10)
    ingest.add(
        [
            VideoRecord(
                "1", ann, scraped_at=first, plays=5, hashtags=("gone", "stays"), likes=9, flags=1
            ),
            VideoRecord("2", CreatorRecord("bea", verified=True), scraped_at=None),
            CreatorRecord("cleo", followers=7, total_likes=0),
            CreatorRecord("dora", bio="no figures", scraped_at=first),
        ]
    )
    ingest.finish()
    ingest = Ingest(world.data(), world.state(), source="second-source")
    ann = CreatorRecord("ann", "11", "SEC1", region="JP", verified=False, followers=12)
    ingest.add(
        [
            VideoRecord(
                "1", ann, scraped_at=second, plays=50, hashtags=("stays",), sound=SoundRecord("77")
            ),
            VideoRecord(
                "3",
                CreatorRecord("cleo"),
                scraped_at=second,
                content_type="slideshow",
                posted_at=first,
            ),
        ]
    )
    ingest.finish()
    add_account(world, "ann", created_at=AS_OF - 99)
    yield world
    world.close()
