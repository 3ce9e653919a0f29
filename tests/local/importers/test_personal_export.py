"""TikTok's "Download your data": what is read of it, and that nothing else is. All invented."""

import json
import logging
import tracemalloc
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
from click.testing import CliRunner

from mcp_server.cli.local import local
from mcp_server.local import LocalWorld
from mcp_server.local.app import create_app
from mcp_server.local.importers import import_files
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.personal_export import PersonalExport
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import add_account
from tests.local.importers.reading import DAY, POSTED, made_id, read, write

Json = dict[str, JsonValue]

OWNER = "invented.baker"
CANARY = "canary"
"""In every value that nobody may see, and in the keys that hold names."""


def post(number: int = 0, **fields: JsonValue) -> Json:
    return {
        "Date": "2024-03-01 12:00:00",
        "Link": f"https://www.tiktokv.com/share/video/{made_id(number)}/",
        "Likes": "12",
        "WhoCanView": "Public",
        "Location": f"{CANARY}-location",
        "Title": "rye #Bread",
    } | fields


def fans(*dates: str) -> list[JsonValue]:
    return [{"Date": date, "UserName": f"{CANARY}-follower-{date}"} for date in dates]


PROFILE: Json = {
    "userName": OWNER,
    "bioDescription": "bread, mostly",
    "likesReceived": "1234",
    "emailAddress": f"{CANARY}@sample.invalid",
    "birthDate": f"{CANARY}-1990",
    "telephoneNumber": f"{CANARY}-phone",
}
FOLLOWED = ("2024-03-02 08:00:00", "2024-03-01 23:59:59", "2024-03-01 06:00:00")
PRIVATE: Json = {
    "Direct Messages": {
        "Chat History": {
            "ChatHistory": {
                f"Chat History with {CANARY}-friend:": [
                    {"Date": "2024-01-01 00:00:00", "From": f"{CANARY}-x", "Content": f"{CANARY}!"}
                ]
            }
        }
    },
    "Comment": {"Comments": {"CommentsList": [{"Date": "x", "Comment": f"{CANARY}-comment"}]}},
    "App Settings": {"Block": {"BlockList": [{"UserName": f"{CANARY}-blocked"}]}},
    "Ads and data": {"Ad Interests": {"AdInterestCategories": f"{CANARY}-ads"}},
}
PRIVATE_ACTIVITY: Json = {
    "Login History": {"LoginHistoryList": [{"IP": f"{CANARY}-203.0.113.9", "Carrier": CANARY}]},
    "Search History": {"SearchList": [{"SearchTerm": f"{CANARY}-search"}]},
    "Video Browsing History": {
        "VideoList": [{"Link": f"https://sample.invalid/{CANARY}/video/{made_id(9)}", "Date": "x"}]
    },
    "Like List": {"ItemFavoriteList": [{"Link": f"{CANARY}/video/{made_id(8)}"}]},
    "Following List": {"Following": [{"UserName": f"{CANARY}-followed", "Date": "x"}]},
}


def old_export(posts: Iterable[JsonValue] = (), followed: Iterable[str] = FOLLOWED) -> Json:
    """An export as it was until about 2024."""
    return {
        "Activity": {**PRIVATE_ACTIVITY, "Follower List": {"FansList": fans(*followed)}},
        **PRIVATE,
        "Profile": {"Profile Information": {"ProfileMap": PROFILE}},
        "Video": {"Videos": {"VideoList": list(posts)}},
    }


def new_export(posts: Iterable[JsonValue] = (), followed: Iterable[str] = FOLLOWED) -> Json:
    """An export as it is since."""
    return {
        **PRIVATE,
        "Post": {
            "Posts": {"VideoList": list(posts)},
            "Recently Deleted Posts": {"PostList": [post(7, Title=f"{CANARY}-deleted")]},
        },
        "Profile And Settings": {
            "Profile Info": {"ProfileMap": PROFILE},
            "Follower": {"FansList": fans(*followed)},
        },
        "Your Activity": {**PRIVATE_ACTIVITY},
    }


CURVE = [
    CreatorRecord(OWNER, followers=2, scraped_at=POSTED + 43_199),
    CreatorRecord(OWNER, followers=3, scraped_at=POSTED + 72_000),
]
PROFILE_RECORD = CreatorRecord(OWNER, bio="bread, mostly", total_likes=1234, followers=3)
VIDEO = VideoRecord(
    video_id=made_id(),
    creator=CreatorRecord(OWNER),
    description="rye #Bread",
    likes=12,
    posted_at=POSTED,
    hashtags=("bread",),
)


@pytest.mark.parametrize("export", [old_export([post()]), new_export([post()])])
def test_old_and_new_exports_give_the_growth_the_profile_and_the_posts(
    tmp_path: Path, export: Json
) -> None:
    assert read(write(tmp_path / "x", export)) == (
        "personal-export",
        [*CURVE, PROFILE_RECORD, VIDEO],
    )


@pytest.mark.parametrize("activity", ["Your Activity", "Activity"])
@pytest.mark.parametrize("section", ["Follower", "Follower List"])
def test_followers_are_found_under_each_name_of_their_section(
    tmp_path: Path, activity: str, section: str
) -> None:
    export: Json = {
        "Profile": {"Profile Info": {"ProfileMap": {"userName": OWNER}}},
        activity: {section: {"FansList": fans(*FOLLOWED)}},
    }
    _, found = read(write(tmp_path / "x", export))
    assert found == [*CURVE, CreatorRecord(OWNER, followers=3)]


@pytest.mark.parametrize("root", ["Post", "Video"])
@pytest.mark.parametrize("section", ["Posts", "Videos"])
def test_posts_are_found_under_each_name_of_their_section(
    tmp_path: Path, root: str, section: str
) -> None:
    export: Json = {
        root: {section: {"VideoList": [post()]}},
        "Profile": {"Profile Information": {"ProfileMap": {"userName": OWNER}}},
    }
    assert read(write(tmp_path / "x", export))[1] == [CreatorRecord(OWNER), VIDEO]


def test_the_profile_may_come_after_the_posts(tmp_path: Path) -> None:
    export = dict(reversed(list(old_export([post()]).items())))
    assert VIDEO in read(write(tmp_path / "x", export))[1]
    assert VIDEO in read(write(tmp_path / "y", old_export([post()])))[1]


def test_sections_that_are_null_are_unknown(tmp_path: Path) -> None:
    export = old_export()
    export["Activity"] = {"Follower List": {"FansList": None}}
    export["Video"] = {"Videos": {"VideoList": None}}
    assert read(write(tmp_path / "x", export))[1] == [replace(PROFILE_RECORD, followers=None)]


def test_an_empty_list_of_followers_is_not_nobody(tmp_path: Path) -> None:
    _, found = read(write(tmp_path / "x", old_export(followed=())))
    assert found == [replace(PROFILE_RECORD, followers=None)]


def test_a_follower_without_a_day_counts_and_is_not_in_the_curve(tmp_path: Path) -> None:
    _, found = read(write(tmp_path / "x", old_export(followed=(FOLLOWED[0], "n/a"))))
    assert found == [replace(CURVE[1], followers=1), replace(PROFILE_RECORD, followers=2)]


def test_without_a_name_nothing_is_stored_and_the_reason_says_what_is_needed(
    world: LocalWorld, tmp_path: Path
) -> None:
    export = new_export([post()])
    del export["Profile And Settings"]
    (file,) = import_files(world, [write(tmp_path / "x.json", export)]).files
    assert file.records == 0
    assert file.reasons == {
        "the section Profile with the userName is missing: ask TikTok for it": 1
    }


@pytest.mark.parametrize("seen_by", ["Private", "Friends", "Only me", "Amis"])
def test_a_post_that_is_not_public_is_left_out(tmp_path: Path, seen_by: str) -> None:
    _, found = read(write(tmp_path / "x", old_export([post(WhoCanView=seen_by)])))
    assert found[-1] == "a post that not everybody may see"


def test_a_post_that_does_not_say_who_may_see_it_is_read(tmp_path: Path) -> None:
    old: JsonValue = {"Date": "2024-03-01 12:00:00", "Link": post()["Link"], "Likes": "12"}
    _, found = read(write(tmp_path / "x", old_export([old])))
    assert found[-1] == replace(VIDEO, description=None, hashtags=())


def test_a_link_to_the_file_of_a_video_names_none(tmp_path: Path) -> None:
    link = "https://v16.sample.invalid/video/tos/0068/oABCDE/?a=1180&vid=v0f0123456789"
    _, found = read(write(tmp_path / "x", old_export([post(Link=link)])))
    assert found[-1] == "the link of the post names no video"


def test_a_time_of_another_zone_is_corrected_by_the_id(tmp_path: Path) -> None:
    _, found = read(write(tmp_path / "x", old_export([post(Date="2024-03-01 21:00:00")])))
    assert found[-1] == replace(VIDEO, flags=int(Flag.POSTED_AT_SHIFTED))


def test_a_sound_has_a_title_only_and_is_counted(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x", old_export([post(Sound="original sound")]))
    (file,) = import_files(world, [path]).files
    assert file.sounds_without_id == 1


def test_growth_becomes_dated_history_and_the_newest_day_the_profile(
    world: LocalWorld, tmp_path: Path
) -> None:
    (file,) = import_files(world, [write(tmp_path / "x.json", old_export([post()]))]).files
    assert (file.scraped_at, file.scraped_at_inferred) == (POSTED + 72_000, True)
    history = world.state().execute(
        "SELECT scraped_at, followers FROM creator_snapshots ORDER BY 1"
    )
    assert [tuple(row) for row in history] == [(POSTED + 43_199, 2), (POSTED + 72_000, 3)]
    stored = world.data().execute(
        "SELECT followers, total_likes, bio, profile_at, er, total_views FROM creators"
    )
    assert [tuple(row) for row in stored] == [
        (3, 1234, "bread, mostly", POSTED + 72_000, None, None)
    ]
    assert world.data().execute("SELECT plays, likes, er FROM videos").fetchone()[:] == (
        None,
        12,
        None,
    )


def test_the_curve_is_in_the_history_of_the_own_account(world: LocalWorld, tmp_path: Path) -> None:
    import_files(world, [write(tmp_path / "x.json", old_export([post()]))])
    add_account(world, OWNER)
    taken = world.state().execute(
        "SELECT scraped_at, followers, n, total_likes, total_views FROM account_snapshots"
        " ORDER BY scraped_at"
    )
    assert [tuple(row) for row in taken] == [
        (POSTED + 43_199, 2, 0, None, None),
        (POSTED + 72_000, 3, 1, 12, None),
    ]


async def test_rates_are_unknown_and_posts_rank_by_likes(world: LocalWorld, tmp_path: Path) -> None:
    posts: list[JsonValue] = [post(n, Likes=str(likes)) for n, likes in enumerate((12, 99, 3))]
    import_files(world, [write(tmp_path / "x.json", old_export(posts))])
    transport = httpx2.ASGITransport(create_app(world.config, world=world))
    async with httpx2.AsyncClient(transport=transport, base_url="http://local.invalid") as client:
        one = (await client.get(f"/api/v1/creators/{OWNER}")).json()["data"]
        path = f"/api/v1/creators/{OWNER}/videos?sort=likes"
        ranked = (await client.get(path)).json()["data"]
    assert (one["followers"], one["metrics"]["engagement_rate"]) == (3, None)
    assert one["metrics"]["avg_views"] is None
    assert [(v["likes"], v["plays"], v["engagement_rate"]) for v in ranked] == [
        (99, None, None),
        (12, None, None),
        (3, None, None),
    ]


def test_a_given_time_dates_the_profile_and_not_the_curve(
    world: LocalWorld, tmp_path: Path
) -> None:
    at = POSTED + 5 * DAY
    import_files(world, [write(tmp_path / "x.json", old_export([post()]))], scraped_at=at)
    assert world.data().execute("SELECT profile_at FROM creators").fetchone()[0] == at
    history = world.state().execute(
        "SELECT scraped_at, followers FROM creator_snapshots ORDER BY 1"
    )
    assert [tuple(row) for row in history] == [
        (POSTED + 43_199, 2),
        (POSTED + 72_000, 3),
        (at, 3),
    ]


def creators(world: LocalWorld) -> list[tuple[object, ...]]:
    return [tuple(row) for row in world.data().execute("SELECT * FROM creators")]


def test_the_same_export_again_changes_nothing(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", new_export([post(), post(60)]))
    import_files(world, [path])
    before = creators(world)
    (again,) = import_files(world, [path]).files
    assert (again.new, again.updated) == (0, 0)
    assert creators(world) == before


def broken(export: Json) -> list[str]:
    """The texts of an export that is cut off or damaged in the middle of something private."""
    text = json.dumps(export)
    place = text.index(CANARY)
    return [text, text[: place + 4], text[:place] + '"' + text[place:], text + CANARY]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("make", [old_export, new_export])
def test_nothing_private_is_kept_shown_or_logged(
    tmp_path: Path, make: type, number: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    posts: list[JsonValue] = [
        post(),
        post(1, Likes=f"{CANARY}-likes", Date=f"{CANARY}-date", Sound=f"{CANARY}-sound"),
        post(2, WhoCanView=f"{CANARY}-friends", Title=f"{CANARY}-for-friends"),
        post(3, Link=f"{CANARY}-link"),
        f"{CANARY}-no-post",
    ]
    text = broken(make(posts, (*FOLLOWED, f"{CANARY}-date")))[number]
    folder, rejects = tmp_path / "data", tmp_path / "rejects"
    result = CliRunner().invoke(
        local,
        [
            "import",
            str(write(tmp_path / "user_data_tiktok.json", text)),
            "--rejects",
            str(rejects),
            "--data-dir",
            str(folder),
        ],
    )
    shown = f"{result.output}{result.stderr}{result.exception!r}{caplog.text}"
    assert CANARY not in shown
    stored = [path for path in folder.rglob("*") if path.is_file()]
    names = {path.name for path in stored}
    assert {"data.db", "state.db"} <= names
    assert number or any(OWNER.encode() in path.read_bytes() for path in stored)
    for path in (*stored, rejects):
        assert CANARY.encode() not in path.read_bytes(), path.name


def test_a_dry_run_leaves_nothing_private_behind(tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", old_export([post()]))
    result = CliRunner().invoke(
        local, ["import", str(path), "--dry-run", "--data-dir", str(tmp_path / "data")]
    )
    assert CANARY not in result.output
    assert not (tmp_path / "data").exists()


def test_the_format_never_claims_a_row_by_its_looks() -> None:
    assert not PersonalExport().recognizes(post())


def test_memory_does_not_grow_with_what_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    message = json.dumps({"Date": "2024-01-01 00:00:00", "Content": "x" * 1000})
    fan = json.dumps({"Date": "2024-03-01 06:00:00", "UserName": "y" * 50})
    chats = ",".join([message] * 8_000)
    path.write_text(
        f'{{"Direct Messages": {{"Chat History": {{"ChatHistory": {{"a": [{chats}]}}}}}},'
        f' "Activity": {{"Follower List": {{"FansList": [{",".join([fan] * 20_000)}]}}}},'
        f' "Profile": {{"Profile Information": {{"ProfileMap": {{"userName": "{OWNER}"}}}}}}}}',
        "utf-8",
    )
    tracemalloc.start()
    _, found = read(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found[-1] == CreatorRecord(OWNER, followers=20_000)
    assert peak < 8_000_000 < path.stat().st_size


def test_an_export_in_a_list_is_read_like_one_alone(world: LocalWorld, tmp_path: Path) -> None:
    alone = read(write(tmp_path / "one.json", new_export([post()])))
    path = write(tmp_path / "listed.json", [new_export([post()])])
    assert read(path) == alone
    rejects = tmp_path / "rejects"
    import_files(world, [path], rejects=rejects)
    world.close()
    for written in (*world.folder.glob("*.db*"), rejects):
        assert CANARY.encode() not in written.read_bytes()
