"""Flat tables under the column names that real files use."""

from pathlib import Path

import pytest

from mcp_server.local.importers.columns import known
from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.flat_table import FlatTable
from mcp_server.local.importers.formats import Record
from mcp_server.local.importers.items import Item, JsonValue, Malformed, Rejected, Row
from mcp_server.local.importers.notes import Notes
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord

ID = "7341363547541362296"
URL = f"https://www.tiktok.com/@invented.baker/video/{ID}"


def rows(path: Path) -> list[Record | str]:
    file = detect(path)
    found: list[Record | str] = []
    for row in file.rows():
        assert not isinstance(row, Malformed)
        try:
            found.extend(file.format.records(row, Notes()))
        except Rejected as reason:
            found.append(str(reason))
    return found


def read(item: Item) -> Record:
    (found,) = FlatTable().records(Row(1, item, 0), Notes())
    return found


def video(**columns: JsonValue) -> VideoRecord:
    found = read({"video_id": ID, "username": "invented.baker", "plays": 1, **columns})
    assert isinstance(found, VideoRecord)
    return found


def test_a_row_becomes_a_video_with_the_profile_beside_it(fixtures: Path) -> None:
    assert rows(fixtures / "flat.csv")[0] == VideoRecord(
        video_id=ID,
        creator=CreatorRecord(
            username="invented.baker",
            display_name="Invented Baker",
            followers=48_200,
            following=10,
            total_likes=99_000,
            video_count=3,
        ),
        description="Loaf, again #bread",
        plays=541_200,
        likes=1_400,
        comments=1_234,
        shares=50,
        saves=None,
        duration=15,
        posted_at=1_709_294_400,
        url=URL,
        hashtags=("bread", "sourdough"),
    )


def test_absent_views_are_unknown_and_a_photo_url_is_a_slideshow(fixtures: Path) -> None:
    last = rows(fixtures / "flat.csv")[2]
    assert isinstance(last, VideoRecord)
    assert last.plays is None
    assert last.saves == 0
    assert last.content_type == "slideshow"


def test_a_spreadsheets_damage_is_repaired_from_the_url_or_rejected(fixtures: Path) -> None:
    *good, bad = rows(fixtures / "spreadsheet.csv")
    assert [
        (record.video_id, record.creator.username, record.plays)
        for record in good
        if isinstance(record, VideoRecord)
    ] == [
        (ID, "invented.sailor", 44_800),
        ("7341757827829784304", "made_up.walker", 5_267),
        ("7343203533934953171", "made_up.walker", 572_300),
    ]
    assert bad == "the id lost its last digits in a spreadsheet and no URL holds it"


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("vid_id", "video_id"),
        ("videoId", "video_id"),
        ("post_id", "video_id"),
        ("ID", "id"),
        ("user_name", "username"),
        ("uploader", "author"),
        ("author_name", "author"),
        ("account_id", "user_id"),
        ("vid_caption", "description"),
        ("vid_postTime", "posted_at"),
        ("createTimeISO", "posted_at"),
        ("n_plays", "plays"),
        ("video_playcount", "plays"),
        ("video_views", "plays"),
        ("viewsCount", "plays"),
        ("video_diggcount", "likes"),
        ("likesCount", "likes"),
        ("video_commentcount", "comments"),
        ("comments_count", "comments"),
        ("video_sharecount", "shares"),
        ("sharesCount", "shares"),
        ("author_followercount", "followers"),
        ("author_heartcount", "total_likes"),
        ("author_videocount", "video_count"),
        ("vid_nview", "plays"),
        ("Views", "plays"),
        ("digg_count", "likes"),
        ("n_comments", "comments"),
        ("n_shares", "shares"),
        ("vid_nsave", "saves"),
        ("collects", "saves"),
        ("bookmarks", "saves"),
        ("video_length", "duration"),
        ("music_id", "music_id"),
        ("song", "music_title"),
        ("user_nfollower", "followers"),
        ("n_followers", "followers"),
        ("country", "region"),
    ],
)
def test_a_column_is_known_by_each_of_its_names(column: str, field: str) -> None:
    assert known([column]) == {field}


def test_the_first_synonym_that_says_something_wins() -> None:
    assert video(plays="", views="n/a", view_count="12").plays == 12


def test_of_two_id_columns_the_sound_one_counts() -> None:
    assert video(video_id="7,34E+18", id=ID).video_id == ID


def test_a_sound_with_a_damaged_id_is_left_out() -> None:
    assert video(music_id="7.3E+18", song="Warm Oven").sound is None


def test_a_sound_with_an_id_is_kept() -> None:
    assert video(music_id="73", song="Warm Oven", song_author="Nobody").sound == SoundRecord(
        "73", "Warm Oven", "Nobody"
    )


@pytest.mark.parametrize("said", [{"content_type": "Carousel"}, {"is_slideshow": "true"}])
def test_a_slideshow_may_be_said_in_a_column(said: dict[str, JsonValue]) -> None:
    assert video(**said).content_type == "slideshow"


def test_a_crawl_time_is_taken_where_the_row_has_one() -> None:
    found = video(scraped_at="2024-03-08T06:00:00Z")
    assert found.scraped_at == found.creator.scraped_at == 1_709_877_600


def test_a_post_time_that_cannot_be_read_gives_way_to_one_that_can() -> None:
    found = video(create_time="1,7E+09", date="2024-03-01 12:00:07")
    assert (found.posted_at, found.flags) == (1_709_294_407, 0)


def test_a_local_post_time_is_corrected_and_flagged() -> None:
    found = video(create_time="2024-03-01 07:00:00")
    assert (found.posted_at, found.flags) == (1_709_294_400, Flag.POSTED_AT_SHIFTED)


@pytest.mark.parametrize("column", ["author", "author_name", "uploader", "handle"])
def test_the_handle_in_a_posts_url_counts_before_a_name_that_may_be_shared(column: str) -> None:
    found = read({"id": ID, column: "Invented", "url": URL, "plays": 1})
    assert isinstance(found, VideoRecord)
    assert (found.creator.username, found.creator.display_name) == ("invented.baker", "Invented")


def test_two_people_of_one_display_name_stay_two(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    other = URL.replace("invented.baker", "invented_sailor").replace(ID, "7341363547541362297")
    path.write_text(f"author,url,plays,id\nJane,{URL},1,\nJane,{other},2,\n", "utf-8")
    assert [r.creator.username for r in rows(path) if isinstance(r, VideoRecord)] == [
        "invented.baker",
        "invented_sailor",
    ]


def test_a_column_of_handles_counts_before_the_url() -> None:
    found = video(username="baker.invented", url=URL)
    assert found.creator.username == "baker.invented"


def test_without_a_url_the_author_is_the_handle_and_has_no_other_name() -> None:
    found = read({"id": ID, "author": "@invented.baker", "plays": 1})
    assert isinstance(found, VideoRecord)
    assert found.creator == CreatorRecord("invented.baker")


def test_a_row_of_a_profile_is_a_creator() -> None:
    row: dict[str, JsonValue] = {
        "id": "6833317021370891588",
        "account_id": "invented***",
        "nickname": "Invented Baker",
        "biography": "bread",
        "followers": "1.2M",
        "likes": 5_000,
        "videos_count": 12,
        "is_verified": "true",
        "region": "NZ",
        "url": "https://www.tiktok.com/@invented.baker",
    }
    assert read(row) == CreatorRecord(
        username="invented.baker",
        user_id="6833317021370891588",
        display_name="Invented Baker",
        bio="bread",
        region="NZ",
        verified=True,
        followers=1_200_000,
        total_likes=5_000,
        video_count=12,
    )


def test_a_profile_keeps_its_own_total_of_likes() -> None:
    found = read({"username": "x", "followers": 1, "heart": 0, "likes": 9})
    assert isinstance(found, CreatorRecord)
    assert found.total_likes == 0


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"username": "invented.baker", "plays": 3}, "no video id"),
        ({"username": "invented.baker", "followers": 3, "id": "x", "text": "y"}, "not a TikTok"),
        ({"username": "invented.baker"}, "no video id"),
        ({"video_id": ID, "plays": 3}, "no username"),
        ({"followers": 3, "url": "https://example.com"}, "no username"),
    ],
)
def test_a_row_that_names_no_video_and_no_profile_is_rejected(
    row: dict[str, JsonValue], reason: str
) -> None:
    with pytest.raises(Rejected, match=reason):
        read(row)


def test_a_profile_whose_url_is_a_post_is_that_post() -> None:
    found = read({"username": "invented.baker", "followers": 3, "url": URL})
    assert isinstance(found, VideoRecord)
    assert found.video_id == ID
