"""Items of tiktok-scraper and of Apify, nested and flattened."""

from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import Item, JsonValue, Rejected, Row
from mcp_server.local.importers.nesting import nested
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.tiktok_scraper import TikTokScraper
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

BAKER = CreatorRecord(
    username="invented.baker",
    user_id="6833317021370891588",
    sec_uid="MS4wSYNTHETIC-1",
    display_name="Invented Baker",
    bio="bread, mostly",
    avatar_url="https://sample.invalid/a.jpg",
    verified=False,
)
MINIMAL: dict[str, JsonValue] = {
    "id": "7341363547541362296",
    "authorMeta": {"name": "invented.baker"},
}


def records(path: Path) -> list[VideoRecord]:
    file = detect(path)
    found = [
        record
        for row in file.rows()
        if isinstance(row, Row)
        for record in file.format.records(row, Notes())
    ]
    return [record for record in found if isinstance(record, VideoRecord)]


def read(item: Item) -> Record:
    (found,) = TikTokScraper().records(Row(1, item, 0), Notes())
    return found


def record(**fields: JsonValue) -> VideoRecord:
    found = read({**MINIMAL, **fields})
    assert isinstance(found, VideoRecord)
    return found


def test_a_nested_item_becomes_a_video_with_its_creator_and_sound(fixtures: Path) -> None:
    assert records(fixtures / "scraper.json")[0] == VideoRecord(
        video_id="7341363547541362296",
        creator=BAKER,
        description="First loaf 🍞 #Bread #Sourdough",
        plays=44_800,
        likes=3_710,
        comments=68,
        shares=50,
        saves=None,
        duration=15,
        sound=SoundRecord("7318912894244012766", "Warm Oven", "Nobody", original=True),
        posted_at=1_709_294_400,
        thumbnail_url="https://sample.invalid/c.jpg",
        url="https://www.tiktok.com/@invented.baker/video/7341363547541362296",
        hashtags=("bread", "sourdough"),
    )


def test_zero_plays_are_kept_and_flagged_with_the_likes_above_them(fixtures: Path) -> None:
    video = records(fixtures / "scraper.json")[1]
    assert (video.plays, video.likes) == (0, 12)
    assert video.flags == Flag.ZERO_PLAYS | Flag.LIKES_EXCEED_PLAYS


def test_an_item_without_sound_length_or_caption_leaves_them_unknown(fixtures: Path) -> None:
    _, silent, uncaptioned = records(fixtures / "scraper.json")
    assert (silent.sound, silent.duration) == (None, None)
    assert uncaptioned.description is None


def test_a_flattened_row_says_what_the_nested_item_would(fixtures: Path) -> None:
    first, second = records(fixtures / "flattened.csv")
    creator = CreatorRecord(
        username="invented.baker",
        user_id="6833317021370891588",
        verified=True,
        followers=48_200,
        scraped_at=1_709_877_600,
    )
    assert first == VideoRecord(
        video_id="7341363547541362296",
        creator=creator,
        description="flattened",
        plays=44_800,
        likes=3_710,
        comments=68,
        shares=50,
        saves=120,
        duration=15,
        sound=None,  # its id went through a float
        posted_at=1_709_294_400,
        scraped_at=1_709_877_600,
        url="https://www.tiktok.com/@invented.baker/video/7341363547541362296",
        hashtags=("bread",),
    )
    assert second.content_type == "slideshow"
    assert second.sound == SoundRecord("7318912894244012766", "Warm Oven")


def test_a_list_beside_its_own_columns_is_unfolded() -> None:
    row: dict[str, JsonValue] = {"hashtags": "x", "hashtags/1/name": "b", "hashtags/0/name": "a"}
    assert nested(row) == {"hashtags": [{"name": "a"}, {"name": "b"}]}
    assert nested({"hashtags/0/name": "a", "hashtags": "x"}) == {"hashtags": [{"name": "a"}]}


def test_without_any_post_time_it_is_the_one_in_the_id() -> None:
    found = record()
    assert found.posted_at == 1_709_294_400
    assert found.flags == Flag.POSTED_AT_FROM_ID


def test_a_damaged_post_time_gives_way_to_the_readable_one() -> None:
    assert record(createTime="1,7E+09", createTimeISO="2024-03-01T12:00:09Z") == replace(
        record(), posted_at=1_709_294_409, flags=0
    )


def test_a_local_post_time_is_corrected_and_flagged() -> None:
    found = record(createTimeISO="2024-03-01 21:00:00")
    assert (found.posted_at, found.flags) == (1_709_294_400, Flag.POSTED_AT_SHIFTED)


def test_the_handle_may_stand_in_the_url_only() -> None:
    url = "https://www.tiktok.com/@made_up.walker/photo/7341363547541362296"
    found = read({"webVideoUrl": url, "diggCount": 1, "musicMeta": {}})
    assert isinstance(found, VideoRecord)
    assert (found.video_id, found.creator.username) == ("7341363547541362296", "made_up.walker")
    assert found.content_type == "slideshow"


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"error": "Post not found", "url": "x"}, "the scraper wrote an error"),
        ({"id": "7341363547541362296", "authorMeta": {}}, "no username"),
        ({"authorMeta": {"name": "invented.baker"}}, "no video id"),
        ({"id": "7.34E+18", "authorMeta": {"name": "x"}}, "lost its last digits"),
    ],
)
def test_a_row_that_is_no_video_is_rejected(item: dict[str, JsonValue], reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        read(item)


def test_a_row_about_an_account_without_posts_is_its_profile() -> None:
    author: JsonValue = {"name": "invented.baker", "fans": 48_200, "heart": "1.4M", "video": 0}
    assert read({"authorMeta": author, "note": "no posts"}) == CreatorRecord(
        username="invented.baker", followers=48_200, total_likes=1_400_000, video_count=0
    )


def test_items_from_before_saves_were_counted_have_none() -> None:
    assert record(diggCount=3).saves is None
    assert record(diggCount=3, collectCount="0").saves == 0
