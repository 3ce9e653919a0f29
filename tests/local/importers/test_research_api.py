"""Answers of TikTok's Research API; every one of them is invented."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.items import JsonValue, Rejected
from mcp_server.local.importers.research_api import ResearchApi
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from tests.local.importers.reading import POSTED, made_id, one, read, text_of, video, write

Json = dict[str, JsonValue]

ID = made_id()
ROW: Json = {
    "id": int(ID),
    "create_time": POSTED,
    "username": "invented.baker",
    "region_code": "FR",
    "video_description": "rye at home #bread",
    "music_id": 7318912894244012766,
    "view_count": 41_200,
    "like_count": 3_100,
    "comment_count": 44,
    "share_count": 12,
    "favorites_count": 305,
    "video_duration": 21,
    "effect_ids": ["0"],
    "hashtag_names": ["Bread", "rye"],
    "voice_to_text": "invented words",
    "is_stem_verified": False,
}
VIDEO = VideoRecord(
    video_id=ID,
    creator=CreatorRecord("invented.baker"),
    description="rye at home #bread",
    plays=41_200,
    likes=3_100,
    comments=44,
    shares=12,
    saves=305,
    duration=21,
    sound=SoundRecord("7318912894244012766"),
    posted_at=POSTED,
    hashtags=("bread", "rye"),
)
USER: Json = {
    "display_name": "Invented Baker",
    "bio_description": "bread, mostly",
    "avatar_url": "https://sample.invalid/a.jpg",
    "is_verified": True,
    "follower_count": 90_071_992,
    "following_count": 12,
    "likes_count": 1_234_567,
    "video_count": 80,
}
PROFILE = CreatorRecord(
    username="invented.baker",
    display_name="Invented Baker",
    bio="bread, mostly",
    avatar_url="https://sample.invalid/a.jpg",
    verified=True,
    followers=90_071_992,
    following=12,
    total_likes=1_234_567,
    video_count=80,
)
OK: Json = {"code": "ok", "message": "", "log_id": "2024SYNTHETIC"}


def answer(*rows: JsonValue) -> Json:
    data: Json = {"videos": list(rows), "cursor": 100, "has_more": True, "search_id": "71SYNTH"}
    return {"data": data, "error": OK}


def test_an_answer_gives_its_videos(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x", answer(ROW))) == ("research-api", [VIDEO])


def test_answers_one_after_the_other_are_all_read(tmp_path: Path) -> None:
    other = ROW | {"id": int(made_id(60)), "create_time": POSTED + 60}
    for text in (
        json.dumps(answer(ROW)) + "\n" + json.dumps(answer(other)),
        text_of([answer(ROW), answer(other)]),
        text_of([ROW, other]),
        json.dumps([ROW, other]),
    ):
        name, found = read(write(tmp_path / "x", text))
        assert name == "research-api"
        assert found == [VIDEO, replace(VIDEO, video_id=made_id(60), posted_at=POSTED + 60)]


@pytest.mark.parametrize("whole", [True, False])
def test_answers_collected_in_a_list_are_all_read(tmp_path: Path, whole: object) -> None:
    pages = [answer(ROW), answer(), answer({**ROW, "id": made_id(5)}, {**ROW, "username": ""}, 7)]
    listed: list[JsonValue] = [page if whole else page["data"] for page in pages]
    assert read(write(tmp_path / "x.json", listed)) == (
        "research-api",
        [
            VIDEO,
            replace(VIDEO, video_id=made_id(5)),
            'no username: ask the API for the field "username" as well',
            "not an object",
        ],
    )


def test_profiles_collected_in_a_list_keep_their_handles(tmp_path: Path) -> None:
    listed: list[JsonValue] = [
        {"username": name, "data": USER, "error": OK} for name in ("invented.baker", "other")
    ]
    found = read(write(tmp_path / "x.json", listed))[1]
    assert found == [PROFILE, replace(PROFILE, username="other")]


def test_of_answers_in_a_list_the_errors_are_reported(world: LocalWorld, tmp_path: Path) -> None:
    failed: Json = {"data": {}, "error": {"code": "rate_limit_exceeded", "log_id": "x"}}
    path = write(tmp_path / "x.json", [failed, answer(ROW, ROW), failed])
    rejects = tmp_path / "rejects.jsonl"
    (found,) = import_files(world, [path], rejects=rejects).files
    assert found.reasons == {"the API answered with an error instead of data": 2}
    assert [json.loads(line)["item"] for line in rejects.read_text("utf-8").splitlines()] == [1, 4]


def test_an_id_beyond_what_a_float_can_hold_stays_exact(tmp_path: Path) -> None:
    number = 7341363547541362297
    assert number > 2**53
    assert int(float(number)) != number
    _, (found,) = read(write(tmp_path / "x", answer(ROW | {"id": number})))
    assert isinstance(found, VideoRecord)
    assert found.video_id == "7341363547541362297"


def test_an_id_that_went_through_a_float_is_refused() -> None:
    with pytest.raises(Rejected, match="lost its last digits"):
        one(ResearchApi(), ROW | {"id": "7.341363547541362e+18"})


@pytest.mark.parametrize("spelled", ["favorites_count", "favourites_count"])
def test_saves_have_two_spellings(spelled: str) -> None:
    item: Json = {k: v for k, v in ROW.items() if k != "favorites_count"} | {spelled: 305}
    assert video(ResearchApi(), item) == VIDEO


def test_the_region_of_a_video_is_not_its_creators() -> None:
    assert video(ResearchApi(), ROW).creator.region is None


def test_hashtags_come_from_either_list_and_else_from_the_caption() -> None:
    infos: list[JsonValue] = [{"hashtag_id": 1, "hashtag_name": "Crust"}, "odd", {"hashtag_id": 2}]
    bare: Json = {k: v for k, v in ROW.items() if k != "hashtag_names"}
    assert video(ResearchApi(), bare | {"hashtag_info_list": infos}).hashtags == ("crust",)
    assert video(ResearchApi(), bare).hashtags == ("bread",)


def test_an_absent_count_is_unknown() -> None:
    item: Json = {k: v for k, v in ROW.items() if k not in {"view_count", "music_id"}}
    assert video(ResearchApi(), item) == replace(VIDEO, plays=None, sound=None)


def test_a_table_made_of_an_answer_is_read_too(tmp_path: Path) -> None:
    text = (
        "id,create_time,username,region_code,video_description,hashtag_names,view_count\n"
        f"{ID},{POSTED},invented.baker,FR,rye,\"['Bread', 'rye']\",41200\n"
    )
    name, (found,) = read(write(tmp_path / "x.csv", text))
    assert name == "research-api"
    assert found == VideoRecord(
        ID,
        CreatorRecord("invented.baker"),
        "rye",
        41_200,
        posted_at=POSTED,
        hashtags=("bread", "rye"),
    )


def test_a_video_without_a_username_says_what_to_ask_for() -> None:
    item: Json = {k: v for k, v in ROW.items() if k != "username"}
    with pytest.raises(Rejected, match='ask the API for the field "username"'):
        one(ResearchApi(), item)


@pytest.mark.parametrize(
    "document",
    [
        {"username": "invented.baker", "data": USER, "error": OK},
        {"data": USER, "error": OK, "username": "@invented.baker"},
        {"data": USER | {"username": "invented.baker"}, "error": OK},
    ],
)
def test_a_profile_is_named_within_its_answer_or_beside_it(tmp_path: Path, document: Json) -> None:
    assert read(write(tmp_path / "x", document)) == ("research-api", [PROFILE])


def test_profiles_one_a_line_are_read(tmp_path: Path) -> None:
    text = text_of([USER | {"username": "invented.baker"}, USER | {"username": "made.up"}])
    assert read(write(tmp_path / "x", text)) == (
        "research-api",
        [PROFILE, replace(PROFILE, username="made.up")],
    )


def test_a_profile_that_does_not_say_whose_it_is_says_what_to_write(tmp_path: Path) -> None:
    _, found = read(write(tmp_path / "x", {"data": USER, "error": OK}))
    assert found == [
        'a user/info answer does not say whose it is: write "username": "HANDLE" beside "data"'
    ]


def test_an_error_in_place_of_data_is_reported(world: LocalWorld, tmp_path: Path) -> None:
    refused: Json = {"code": "rate_limit_exceeded", "message": "invented", "log_id": "1"}
    path = write(tmp_path / "x", {"data": {}, "error": refused})
    (file,) = import_files(world, [path]).files
    assert file.reasons == {"the API answered with an error instead of data": 1}


def test_an_answer_without_videos_is_known_and_empty(tmp_path: Path) -> None:
    assert read(write(tmp_path / "x", answer())) == ("research-api", [])


@pytest.mark.parametrize(
    "sample",
    [
        {"id": "1", "text": "x"},
        {"id": "1", "create_time": 1, "username": "x", "video_description": "x"},
        {"username": "x", "followers": 1, "display_name": "x"},
    ],
)
def test_other_rows_are_left_to_other_formats(sample: Json) -> None:
    assert not ResearchApi().recognizes(sample)
