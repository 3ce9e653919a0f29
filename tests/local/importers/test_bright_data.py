"""Bright Data's profiles; every one of them is invented."""

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.bright_data import BrightData
from mcp_server.local.importers.items import JsonValue, Rejected, Row
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.importers.reading import CRAWLED, POSTED, made_id, one, profile, read, write

Json = dict[str, JsonValue]


def with_videos(videos: JsonValue) -> Row:
    return Row(1, {**ROW, "top_videos": videos}, 0)


URL = f"https://www.tiktok.com/@invented.baker/video/{made_id()}"
TOP: Json = {
    "video_id": made_id(),
    "create_date": "2024-03-01T12:00:00.000Z",
    "playcount": 41_200,
    "diggcount": 3_100,
    "commentcount": 44,
    "share_count": 12,
    "favorites_count": 305,
    "video_url": URL,
    "cover_image": "https://sample.invalid/c.jpg",
}
ROW: Json = {
    "timestamp": "2024-03-04T12:00:00.000Z",
    "account_id": "i***r",
    "nickname": "Invented Baker",
    "biography": "bread, mostly",
    "awg_engagement_rate": 0.99,
    "comment_engagement_rate": 0.5,
    "like_engagement_rate": 0.49,
    "bio_link": "https://sample.invalid",
    "is_verified": False,
    "followers": 120_000,
    "following": 10,
    "likes": 900_000,
    "videos_count": 80,
    "create_time": "2019-01-01T00:00:00.000Z",
    "id": "6833317021370891588",
    "url": "https://www.tiktok.com/@invented.baker?lang=en",
    "profile_pic_url": "https://sample.invalid/a.jpg",
    "region": "FR",
    "top_videos": [TOP],
}
PROFILE = CreatorRecord(
    username="invented.baker",
    user_id="6833317021370891588",
    display_name="Invented Baker",
    bio="bread, mostly",
    region="FR",
    avatar_url="https://sample.invalid/a.jpg",
    verified=False,
    followers=120_000,
    following=10,
    total_likes=900_000,
    video_count=80,
    scraped_at=CRAWLED,
)
VIDEO = VideoRecord(
    video_id=made_id(),
    creator=PROFILE,
    plays=41_200,
    likes=3_100,
    comments=44,
    shares=12,
    saves=305,
    posted_at=POSTED,
    scraped_at=CRAWLED,
    thumbnail_url="https://sample.invalid/c.jpg",
    url=URL,
)


def table(row: Json) -> str:
    """Return a row as Bright Data writes it into CSV: lists as JSON text."""
    out = io.StringIO()
    writer = csv.DictWriter(out, row)
    writer.writeheader()
    writer.writerow({k: json.dumps(v) if isinstance(v, list) else v for k, v in row.items()})
    return out.getvalue()


def test_a_profile_comes_with_its_best_videos(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.json", [ROW])) == ("bright-data", [PROFILE, VIDEO])


def test_a_table_says_the_same(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.csv", table(ROW))) == ("bright-data", [PROFILE, VIDEO])


def test_the_handle_is_the_one_of_the_address_and_never_the_masked_one() -> None:
    bare: Json = {k: v for k, v in ROW.items() if k != "top_videos"}
    assert profile(BrightData(), bare | {"account_id": "looks.fine"}) == PROFILE
    with pytest.raises(Rejected, match="no profile address in the column url"):
        one(BrightData(), bare | {"url": None, "account_id": "looks.fine"})


def test_a_damaged_user_id_is_none() -> None:
    bare: Json = {k: v for k, v in ROW.items() if k != "top_videos"}
    assert profile(BrightData(), bare | {"id": "6,83332E+18"}) == replace(PROFILE, user_id=None)


def test_their_engagement_rate_is_not_ours(world: LocalWorld, tmp_path: Path) -> None:
    import_files(world, [write(tmp_path / "x.json", [ROW])])
    rate = world.data().execute("SELECT er FROM creators").fetchone()[0]
    assert rate == 8.40  # 100 * (3,100 + 44 + 12 + 305) / 41,200


def test_a_video_whose_id_is_lost_is_left_out_and_noted() -> None:
    notes = Notes()
    masked: Json = {"video_id": "73***62", "playcount": 5}
    found = list(BrightData().records(with_videos([masked, TOP]), notes))
    assert found == [PROFILE, VIDEO]
    assert notes.unread == {"top_videos.video_id": 1}


def test_an_id_is_recovered_from_the_address_of_the_video() -> None:
    rounded = TOP | {"video_id": "7.34136E+18"}
    found = list(BrightData().records(with_videos([rounded]), Notes()))
    assert found == [PROFILE, VIDEO]


@pytest.mark.parametrize("cell", ["[{", "not a list", {"video_id": "1"}, ["x"], None, ""])
def test_videos_that_cannot_be_read_leave_the_profile(cell: JsonValue) -> None:
    assert list(BrightData().records(with_videos(cell), Notes())) == [PROFILE]


def test_a_cell_that_is_no_list_is_noted() -> None:
    notes = Notes()
    list(BrightData().records(with_videos("[{"), notes))
    assert notes.unread == {"top_videos": 1}


def test_a_slideshow_is_known_by_its_address() -> None:
    photo = TOP | {"video_url": URL.replace("/video/", "/photo/")}
    found = list(BrightData().records(with_videos([photo]), Notes()))
    assert isinstance(found[1], VideoRecord)
    assert found[1].content_type == "slideshow"


def test_a_profile_without_rates_is_recognized_and_other_tables_are_not() -> None:
    assert BrightData().recognizes({"account_id": "x", "videos_count": 1, "biography": ""})
    assert not BrightData().recognizes({"account_id": "x", "video_id": "1", "plays": 1})
