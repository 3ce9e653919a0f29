"""No operation reads all videos without an index, whatever it is asked."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeVar

import httpx2
import pytest

from mcp_server.local import create_app
from mcp_server.local.tokportal.accounts import add_account
from mcp_server.local.world import World

SORTS = ("plays", "likes", "shares", "recent")
TEXTS = ("", "q=common", "q=half", "q=common half", "q=missing", "q=%E5%BA%83%E5%B3%B6")
FILTERS = (
    "",
    "hashtag=common",
    "hashtag=half&creator=maker1",
    "min_views=10",
    "min_views=9000&duration=short",
    "content_type=slideshow&duration=long",
    "hashtag=common&min_views=500&content_type=video&duration=medium",
)
ASKED = (
    *(f"/v1/videos/search?{t}&{f}&sort={s}" for t, f, s in product(TEXTS, FILTERS, SORTS)),
    *(
        f"/v1/creators/search?{text}&{limits}&sort={sort}&order={order}&page=2&limit=5"
        for text, limits, sort, order in product(
            ("", "q=gym", "q=maker1"),
            ("", "region=JP", "min_followers=5&max_followers=900&verified=true"),
            ("followers", "likes", "videos", "recent"),
            ("asc", "desc"),
        )
    ),
    *(f"/v1/creators/maker1/videos?sort={s}&page=2&limit=5" for s in (*SORTS, "comments")),
    *(f"/v1/videos/trending?period={period}" for period in ("24h", "7d", "30d")),
    *(f"/v1/hashtags/search?{q}&sort={s}" for q, s in product(("", "q=om"), ("video_count",
      "view_count"))),
    *(f"/v1/sounds/search?{q}&sort={s}" for q, s in product(("", "q=tune"), ("user_count",
      "recent"))),
    "/v1/hashtags/trending",
    "/v1/sounds/trending",
    "/v1/analytics/platform-stats",
    "/v1/videos/1",
    "/v1/creators/maker1",
    "/v1/creators/maker1/top-content",
    "/v1/sounds/1",
    "/v1/hashtags/common",
    "/v1/analytics/niche-report?niche=common&min_followers=0",
    "/v1/analytics/campaign-planner?niche=common&budget=9000&region=JP&min_engagement_rate=1",
    "/v1/analytics/creator-comparison?usernames=maker1,maker2",
    "/ext/accounts",
    *(
        f"/ext/accounts/{{account}}/analytics{rest}"
        for rest in ("", "/can-refresh", "/snapshots")
    ),
    *(
        f"/ext/accounts/{{account}}/analytics/videos?sort_by={by}&sort_order={order}"
        for by, order in product(
            ("views", "likes", "engagement_rate", "upload_date"), ("asc", "desc")
        )
    ),
    "/ext/videos/{record}/analytics",
    "/ext/videos/{record}/analytics/snapshots",
)  # fmt: skip
LARGE = re.compile(r"^SCAN (videos|v|video_hashtags|h|video_snapshots)\b")
"""Tables, and the names that the statements give them, with a row or more for each video."""
T = TypeVar("T")


class Traced(World):
    """Runs queries in the test's own thread, so that their statements can be listened to."""

    async def query(self, function: Callable[[], T]) -> T:
        return function()


@pytest.fixture(scope="module")
def listening(crowded_world: World) -> Iterator[tuple[Traced, dict[str, str]]]:
    """The crowded world with an own account, and the ids of that account and one of its videos."""
    world = Traced(crowded_world.config)
    account = add_account(world, "maker3")
    record = world.state().execute("SELECT id FROM video_records").fetchone()[0]
    yield world, {"account": account, "record": str(record)}
    world.close()


def reading(statements: list[str]) -> list[str]:
    """One statement of each form, the values left out, that reads."""
    forms = {re.sub(r"'[^']*'|\b\d+\b", "?", s): s for s in statements}
    return [s for s in forms.values() if s.lstrip().startswith(("SELECT", "WITH"))]


@pytest.mark.parametrize("path", ASKED)
async def test_videos_are_read_through_an_index(
    listening: tuple[Traced, dict[str, str]], path: str
) -> None:
    world, ids = listening
    asked: dict[str, list[str]] = {"data": [], "state": []}
    app = create_app(world.config, world=world)
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app),
        base_url="http://local/api",
        headers={"X-API-Key": "local"},
    ) as client:
        world.data().set_trace_callback(asked["data"].append)
        world.state().set_trace_callback(asked["state"].append)
        response = await client.get(path.format(**ids))
        world.data().set_trace_callback(None)
        world.state().set_trace_callback(None)
    assert response.status_code == 200, response.text
    assert asked["data"] or asked["state"]
    for statement in reading(asked["data"]):
        assert not unindexed(world.data(), statement), statement
    for statement in reading(asked["state"]):
        assert not unindexed(world.state(), statement), statement


def unindexed(connection: sqlite3.Connection, statement: str) -> list[str]:
    """Return the steps of a plan that read a large table to its end.

    An index that is walked in the order asked for, until a page is full or a total is capped,
    ends at its LIMIT.
    """
    plan = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    scans = [step for step in plan if LARGE.match(step)]
    return [step for step in scans if "USING" not in step or "LIMIT" not in statement]


def test_a_scan_would_be_noticed(crowded_world: World) -> None:
    data = crowded_world.data()
    assert unindexed(data, "SELECT * FROM videos WHERE comments = 1 LIMIT 5")
    assert unindexed(data, "SELECT id FROM videos ORDER BY plays DESC, id")
    assert not unindexed(data, "SELECT id FROM videos ORDER BY plays DESC, id LIMIT 5")
