"""Assumed crawl times where handles change: they are the person's, whatever they are called."""

import os
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.tokportal.creators import find_creator
from tests.local.importers.reading import DAY, POSTED, made_id, write

FIRST, SECOND = POSTED + DAY, POSTED + 5 * DAY


def export(path: Path, name: str, person: str | None, post: int, *, at: int) -> Path:
    """An export of one post, without a crawl time, of somebody with as many followers."""
    author: dict[str, JsonValue] = {"name": name, "fans": post}
    if person is not None:
        author["id"] = person
    write(path, [{"id": made_id(post), "authorMeta": author, "playCount": 1_000}])
    os.utime(path, (at, at))
    return path


def people(world: LocalWorld) -> list[tuple[object, ...]]:
    query = "SELECT username, profile_at, followers FROM creators ORDER BY user_id"
    return [tuple(row) for row in world.data().execute(query)]


def of_account(world: LocalWorld) -> list[tuple[object, ...]]:
    query = "SELECT scraped_at, followers, n FROM account_snapshots ORDER BY 1"
    return [tuple(row) for row in world.state().execute(query)]


@pytest.mark.parametrize("person", ["1001", None])
def test_a_given_time_reaches_whoever_is_called_otherwise_by_now(
    world: LocalWorld, tmp_path: Path, person: str | None
) -> None:
    known = export(tmp_path / "0.json", "baker", "1001", 1, at=POSTED + DAY // 2)
    first = export(tmp_path / "1.json", "baker", person, 10, at=FIRST)
    second = export(tmp_path / "2.json", "new.baker", "1001", 20, at=SECOND)
    for path in (known, first, second):
        import_files(world, [path], accounts=["baker"])
    given = FIRST + 2 * DAY
    import_files(world, [first], scraped_at=given)
    assert people(world) == [("new.baker", SECOND, 20)]
    looks = "SELECT username, scraped_at, followers FROM creator_snapshots ORDER BY 2"
    assert [tuple(row) for row in world.state().execute(looks)] == [
        ("new.baker", POSTED + DAY // 2, 1),
        ("new.baker", given, 10),
        ("new.baker", SECOND, 20),
    ]
    assert of_account(world) == [(POSTED + DAY // 2, 1, 1), (given, 10, 2), (SECOND, 20, 3)]


def test_whose_a_handle_is_follows_from_the_given_time(world: LocalWorld, tmp_path: Path) -> None:
    old = export(tmp_path / "1.json", "baker", "1001", 10, at=SECOND)
    new = export(tmp_path / "2.json", "baker", "2002", 20, at=FIRST)
    for path in (old, new):
        import_files(world, [path])
    assert [row[0] for row in people(world)] == ["baker", "baker.2002."]
    import_files(world, [old], scraped_at=POSTED + 600)
    assert people(world)[0] == ("baker.1001.", POSTED + 600, 10)
    found = find_creator(world.data(), "baker")
    assert found is not None
    assert (found.user_id, found.followers) == ("2002", 20)


def test_totals_of_others_at_the_assumed_time_stay(world: LocalWorld, tmp_path: Path) -> None:
    ours = export(tmp_path / "1.json", "baker", "1001", 10, at=FIRST)
    other = export(tmp_path / "2.json", "other", "2002", 20, at=FIRST)
    import_files(world, [ours, other], accounts=["baker", "other"])
    world.state().execute("UPDATE account_snapshots SET n = 7 WHERE followers = 20")
    import_files(world, [ours], scraped_at=SECOND)
    assert of_account(world) == [(FIRST, 20, 7), (SECOND, 10, 1)]


def test_a_handle_that_two_people_had_makes_no_crawl_of_two(
    world: LocalWorld, tmp_path: Path
) -> None:
    files = [
        export(tmp_path / "1.json", "baker", "1001", 10, at=0),
        export(tmp_path / "2.json", "baker", "2002", 20, at=0),
    ]
    found = [report.scraped_at for report in import_files(world, files).files]
    assert found == [POSTED + 10, POSTED + 20]


def test_a_rename_between_two_pages_leaves_them_one_crawl(
    world: LocalWorld, tmp_path: Path
) -> None:
    files = [
        export(tmp_path / "1.json", "baker", "1001", 10, at=0),
        export(tmp_path / "2.json", "new.baker", "1001", 20, at=0),
        export(tmp_path / "3.json", "baker", None, 30, at=0),
    ]
    found = [report.scraped_at for report in import_files(world, files).files]
    assert found == [POSTED + 30] * 3
