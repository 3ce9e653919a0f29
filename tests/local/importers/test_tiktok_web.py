"""Items of TikTok's own pages."""

from pathlib import Path

import pytest

from mcp_server.local.importers.items import JsonValue, Rejected
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.tiktok_web import TikTokWeb
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.importers.reading import (
    CRAWLED,
    POSTED,
    ids,
    made_id,
    one,
    profile,
    read,
    text_of,
    video,
    write,
)

ID = made_id()
USER: dict[str, JsonValue] = {
    "id": "6833317021370891588",
    "uniqueId": "invented.baker",
    "secUid": "MS4wSYNTHETIC-1",
    "nickname": "Invented Baker",
    "signature": "bread, mostly",
    "avatarLarger": "https://sample.invalid/a.jpg",
    "verified": True,
    "region": "AT",
}
STATS: dict[str, JsonValue] = {
    "followerCount": 48_200,
    "followingCount": 12,
    "heart": -1_294_967_296,
    "heartCount": -1_294_967_296,
    "videoCount": 85,
}
STATS_V2: dict[str, JsonValue] = {"followerCount": "48213", "heartCount": "3000000000"}
ITEM: dict[str, JsonValue] = {
    "id": ID,
    "desc": "rye at home #bread",
    "createTime": str(POSTED),
    "author": USER,
    "authorStats": STATS,
    "authorStatsV2": STATS_V2,
    "stats": {"playCount": 41_200, "diggCount": 3_100, "commentCount": 44, "shareCount": 12},
    "statsV2": {"playCount": "41213", "diggCount": "3100", "collectCount": "305"},
    "music": {
        "id": "7012345678901234567",
        "title": "a made-up tune",
        "authorName": "Nobody",
        "original": False,
        "duration": 60,
    },
    "challenges": [{"id": "1", "title": "Bread"}, {"id": "2", "title": "sourdough"}],
    "textExtra": [{"hashtagName": "bread"}],
    "video": {"duration": 21, "cover": "https://sample.invalid/c.jpg"},
    "locationCreated": "DE",
}
BAKER = CreatorRecord(
    username="invented.baker",
    user_id="6833317021370891588",
    sec_uid="MS4wSYNTHETIC-1",
    display_name="Invented Baker",
    bio="bread, mostly",
    region="AT",
    avatar_url="https://sample.invalid/a.jpg",
    verified=True,
    followers=48_213,
    following=12,
    total_likes=3_000_000_000,
    video_count=85,
)
EXPECTED = VideoRecord(
    video_id=ID,
    creator=BAKER,
    description="rye at home #bread",
    plays=41_213,
    likes=3_100,
    comments=44,
    shares=12,
    saves=305,
    duration=21,
    sound=SoundRecord("7012345678901234567", "a made-up tune", "Nobody", False, 60),
    posted_at=POSTED,
    thumbnail_url="https://sample.invalid/c.jpg",
    url=f"https://www.tiktok.com/@invented.baker/video/{ID}",
    hashtags=("bread", "sourdough"),
)
INFO: dict[str, JsonValue] = {"user": USER, "stats": STATS, "statsV2": STATS_V2}


def test_the_exact_texts_win_over_numbers_that_overflow() -> None:
    assert video(TikTokWeb(), ITEM) == EXPECTED


@pytest.mark.parametrize(
    "wrapped",
    [
        [ITEM],
        {"itemList": [ITEM], "hasMore": True},
        {"itemInfo": {"itemStruct": ITEM}, "statusCode": 0},
        {"data": [{"type": 1, "item": ITEM}]},
        {"__DEFAULT_SCOPE__": {"webapp.video-detail": {"itemInfo": {"itemStruct": ITEM}}}},
    ],
)
def test_a_video_is_found_whatever_is_wrapped_around_it(tmp_path: Path, wrapped: JsonValue) -> None:
    assert read(write(tmp_path / "x.json", wrapped)) == ("tiktok-web", [EXPECTED])


@pytest.mark.parametrize(
    "wrapped",
    [
        {"userInfo": INFO, "statusCode": 0},
        [{"userInfo": INFO}],
        [INFO],
        {
            "__DEFAULT_SCOPE__": {
                "webapp.app-context": {"language": "en"},
                "webapp.user-detail": {"userInfo": INFO, "shareMeta": {"title": "x"}},
                "webapp.biz": "",
            }
        },
        {"userInfo": INFO, "itemList": []},
    ],
)
def test_a_profile_is_found_whatever_is_wrapped_around_it(
    tmp_path: Path, wrapped: JsonValue
) -> None:
    assert read(write(tmp_path / "x.json", wrapped)) == ("tiktok-web", [BAKER])


def test_a_profile_that_comes_after_its_videos_is_read_before_them(tmp_path: Path) -> None:
    found = read(write(tmp_path / "x.json", {"itemList": [ITEM], "userInfo": INFO}))[1]
    assert found == [BAKER, EXPECTED]


def test_a_list_knows_when_it_was_asked_for(tmp_path: Path) -> None:
    page: JsonValue = {"extra": {"now": CRAWLED * 1000, "logid": "x"}, "itemList": [ITEM]}
    (found,) = read(write(tmp_path / "x.json", page))[1]
    assert isinstance(found, VideoRecord)
    assert (found.scraped_at, found.creator.scraped_at) == (CRAWLED, CRAWLED)


@pytest.mark.parametrize("answer", [{"userInfo": INFO}, {"itemInfo": {"itemStruct": ITEM}}])
def test_a_single_answer_knows_when_it_was_asked_for(
    tmp_path: Path, answer: dict[str, JsonValue]
) -> None:
    answer = {**answer, "extra": {"now": CRAWLED * 1000, "logid": "x"}}
    (found,) = read(write(tmp_path / "x.json", answer))[1]
    assert isinstance(found, VideoRecord | CreatorRecord)
    assert found.scraped_at == CRAWLED


def test_videos_and_profiles_may_alternate_by_line(tmp_path: Path) -> None:
    path = write(tmp_path / "x.jsonl", text_of([ITEM, {"userInfo": INFO}]))
    assert read(path) == ("tiktok-web", [EXPECTED, BAKER])


def test_a_page_of_items_on_each_line_is_read(tmp_path: Path) -> None:
    pages: list[JsonValue] = [{"itemList": [ITEM]}, {"itemList": [{**ITEM, "id": made_id(9)}]}]
    assert ids(read(write(tmp_path / "x.jsonl", text_of(pages)))[1]) == [ID, made_id(9)]


def test_a_page_of_items_among_single_items_is_read(tmp_path: Path) -> None:
    lines: list[JsonValue] = [ITEM, {"userInfo": INFO}, {"itemList": [{**ITEM, "id": made_id(9)}]}]
    assert ids(read(write(tmp_path / "x.jsonl", text_of(lines)))[1]) == [ID, made_id(9)]


def test_a_post_of_images_is_a_slideshow() -> None:
    found = video(TikTokWeb(), {**ITEM, "imagePost": {"images": []}, "video": {"duration": 0}})
    assert (found.content_type, found.duration) == ("slideshow", None)
    assert found.url == f"https://www.tiktok.com/@invented.baker/photo/{ID}"


def test_tags_in_the_text_stand_in_for_missing_challenges() -> None:
    assert video(TikTokWeb(), {**ITEM, "challenges": []}).hashtags == ("bread",)


def test_an_older_item_names_its_author_in_a_text() -> None:
    old: dict[str, JsonValue] = {
        **ITEM,
        "author": "invented.baker",
        "nickname": "Invented Baker",
        "authorId": "6833317021370891588",
        "authorSecId": "MS4wSYNTHETIC-1",
    }
    found = video(TikTokWeb(), old).creator
    assert (found.username, found.user_id, found.sec_uid, found.display_name) == (
        "invented.baker",
        "6833317021370891588",
        "MS4wSYNTHETIC-1",
        "Invented Baker",
    )
    assert (found.followers, found.region) == (48_213, "DE")


def test_an_author_without_a_handle_is_rejected() -> None:
    with pytest.raises(Rejected, match="no username"):
        one(TikTokWeb(), {**ITEM, "author": {"id": "6833317021370891588"}})


def test_an_answer_without_a_video_is_rejected() -> None:
    with pytest.raises(Rejected, match="neither a video nor a profile"):
        one(TikTokWeb(), {"itemInfo": {}, "statusCode": 10204})


def test_a_profile_of_numbers_only_keeps_what_is_no_overflow() -> None:
    found = profile(TikTokWeb(), {"user": USER, "stats": STATS})
    assert (found.followers, found.total_likes) == (48_200, None)


def test_a_sound_without_an_id_is_counted_and_not_invented() -> None:
    notes = Notes()
    found = video(TikTokWeb(), {**ITEM, "music": {"title": "a made-up tune"}}, notes)
    assert (found.sound, notes.sounds_without_id) == (None, 1)
    assert video(TikTokWeb(), {**ITEM, "music": {}}, notes).sound is None
    assert notes.sounds_without_id == 1


def test_an_older_page_has_profiles_and_videos_under_its_modules(tmp_path: Path) -> None:
    of_the_page: JsonValue = {**ITEM, "author": "invented.baker", "authorId": "6833317021370891588"}
    state: JsonValue = {
        "AppContext": {"lang": "en"},
        "ItemModule": {ID: of_the_page},
        "UserModule": {
            "users": {"invented.baker": USER},
            "stats": {"invented.baker": STATS},
            "statsV2": {"invented.baker": STATS_V2},
        },
    }
    name, (baker, loaf) = read(write(tmp_path / "x.json", state))
    assert name == "tiktok-web"
    assert isinstance(baker, CreatorRecord)
    assert (baker.username, baker.followers, baker.bio) == (
        "invented.baker",
        48_213,
        "bread, mostly",
    )
    assert isinstance(loaf, VideoRecord)
    assert (loaf.video_id, loaf.plays, loaf.creator.user_id) == (ID, 41_213, baker.user_id)


def test_one_bad_item_of_an_answer_costs_only_itself(tmp_path: Path) -> None:
    items: list[JsonValue] = [{**ITEM, "id": "x"}, ITEM]
    answer: JsonValue = {"userInfo": {"user": USER, "stats": STATS}, "itemList": items}
    found = read(write(tmp_path / "x.json", [answer]))[1]
    assert ids(found) == [ID]
    assert found[-1] == "the id is not a TikTok video id"
