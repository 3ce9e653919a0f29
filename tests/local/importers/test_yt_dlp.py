"""What yt-dlp writes, in each of its shapes."""

import gzip
import json
from pathlib import Path

import pytest

from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.items import JsonValue, Rejected, Row
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.yt_dlp import YtDlp
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.importers.reading import (
    CRAWLED,
    DAY,
    POSTED,
    ids,
    made_id,
    one,
    read,
    text_of,
    video,
    write,
)

ID = made_id()
URL = f"https://www.tiktok.com/@invented.baker/video/{ID}"
BAKER = CreatorRecord(
    username="invented.baker",
    user_id="6833317021370891588",
    sec_uid="MS4wSYNTHETIC-1",
    display_name="Invented Baker",
    scraped_at=CRAWLED,
)
INFO: dict[str, JsonValue] = {
    "id": ID,
    "title": "rye at home #bread",
    "description": "rye at home #bread #Sourdough",
    "timestamp": POSTED,
    "upload_date": "20240301",
    "duration": 21,
    "view_count": 41_200,
    "like_count": 3_100,
    "comment_count": 44,
    "repost_count": 12,
    "save_count": 305,
    "uploader": "invented.baker",
    "uploader_id": "6833317021370891588",
    "uploader_url": "https://www.tiktok.com/@invented.baker",
    "channel": "Invented Baker",
    "channel_id": "MS4wSYNTHETIC-1",
    "track": "a made-up tune",
    "artists": ["Nobody"],
    "thumbnails": [
        {"id": "dynamicCover", "url": "https://sample.invalid/d.jpg"},
        {"id": "cover", "url": "https://sample.invalid/c.jpg"},
    ],
    "formats": [{"format_id": "download", "url": "https://sample.invalid/v.mp4"}],
    "http_headers": {"Referer": URL},
    "webpage_url": URL,
    "extractor": "TikTok",
    "extractor_key": "TikTok",
    "epoch": CRAWLED,
    "_type": "video",
}
EXPECTED = VideoRecord(
    video_id=ID,
    creator=BAKER,
    description="rye at home #bread #Sourdough",
    plays=41_200,
    likes=3_100,
    comments=44,
    shares=12,
    saves=305,
    duration=21,
    posted_at=POSTED,
    scraped_at=CRAWLED,
    thumbnail_url="https://sample.invalid/c.jpg",
    url=URL,
    hashtags=("bread", "sourdough"),
)


def flat(number: int, **fields: JsonValue) -> dict[str, JsonValue]:
    """An entry of a user's flat playlist: the id and the counts, but neither author nor crawl."""
    return {
        "_type": "url",
        "ie_key": "TikTok",
        "id": made_id(number),
        "url": f"https://www.tiktok.com/@invented.baker/video/{made_id(number)}",
        "view_count": 10,
        "timestamp": POSTED + number,
        **fields,
    }


def playlist(*entries: JsonValue, **fields: JsonValue) -> dict[str, JsonValue]:
    """A user's page: what yt-dlp knows of the crawl comes after the entries."""
    return {
        "id": "MS4wSYNTHETIC-1",
        "title": "invented.baker",
        "_type": "playlist",
        "entries": list(entries),
        "extractor": "tiktok:user",
        "extractor_key": "TikTokUser",
        "epoch": CRAWLED,
        **fields,
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_the_info_of_one_video_is_read_however_it_is_printed(
    tmp_path: Path, indent: int | None
) -> None:
    path = write(tmp_path / "x.info.json", json.dumps(INFO, indent=indent))
    assert read(path) == ("yt-dlp", [EXPECTED])


def test_a_video_a_line_is_read_as_lines(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", text_of([INFO, {**INFO, "id": made_id(9)}]))
    assert ids(read(path)[1]) == [ID, made_id(9)]


def test_the_entries_of_a_user_know_the_crawl_time_that_comes_after_them(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", playlist(flat(0), flat(60)))
    name, found = read(path)
    assert name == "yt-dlp"
    assert ids(found) == [made_id(0), made_id(60)]
    assert [r.scraped_at for r in found if isinstance(r, VideoRecord)] == [CRAWLED, CRAWLED]
    assert [r.creator.username for r in found if isinstance(r, VideoRecord)] == [
        "invented.baker",
        "invented.baker",
    ]


def test_an_entry_with_its_own_crawl_time_keeps_it(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", playlist(flat(0, epoch=CRAWLED + 5)))
    (found,) = read(path)[1]
    assert isinstance(found, VideoRecord)
    assert found.scraped_at == CRAWLED + 5


def test_the_uploader_of_the_playlist_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    entry = {**flat(0), "url": None}
    owner: dict[str, JsonValue] = {
        "uploader": "invented.baker",
        "uploader_id": "6833317021370891588",
        "channel_id": "MS4wSYNTHETIC-1",
        "channel": "Invented Baker",
    }
    (found,) = read(write(tmp_path / "x.json", playlist(entry, **owner)))[1]
    assert isinstance(found, VideoRecord)
    assert found.creator == BAKER


def test_several_playlists_in_one_file_keep_their_own_crawl_times(tmp_path: Path) -> None:
    first, second = playlist(flat(0)), playlist(flat(60), epoch=CRAWLED + DAY)
    found = read(write(tmp_path / "x.json", text_of([first, second])))[1]
    assert [r.scraped_at for r in found if isinstance(r, VideoRecord)] == [CRAWLED, CRAWLED + DAY]


def test_playlists_within_a_playlist_are_read(tmp_path: Path) -> None:
    outer = playlist(playlist(flat(0), epoch=CRAWLED + 7), playlist(flat(60), None))
    found = read(write(tmp_path / "x.json", outer))[1]
    assert [(r.video_id, r.scraped_at) for r in found if isinstance(r, VideoRecord)] == [
        (made_id(0), CRAWLED + 7),
        (made_id(60), CRAWLED),
    ]


def test_a_playlist_within_another_inherits_what_it_does_not_say(tmp_path: Path) -> None:
    inner: JsonValue = {
        "_type": "playlist",
        "id": "x",
        "extractor_key": "TikTokUser",
        "entries": [flat(0)],
    }
    (found,) = read(write(tmp_path / "x.json", playlist(inner)))[1]
    assert isinstance(found, VideoRecord)
    assert found.scraped_at == CRAWLED


def test_the_info_of_a_playlist_without_its_entries_says_nothing(tmp_path: Path) -> None:
    bare = {key: value for key, value in playlist().items() if key != "entries"}
    assert read(write(tmp_path / "x.info.json", bare)) == ("yt-dlp", [])


def test_a_video_that_could_not_be_fetched_costs_only_itself(tmp_path: Path) -> None:
    found = read(write(tmp_path / "x.json", playlist(flat(0), None, flat(60))))[1]
    assert found[1] == "not an object"
    assert ids(found) == [made_id(0), made_id(60)]


def test_a_packed_playlist_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(gzip.compress(json.dumps(playlist(flat(0))).encode()))
    assert ids(read(path)[1]) == [made_id(0)]


def test_the_playlist_itself_is_no_row() -> None:
    row = Row(1, {"epoch": CRAWLED}, 0, (), {"epoch": CRAWLED}, about=True)
    assert list(YtDlp().records(row, Notes())) == []


def test_a_page_of_another_site_is_rejected() -> None:
    with pytest.raises(Rejected, match="not a page of TikTok"):
        one(YtDlp(), {"id": "x", "extractor_key": "Youtube", "uploader": "x", "view_count": 1})


def test_a_video_without_any_name_is_rejected() -> None:
    with pytest.raises(Rejected, match="no username"):
        one(YtDlp(), {"id": ID, "extractor_key": "TikTok", "view_count": 1})


def test_a_sound_without_an_id_is_counted_and_not_invented() -> None:
    notes = Notes()
    assert video(YtDlp(), INFO, notes).sound is None
    assert notes.sounds_without_id == 1


def test_a_title_made_up_by_the_extractor_is_no_caption() -> None:
    bare = {**INFO, "description": "", "title": f"TikTok video #{ID}"}
    assert video(YtDlp(), bare).description is None
    assert video(YtDlp(), {**bare, "title": "soup #soup"}).hashtags == ("soup",)


def test_a_bare_date_gives_way_to_the_time_inside_the_id() -> None:
    found = video(YtDlp(), {**INFO, "timestamp": None})
    assert found.posted_at == POSTED
    assert found.flags == Flag.POSTED_AT_FROM_ID


def test_a_photo_post_is_a_slideshow() -> None:
    url = f"https://www.tiktok.com/@invented.baker/photo/{ID}"
    assert video(YtDlp(), {**INFO, "webpage_url": url}).content_type == "slideshow"


def test_an_uploader_url_of_a_secret_id_is_no_handle() -> None:
    secret = f"https://www.tiktok.com/@MS4wSYNTHETIC-{'x' * 70}/video/{ID}"
    with pytest.raises(Rejected, match="no username"):
        one(YtDlp(), {**INFO, "uploader": None, "webpage_url": secret})


def test_followers_are_taken_where_yt_dlp_has_them() -> None:
    assert video(YtDlp(), {**INFO, "channel_follower_count": 48_200}).creator.followers == 48_200


def test_a_video_without_pictures_has_no_thumbnail() -> None:
    assert video(YtDlp(), {**INFO, "thumbnails": []}).thumbnail_url is None


@pytest.mark.parametrize("said", [{"is_live": True}, {"live_status": "is_upcoming"}])
def test_a_live_stream_is_no_video(said: dict[str, JsonValue]) -> None:
    with pytest.raises(Rejected, match="a live stream"):
        one(YtDlp(), {**INFO, "extractor_key": "TikTokLive", **said})


def test_a_video_that_was_live_once_is_one() -> None:
    row: dict[str, JsonValue] = {**INFO, "extractor_key": "TikTok", "is_live": False}
    assert video(YtDlp(), {**row, "live_status": "was_live"}).video_id == ID


def test_of_playlists_in_a_list_one_bad_entry_costs_only_itself(tmp_path: Path) -> None:
    entries: list[JsonValue] = [
        {"ie_key": "TikTok", "id": "x", "uploader": "invented.baker"},
        {**INFO, "ie_key": "TikTok"},
    ]
    playlist: JsonValue = {
        "_type": "playlist",
        "id": "MS4wSYNTHETIC-1",
        "extractor_key": "TikTokUser",
        "epoch": CRAWLED,
        "entries": entries,
    }
    name, found = read(write(tmp_path / "x.json", [playlist]))
    assert (name, ids(found)) == ("yt-dlp", [ID])
    assert found[-1] == "the id is not a TikTok video id"
