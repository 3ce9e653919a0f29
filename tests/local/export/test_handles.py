"""Exports of worlds in which handles changed hands. All data is synthetic."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.tokportal.accounts import (
    add_account,
    list_accounts,
    take_snapshots,
)
from tests.local.export.worlds import (
    AS_OF,
    DATA,
    DAY,
    HISTORY,
    Json,
    content,
    copied,
    exported,
    of_kind,
    opened,
)

T1, T2, T3, T4 = (AS_OF - days * DAY for days in (9, 6, 3, 1))


def look(at: int, handle: str, person: str | None, followers: int) -> VideoRecord:
    creator = CreatorRecord(handle, user_id=person, followers=followers)
    return VideoRecord(f"{person}{at}", creator, plays=900, likes=9, scraped_at=at)


def crawl(world: LocalWorld, *looks: VideoRecord) -> None:
    ingest = Ingest(world.data(), world.state(), source="crawl")
    for one in looks:
        ingest.add([one])
    ingest.finish()
    take_snapshots(world)


HANDLES = (
    "SELECT usernames.username, creators.username, first_at, last_at FROM usernames"
    " JOIN creators ON creators.id = creator_id ORDER BY 1, 2"
)
FOLLOWERS = "SELECT username, followers FROM creator_snapshots ORDER BY 1, 2"


def handles(world: LocalWorld) -> Sequence[tuple[object, ...]]:
    return [tuple(row) for row in world.data().execute(HANDLES)]


def followers(world: LocalWorld) -> Sequence[tuple[object, ...]]:
    return [tuple(row) for row in world.state().execute(FOLLOWERS)]


@pytest.fixture
def reused(tmp_path: Path) -> Iterator[LocalWorld]:
    """`name` was that of 1, then of 2, then of 3; 1 has another one, of 2 none is known."""
    world = opened(tmp_path, "reused")
    crawl(world, look(T1, "name", "1", 10), look(T1 + DAY, "name", "1", 11))
    add_account(world, "name", created_at=T1)
    crawl(world, look(T2, "name", "2", 200), look(T2 + DAY, "name", "2", 201))
    add_account(world, "name", created_at=T2)
    crawl(world, look(T3, "newname", "1", 12), look(T4, "name", "3", 3_000))
    yield world
    world.close()


def test_a_handle_that_changed_hands_survives_an_export(reused: LocalWorld, tmp_path: Path) -> None:
    copy = copied(reused, tmp_path)
    assert handles(copy) == handles(reused)
    assert handles(reused) == [
        ("name", "name", T4, T4),
        ("name", "name.2.", T2, T2 + DAY),
        ("name", "newname", T1, T1 + DAY),
        ("newname", "newname", T3, T3),
    ]
    assert content(copy.state(), *HISTORY) == content(reused.state(), *HISTORY)
    assert content(copy.data(), *DATA) == content(reused.data(), *DATA)
    accounts = [(one.username, one.user_id) for one in list_accounts(copy)]
    assert accounts == [("name.2.", "2"), ("newname", "1")]
    write_export(copy, tmp_path / "again.jsonl")
    copy.close()
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "export.jsonl").read_bytes()


def test_one_owner_of_a_handle_is_exported_without_the_others(
    reused: LocalWorld, tmp_path: Path
) -> None:
    lines = exported(reused, "name.2.")
    assert of_kind(lines, "creator_history") == [
        {
            "username": "name.2.",
            "user_id": "2",
            "seen": [[T2, 200, None, None, None], [T2 + DAY, 201, None, None, None]],
        }
    ]
    assert len(of_kind(lines, "account")) == 1
    path = tmp_path / "one.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    own = opened(tmp_path)
    assert import_files(own, [path]).rejected == 0
    # Its handle is not known to be anybody's here, but it is known not to be theirs.
    assert handles(own) == [("name", "name.2.", T2, T2 + DAY)]
    assert [one.username for one in list_accounts(own)] == ["name.2."]
    crawl(own, look(T4, "name", "2", 202))
    assert [one.username for one in list_accounts(own)] == ["name"]
    own.close()


def test_what_is_put_back_belongs_to_the_person_not_to_who_has_the_handle_here(
    tmp_path: Path,
) -> None:
    before = opened(tmp_path, "before")
    crawl(before, look(T1, "name", "1", 10), look(T1 + DAY, "name", "1", 11))
    add_account(before, "name", created_at=T1)
    write_export(before, tmp_path / "before.jsonl")
    before.close()
    target = opened(tmp_path, "target")
    crawl(target, look(T3, "newname", "1", 12), look(T4, "name", "2", 3_000))
    theirs = add_account(target, "name", created_at=T4)
    assert import_files(target, [tmp_path / "before.jsonl"]).rejected == 0
    assert followers(target) == [("newname", 10), ("newname", 11), ("newname", 12)]
    assert handles(target) == [
        ("name", "name", T4, T4),
        ("name", "newname", T1, T1 + DAY),
        ("newname", "newname", T3, T3),
    ]
    sources = "SELECT username, source FROM creators ORDER BY 1"
    assert [tuple(row) for row in target.data().execute(sources)] == [
        ("name", "crawl"),
        ("newname", "crawl"),
    ]
    # Both worlds gave their account the id that follows from the handle: the one here keeps it.
    accounts = {one.user_id: one.account_id for one in list_accounts(target)}
    assert accounts.keys() == {"1", "2"}
    assert accounts["2"] == theirs
    query = "SELECT account_id, followers FROM account_snapshots ORDER BY followers"
    assert [tuple(row) for row in target.state().execute(query)] == [
        (accounts["1"], 10),
        (accounts["1"], 11),
        (accounts["1"], 12),
        (theirs, 3_000),
    ]
    (again,) = import_files(target, [tmp_path / "before.jsonl"]).files
    assert (again.new, again.updated) == (0, 0)
    assert len(list_accounts(target)) == 2
    target.close()


def test_an_export_of_an_older_version_is_imported_with_its_names(tmp_path: Path) -> None:
    def line(kind: str, **values: Json) -> str:
        return json.dumps({"tokmetrics": 1, kind: values})

    creator = {"followers": 10, "profile_at": T1, "scraped_at": T1}
    path = tmp_path / "older.jsonl"
    path.write_text(
        "\n".join(
            (
                line("export", world="own"),
                line("creator", username="Name~1", user_id="1", **creator),
                line(
                    "creator",
                    username="name",
                    user_id="2",
                    followers=20,
                    profile_at=T3,
                    scraped_at=T3,
                    aliases=[["former", T2]],
                ),
                line("video", video_id="9", creator="Name~1", user_id="1", scraped_at=T1),
                line("account", account_id="x", username="name", platform="tiktok", created_at=T1),
            )
        ),
        "utf-8",
    )
    own = opened(tmp_path)
    assert import_files(own, [path]).rejected == 0
    assert handles(own) == [
        ("former", "name", T2, T2),
        ("name", "name", T3, T3),
        ("name", "Name.1.", None, None),
    ]
    (account,) = list_accounts(own)
    assert (account.username, account.user_id) == ("name", "2")
    own.close()
