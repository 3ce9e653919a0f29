"""Items of Apify's apidojo actors."""

import json
from pathlib import Path

import pytest

from mcp_server.local.importers.apidojo import Apidojo
from mcp_server.local.importers.items import JsonValue, Rejected
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.importers.reading import POSTED, made_id, one, read, video, write

ID = made_id()
URL = f"https://www.tiktok.com/@invented.baker/video/{ID}"
ITEM: dict[str, JsonValue] = {
    "id": ID,
    "title": "rye at home #bread",
    "views": 41_200,
    "likes": 3_100,
    "comments": 44,
    "shares": 12,
    "bookmarks": 305,
    "hashtags": ["bread", "Sourdough"],
    "channel": {
        "id": "6833317021370891588",
        "name": "Invented Baker",
        "username": "invented.baker",
        "url": "https://www.tiktok.com/@invented.baker",
        "avatar": "https://sample.invalid/a.jpg",
        "followers": 48_200,
        "following": 12,
        "videos": 85,
        "verified": False,
    },
    "uploadedAt": POSTED,
    "uploadedAtFormatted": "2024-03-01T12:00:00.000Z",
    "video": {"duration": 21.4, "cover": "https://sample.invalid/c.jpg"},
    "song": {"id": 7012345678901234567, "title": "a made-up tune", "artist": "Nobody"},
    "postPage": URL,
}
EXPECTED = VideoRecord(
    video_id=ID,
    creator=CreatorRecord(
        username="invented.baker",
        user_id="6833317021370891588",
        display_name="Invented Baker",
        avatar_url="https://sample.invalid/a.jpg",
        verified=False,
        followers=48_200,
        following=12,
        video_count=85,
    ),
    description="rye at home #bread",
    plays=41_200,
    likes=3_100,
    comments=44,
    shares=12,
    saves=305,
    duration=21,
    sound=SoundRecord("7012345678901234567", "a made-up tune", "Nobody"),
    posted_at=POSTED,
    thumbnail_url="https://sample.invalid/c.jpg",
    url=URL,
    hashtags=("bread", "sourdough"),
)


def test_an_item_becomes_a_video_with_its_channel_and_song(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x.json", [ITEM])) == ("apidojo", [EXPECTED])


def test_a_table_with_paths_as_columns_says_the_same(tmp_path: Path) -> None:
    table = (
        "id,title,views,channel.username,channel.followers,uploadedAtFormatted,hashtags/0,postPage\n"
        f'"7,34E+18",rye,41200,invented.baker,48200,2024-03-01T12:00:00.000Z,bread,{URL}\n'
    )
    name, (found,) = read(write(tmp_path / "x.csv", table))
    assert name == "apidojo"
    assert isinstance(found, VideoRecord)
    assert (found.video_id, found.plays, found.hashtags) == (ID, 41_200, ("bread",))
    assert (found.creator.followers, found.posted_at) == (48_200, POSTED)


def test_the_formatted_time_stands_in_for_a_missing_one() -> None:
    assert video(Apidojo(), {**ITEM, "uploadedAt": None}).posted_at == POSTED


def test_a_song_without_an_id_is_counted_and_not_invented() -> None:
    notes = Notes()
    assert video(Apidojo(), {**ITEM, "song": {"title": "a made-up tune"}}, notes).sound is None
    assert video(Apidojo(), {**ITEM, "song": {}}, notes).sound is None
    assert notes.sounds_without_id == 1


def test_a_photo_post_is_a_slideshow() -> None:
    url = URL.replace("/video/", "/photo/")
    assert video(Apidojo(), {**ITEM, "postPage": url}).content_type == "slideshow"


def test_a_channel_is_known_by_its_address_where_its_handle_is_missing() -> None:
    channel: JsonValue = {"name": "Invented Baker", "url": "https://www.tiktok.com/@invented.baker"}
    found = video(Apidojo(), {**ITEM, "postPage": None, "channel": channel})
    assert found.creator.username == "invented.baker"


def test_a_post_without_any_name_is_rejected() -> None:
    with pytest.raises(Rejected, match="no username"):
        one(Apidojo(), {**ITEM, "postPage": None, "channel": {}})


def test_an_empty_answer_is_named_as_such() -> None:
    with pytest.raises(Rejected, match="the scraper found nothing"):
        one(Apidojo(), {"noResults": True})


def test_a_mixed_file_of_both_actors_is_read_row_by_row(tmp_path: Path) -> None:
    other = {"id": made_id(60), "authorMeta": {"name": "invented.baker"}, "playCount": 5}
    path = write(tmp_path / "x.jsonl", json.dumps(ITEM) + "\n" + json.dumps(other) + "\n")
    found = read(path)[1]
    assert [r.plays for r in found if isinstance(r, VideoRecord)] == [41_200, 5]
