"""The tiny world, and one with more videos than are counted."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.world import World
from tests.local.toklytics.tiny import AS_OF, ROWS, Api, make_client, make_world, record


@pytest.fixture
async def api(tmp_path: Path) -> AsyncIterator[Api]:
    world = make_world(tmp_path, [record(row) for row in ROWS])
    async with make_client(world) as client:
        yield Api(world, client)
    world.close()


@pytest.fixture(scope="session")
def crowded_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """11,000 videos: `common` in all captions and hashtags, `half` in every second one."""
    records = [
        VideoRecord(
            str(i),
            CreatorRecord(f"maker{i % 50}", followers=i, bio="loves gym"),
            description=f"common {'half' if i % 2 else 'other'}",
            plays=i * 37 % 10_007,
            likes=i * 91 % 5_003,
            comments=1,
            shares=i * 17 % 997,
            saves=1,
            duration=i % 90,
            sound=SoundRecord(str(i), f"tune {i}", "common band", original=False),
            content_type="slideshow" if i % 5 == 0 else "video",
            posted_at=AS_OF - i * 60,
            scraped_at=AS_OF,
            hashtags=("common", "half") if i % 2 else ("common",),
        )
        for i in range(11_000)
    ]
    world = make_world(tmp_path_factory.mktemp("crowded"), records)
    yield world
    world.close()


@pytest.fixture
async def crowded(crowded_world: World) -> AsyncIterator[Api]:
    async with make_client(crowded_world) as client:
        yield Api(crowded_world, client)
