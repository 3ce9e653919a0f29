"""Flat tables of profiles, among them trackers' files with one row a day."""

from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.flat_table import FlatTable
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.importers.reading import made_id, one, profile, read, write

JANUARY_1 = 1_704_067_200
"""2024-01-01T00:00:00Z."""
WEEK = 604_800
USER_ID = "6833317021370891588"
FIGURES: dict[str, JsonValue] = {
    "username": "invented.baker",
    "followers": "1000",
    "following": "10",
    "likes": "5000",
    "videos": "30",
}


@pytest.mark.parametrize(
    "table",
    [
        (
            "date,username,followers,following,likes,videos\n"
            "2024-01-01,invented.baker,1000,10,5000,30\n"
            "2024-01-08,invented.baker,1100,10,5200,31\n"
        ),
        (
            "id,username,followers,following,likes,videos,timestamp\n"
            f"{USER_ID},invented.baker,1000,10,5000,30,2024-01-01T00:00:00Z\n"
            f"{USER_ID},invented.baker,1100,10,5200,31,1704672000\n"
        ),
    ],
    ids=["date", "timestamp"],
)
def test_a_row_for_each_day_becomes_the_growth_of_a_profile(
    world: LocalWorld, tmp_path: Path, table: str
) -> None:
    (found,) = import_files(world, [write(tmp_path / "x.csv", table)]).files
    assert (found.new, found.updated, found.rejected) == (1, 1, 0)
    now = "SELECT username, followers, total_likes, video_count, n_tracked FROM creators"
    assert [tuple(row) for row in world.data().execute(now)] == [
        ("invented.baker", 1100, 5200, 31, 0)
    ]
    grown = "SELECT scraped_at, followers, total_likes FROM creator_snapshots ORDER BY 1"
    assert [tuple(row) for row in world.state().execute(grown)] == [
        (JANUARY_1, 1000, 5000),
        (JANUARY_1 + WEEK, 1100, 5200),
    ]


@pytest.mark.parametrize("column", ["create_time", "created_at"])
def test_when_a_person_joined_is_no_crawl_time(column: str) -> None:
    row = {"id": USER_ID, **FIGURES, column: "1590000000"}
    assert profile(FlatTable(), row) == CreatorRecord(
        username="invented.baker",
        user_id=USER_ID,
        followers=1000,
        following=10,
        total_likes=5000,
        video_count=30,
    )


def test_a_crawl_time_of_its_own_counts_before_a_date() -> None:
    row = {**FIGURES, "date": "2024-01-01", "scraped_at": JANUARY_1 + WEEK}
    assert profile(FlatTable(), row).scraped_at == JANUARY_1 + WEEK


@pytest.mark.parametrize(
    "more",
    [
        {"plays": "7"},
        {"comments": "7"},
        {"shares": "7"},
        {"saves": "7"},
        {"description": "a loaf"},
        {"url": f"https://www.tiktok.com/@invented.baker/video/{made_id()}"},
    ],
)
def test_what_only_a_post_has_makes_a_row_with_an_id_a_video(more: dict[str, JsonValue]) -> None:
    found = one(FlatTable(), {"id": made_id(), **FIGURES, "date": "2024-03-01", **more})
    assert isinstance(found, VideoRecord)
    assert (found.video_id, found.creator.followers) == (made_id(), 1000)


def test_a_column_that_is_named_for_videos_holds_their_ids() -> None:
    found = one(FlatTable(), {"video_id": made_id(), **FIGURES})
    assert isinstance(found, VideoRecord)
    assert (found.video_id, found.likes) == (made_id(), 5000)


def test_videos_and_profiles_may_share_a_table(tmp_path: Path) -> None:
    table = (
        "video_id,username,plays,likes,followers,date\n"
        f"{made_id()},invented.baker,10,1,,2024-03-01\n"
        ",invented.baker,,5000,1000,2024-03-04\n"
    )
    found = read(write(tmp_path / "x.csv", table))[1]
    assert [type(record) for record in found] == [VideoRecord, CreatorRecord]
