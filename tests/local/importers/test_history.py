"""Crawls of other days: what grew between them is seen through the local API."""

from collections.abc import AsyncIterator
from itertools import permutations
from pathlib import Path

import pytest

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.tokportal.accounts import add_account
from tests.local.importers.reading import CRAWLED, DAY, POSTED, made_id, write
from tests.local.toklytics.tiny import Api, Json, make_client

LATER = CRAWLED + 8 * DAY
ID = made_id()


def crawl(path: Path, at: int, plays: int, followers: int) -> Path:
    """One page of a user, as TikTok's web site answers it."""
    stats: JsonValue = {"followerCount": followers, "heartCount": plays // 10}
    author: JsonValue = {"id": "6833317021370891588", "uniqueId": "invented.baker"}
    item: JsonValue = {
        "id": ID,
        "createTime": POSTED,
        "author": author,
        "authorStats": stats,
        "stats": {"playCount": plays, "diggCount": plays // 10},
    }
    return write(path, {"itemList": [item], "extra": {"now": at * 1000}})


@pytest.fixture(params=[False, True], ids=["in order", "the later one first"])
async def api(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Api]:
    """A world into which two crawls of one user were imported."""
    config = LocalConfig(tmp_path / "data", "own", clock=lambda: LATER + DAY)
    world = LocalWorld(config)
    files = [
        crawl(tmp_path / "first.json", CRAWLED, plays=1_000, followers=500),
        crawl(tmp_path / "second.json", LATER, plays=20_200, followers=740),
    ]
    for file in reversed(files) if request.param else files:
        import_files(world, [file])
    async with make_client(world) as client:
        yield Api(world, client)
    world.close()


def part(value: Json) -> dict[str, Json]:
    assert isinstance(value, dict)
    return value


async def test_followers_won_between_two_crawls_are_growth(api: Api) -> None:
    detail = (await api.get("/creators/invented.baker")).data
    assert detail["followers"] == 740
    assert part(detail["follower_growth"])["d7"] == 240


async def test_a_video_has_a_history_of_both_crawls(api: Api) -> None:
    history = (await api.get(f"/videos/{ID}")).data["history"]
    assert isinstance(history, list)
    assert [(part(one)["scraped_at"], part(one)["plays"]) for one in history] == [
        ("2024-03-04T12:00:00Z", 1_000),
        ("2024-03-12T12:00:00Z", 20_200),
    ]


async def test_velocity_is_what_was_won_per_hour_between_the_crawls(api: Api) -> None:
    (found,) = (await api.get("/videos/trending?period=30d")).rows
    assert (found["velocity"], found["velocity_basis"]) == (100, "between_crawls")  # 19,200 / 192 h


async def test_importing_both_again_changes_nothing(api: Api, tmp_path: Path) -> None:
    files = [tmp_path / "first.json", tmp_path / "second.json"]
    before = [tuple(row) for row in api.world.state().execute("SELECT * FROM video_snapshots")]
    report = import_files(api.world, files)
    assert [(file.new, file.updated) for file in report.files] == [(0, 0), (0, 0)]
    after = [tuple(row) for row in api.world.state().execute("SELECT * FROM video_snapshots")]
    assert after == before


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_growth_is_the_same_in_whatever_order_the_crawls_came(
    tmp_path: Path, order: tuple[int, ...]
) -> None:
    crawls = ((CRAWLED, 1_000), (CRAWLED + 28 * DAY, 1_000), (CRAWLED + 31 * DAY, 1_100))
    files = [
        crawl(tmp_path / f"{at}.json", at, plays=100, followers=followers)
        for at, followers in crawls
    ]
    world = LocalWorld(LocalConfig(tmp_path / "data", "own", clock=lambda: CRAWLED + 32 * DAY))
    for i in order:
        import_files(world, [files[i]])
    async with make_client(world) as client:
        detail = (await Api(world, client).get("/creators/invented.baker")).data
    world.close()
    # Seven days before the last crawl only the first was there, too long ago for a week's growth.
    assert detail["follower_growth"] == {
        "d7": None,
        "d7_days": None,
        "d30": 100,
        "d30_days": 31.0,
    }


def test_an_account_named_with_its_crawls_gets_a_snapshot_of_each(tmp_path: Path) -> None:
    tables = [
        write(
            tmp_path / f"{plays}.csv",
            "video_id,username,plays,scraped_at\n"
            + "".join(f"{one},invented.baker,{plays},{at}\n" for one in (ID, made_id(60))),
        )
        for at, plays in ((CRAWLED, 1_000), (LATER, 3_000))
    ]
    world = LocalWorld(LocalConfig(tmp_path / "data", "own", clock=lambda: LATER + DAY))
    try:
        report = import_files(world, tables, accounts=["@Invented.Baker", "nobody.yet"])
        again = import_files(world, tables, accounts=["invented.baker"])
        taken = world.state().execute(
            "SELECT scraped_at, total_views FROM account_snapshots ORDER BY scraped_at"
        )
        assert [tuple(row) for row in taken] == [(CRAWLED, 2_000), (LATER, 6_000)]
        assert (len(report.added), again.added) == (1, frozenset())
    finally:
        world.close()


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("added_after", [1, 2, 3])
def test_an_own_account_has_each_crawl_in_whatever_order_they_came(
    tmp_path: Path, order: tuple[int, ...], added_after: int
) -> None:
    crawls = [(CRAWLED + days * DAY, 10 * days, 500 + days) for days in (0, 10, 20)]
    files = [
        crawl(tmp_path / f"{at}.json", at, plays=plays, followers=followers)
        for at, plays, followers in crawls
    ]
    world = LocalWorld(LocalConfig(tmp_path / "data", "own", clock=lambda: CRAWLED + 30 * DAY))
    try:
        for place, i in enumerate(order, start=1):
            import_files(world, [files[i]])
            if place == added_after:
                add_account(world, "invented.baker")
        taken = world.state().execute(
            "SELECT scraped_at, total_views, followers FROM account_snapshots ORDER BY scraped_at"
        )
        assert [tuple(row) for row in taken] == crawls
    finally:
        world.close()


def test_an_own_account_gets_a_snapshot_of_each_later_crawl(tmp_path: Path) -> None:
    world = LocalWorld(LocalConfig(tmp_path / "data", "own", clock=lambda: LATER + 3 * DAY))
    try:
        import_files(world, [crawl(tmp_path / "1.json", CRAWLED, plays=1_000, followers=500)])
        add_account(world, "invented.baker")
        import_files(world, [crawl(tmp_path / "2.json", LATER, plays=20_200, followers=740)])
        import_files(world, [crawl(tmp_path / "3.json", LATER + DAY, plays=30_000, followers=741)])
        taken = world.state().execute(
            "SELECT scraped_at, followers, total_views FROM account_snapshots ORDER BY scraped_at"
        )
        assert [tuple(row) for row in taken] == [
            (CRAWLED, 500, 1_000),
            (LATER, 740, 20_200),
            (LATER + DAY, 741, 30_000),
        ]
    finally:
        world.close()
