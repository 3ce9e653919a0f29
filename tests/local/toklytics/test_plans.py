"""No operation reads all videos without an index."""

import re
import sqlite3
from collections.abc import Callable
from typing import TypeVar

import pytest

from mcp_server.local.world import World
from tests.local.toklytics.test_routes import OPERATIONS
from tests.local.toklytics.tiny import Api, make_client

MORE = (
    "/creators/search?q=gym&region=JP&sort=recent&order=asc",
    *(f"/videos/search?q=half&sort={sort}" for sort in ("plays", "likes", "shares", "recent")),
    "/videos/search?hashtag=common&duration=long&sort=likes",
    "/videos/search?min_views=10&content_type=slideshow&sort=recent",
    "/videos/search?creator=maker1&q=half",
    "/videos/search?q=common&hashtag=common&sort=likes",
    "/videos/search?sort=shares",
    "/hashtags/search?q=om",
    "/sounds/search?q=tune&sort=recent",
    "/videos/1",
    "/creators/maker1/top-content",
    "/sounds/1",
    "/hashtags/common",
)


T = TypeVar("T")


class Traced(World):
    """Runs queries in the test's own thread, so that their statements can be listened to."""

    async def query(self, function: Callable[[], T]) -> T:
        return function()


@pytest.mark.parametrize("path", [*OPERATIONS, *MORE])
async def test_videos_are_read_through_an_index(crowded_world: World, path: str) -> None:
    world = Traced(crowded_world.config)
    asked: list[str] = []
    world.data().set_trace_callback(asked.append)
    async with make_client(world) as client:
        await Api(world, client).get(path)
    world.data().set_trace_callback(None)
    assert asked
    plans = [line for statement in set(asked) for line in plan(world.data(), statement)]
    world.close()
    assert not [line for line in plans if re.match(r"SCAN (videos|v|video_hashtags|h)$", line)]


def plan(data: sqlite3.Connection, statement: str) -> list[str]:
    if not statement.startswith(("SELECT", "WITH")):
        return []
    return [str(row[3]) for row in data.execute(f"EXPLAIN QUERY PLAN {statement}")]
