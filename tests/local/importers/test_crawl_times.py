"""Files that do not say when they were collected: what is assumed, and what is never made up."""

import os
from itertools import permutations
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import FileReport, import_files
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.items import JsonValue
from tests.local.importers.conftest import NOW
from tests.local.importers.reading import DAY, POSTED, made_id, write

NEWEST = POSTED + 5
WEEK = 7 * DAY


def export(
    path: Path, plays: int, fans: int = 1_000, *, posts: range = range(6), at: int = 0
) -> Path:
    """An export of Apify's: posts with the profile in each of them, and no crawl time."""
    author: JsonValue = {"name": "invented.baker", "fans": fans, "heart": 5_000}
    items: list[JsonValue] = [
        {"id": made_id(number), "authorMeta": author, "playCount": plays, "diggCount": 50}
        for number in posts
    ]
    write(path, items)
    os.utime(path, (at, at))
    return path


def imported(world: LocalWorld, *paths: Path) -> list[FileReport]:
    return import_files(world, paths, accounts=["invented.baker"]).files


def counts(report: FileReport) -> tuple[int, int, int, int]:
    return (report.new, report.updated, report.unchanged, report.differing)


def of_account(world: LocalWorld) -> list[tuple[object, ...]]:
    query = "SELECT scraped_at, followers, n, total_views FROM account_snapshots ORDER BY 1"
    return [tuple(row) for row in world.state().execute(query)]


def looks(world: LocalWorld) -> list[tuple[object, ...]]:
    query = "SELECT DISTINCT scraped_at, plays FROM video_snapshots ORDER BY 1"
    return [tuple(row) for row in world.state().execute(query)]


def videos(world: LocalWorld) -> list[tuple[object, ...]]:
    found = world.data().execute("SELECT DISTINCT scraped_at, plays FROM videos ORDER BY 1")
    return [tuple(row) for row in found]


@pytest.mark.parametrize("order", list(permutations([0, 1])))
def test_exports_of_two_days_become_history_by_the_dates_of_their_files(
    world: LocalWorld, tmp_path: Path, order: tuple[int, ...]
) -> None:
    first, second = POSTED + DAY, POSTED + 6 * DAY
    files = [
        export(tmp_path / "1.json", 1_000, 1_000, at=first),
        export(tmp_path / "2.json", 3_000, 1_500, at=second),
    ]
    for place in order:
        (report,) = imported(world, files[place])
        assert (report.scraped_at_inferred, report.scraped_at_of_file) == (True, True)
    assert looks(world) == [(first, 1_000), (second, 3_000)]
    assert of_account(world) == [(first, 1_000, 6, 6_000), (second, 1_500, 6, 18_000)]
    again = [counts(report) for report in imported(world, *files)]
    assert again == [(0, 0, 6, 0), (0, 0, 6, 0)]


def test_a_copy_of_a_file_is_no_later_crawl(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, export(tmp_path / "1.json", 1_000, at=POSTED + DAY))
    copy = export(tmp_path / "copy.json", 1_000, at=POSTED + 3 * DAY)
    (report,) = imported(world, copy)
    assert (report.scraped_at, counts(report)) == (POSTED + DAY, (0, 0, 6, 0))
    assert looks(world) == []


@pytest.mark.parametrize("at", [1, NEWEST - 1, NOW + 1])
def test_a_date_that_cannot_be_right_gives_way_to_the_newest_post(
    world: LocalWorld, tmp_path: Path, at: int
) -> None:
    (report,) = imported(world, export(tmp_path / "1.json", 1_000, at=at))
    assert (report.scraped_at, report.scraped_at_of_file) == (NEWEST, False)


@pytest.mark.parametrize("at", [NEWEST, NOW])
def test_a_date_that_can_be_right_is_taken(world: LocalWorld, tmp_path: Path, at: int) -> None:
    (report,) = imported(world, export(tmp_path / "1.json", 1_000, at=at))
    assert (report.scraped_at, report.scraped_at_of_file) == (at, True)


def aged(path: Path, *, at: int) -> Path:
    """An export whose newest post is forty days older than those of the others."""
    return export(path, 1_000, posts=range(-40 * DAY, 3 - 40 * DAY), at=at)


def test_what_is_old_was_not_collected_when_it_was_copied(
    world: LocalWorld, tmp_path: Path
) -> None:
    (report,) = imported(world, aged(tmp_path / "1.json", at=NOW))
    assert (report.scraped_at, report.scraped_at_of_file) == (POSTED + 2 - 40 * DAY, False)


def test_a_file_of_old_posts_counts_by_its_date_once_the_store_is_newer(
    world: LocalWorld, tmp_path: Path
) -> None:
    imported(world, export(tmp_path / "1.json", 1_000, at=POSTED + DAY))
    (report,) = imported(world, aged(tmp_path / "2.json", at=NOW))
    assert (report.scraped_at, report.scraped_at_of_file) == (NOW, True)


def test_files_that_are_known_to_be_new_count_by_their_dates(
    world: LocalWorld, tmp_path: Path
) -> None:
    (report,) = import_files(world, [aged(tmp_path / "1.json", at=NOW)], recent=True).files
    assert (report.scraped_at, report.scraped_at_of_file) == (NOW, True)


def test_at_one_assumed_time_figures_never_fall(world: LocalWorld, tmp_path: Path) -> None:
    first = export(tmp_path / "1.json", 1_000, 1_000)
    second = export(tmp_path / "2.json", 3_000, 1_500)
    told = [counts(imported(world, one)[0]) for one in (first, second, first, second)]
    assert told == [(6, 0, 0, 0), (0, 6, 0, 6), (0, 0, 6, 6), (0, 0, 6, 0)]
    assert videos(world) == [(NEWEST, 3_000)]
    assert of_account(world) == [(NEWEST, 1_500, 6, 18_000)]
    (again,) = imported(world, first)
    (remark,) = again.remarks()
    assert remark.startswith("6 rows differ at the same assumed time, and the higher figures stay")
    assert "--scraped-at" in remark


def test_a_given_time_is_no_assumption(world: LocalWorld, tmp_path: Path) -> None:
    files = [export(tmp_path / f"{plays}.json", plays) for plays in (3_000, 1_000)]
    for file in files:
        (report,) = import_files(world, [file], scraped_at=NOW - DAY).files
        assert report.differing == 0
    assert videos(world) == [(NOW - DAY, 1_000)]


def test_views_that_fell_were_not_seen_later(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, export(tmp_path / "2.json", 3_000, 1_500, at=POSTED + DAY))
    (report,) = imported(world, export(tmp_path / "1.json", 1_000, 1_000, at=POSTED + 2 * DAY))
    assert counts(report) == (0, 0, 6, 6)
    assert videos(world) == [(POSTED + DAY, 3_000)]
    assert of_account(world) == [(POSTED + DAY, 1_500, 6, 18_000)]


def test_views_that_rose_were_not_seen_earlier(world: LocalWorld, tmp_path: Path) -> None:
    imported(world, export(tmp_path / "1.json", 1_000, 1_000, at=POSTED + 2 * DAY))
    (report,) = imported(world, export(tmp_path / "2.json", 3_000, 1_500, at=POSTED + DAY))
    assert counts(report) == (0, 6, 0, 6)
    assert looks(world) == []
    assert of_account(world) == [(POSTED + 2 * DAY, 1_500, 6, 18_000)]


def test_an_assumption_does_not_change_what_was_seen_at_a_known_time(
    world: LocalWorld, tmp_path: Path
) -> None:
    import_files(world, [export(tmp_path / "1.json", 1_000)], scraped_at=POSTED + 2 * DAY)
    (report,) = imported(world, export(tmp_path / "2.json", 3_000, at=POSTED + DAY))
    assert counts(report) == (0, 0, 6, 6)
    assert videos(world) == [(POSTED + 2 * DAY, 1_000)]


def pages(folder: Path, plays: int = 1_000) -> list[Path]:
    """Two pages of one list: the second has the older posts."""
    folder.mkdir()
    return [
        export(folder / "page1.json", plays, posts=range(8 * DAY - 3, 8 * DAY)),
        export(folder / "page2.json", plays, posts=range(3)),
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_pages_of_one_crawl_are_one_time_and_one_snapshot(
    world: LocalWorld, tmp_path: Path, order: int
) -> None:
    first, second = pages(tmp_path / "pages")[::order]
    imported(world, first, second)
    newest = POSTED + 8 * DAY - 1
    assert videos(world) == [(newest, 1_000)]
    assert of_account(world) == [(newest, 1_000, 6, 6_000)]


def test_six_files_of_one_item_each_are_one_crawl(world: LocalWorld, tmp_path: Path) -> None:
    folder = tmp_path / "items"
    folder.mkdir()
    for number in range(6):
        post = -number * DAY
        export(folder / f"{number}.json", 1_000 + number, posts=range(post, post + 1))
    imported(world, folder)
    assert of_account(world) == [(POSTED, 1_000, 6, 6_015)]
    assert [counts(one) for one in imported(world, folder)] == [(0, 0, 1, 0)] * 6


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_pages_of_two_crawls_are_told_apart_by_their_views(
    world: LocalWorld, tmp_path: Path, order: tuple[int, ...]
) -> None:
    week_ago = [
        export(tmp_path / "a1.json", 1_000, posts=range(0, 4 * DAY, DAY)),
        export(tmp_path / "a2.json", 1_000, posts=range(-4 * DAY, 0, DAY)),
    ]
    today = [
        export(tmp_path / "b1.json", 2_000, posts=range(0, 8 * DAY, DAY)),
        export(tmp_path / "b2.json", 2_000, posts=range(-4 * DAY, 0, DAY)),
    ]
    files = [*today, *week_ago]
    imported(world, *(files[place] for place in order))
    first, second = POSTED + 3 * DAY, POSTED + 7 * DAY
    assert looks(world) == [(first, 1_000), (second, 2_000)]
    assert of_account(world) == [(first, 1_000, 8, 8_000), (second, 1_000, 12, 24_000)]


def test_a_pinned_post_that_moved_on_between_two_pages_makes_no_second_crawl(
    world: LocalWorld, tmp_path: Path
) -> None:
    first = export(tmp_path / "1.json", 1_000, posts=range(5))
    second = export(tmp_path / "2.json", 1_001, posts=range(-4, 1))
    imported(world, first, second)
    assert [row[0] for row in of_account(world)] == [POSTED + 4]


def test_a_profile_has_the_time_of_the_posts_that_came_with_it(
    world: LocalWorld, tmp_path: Path
) -> None:
    profile = write(tmp_path / "p.csv", "username,followers\ninvented.baker,1000\n")
    os.utime(profile, (1, 1))
    reports = imported(world, profile, export(tmp_path / "1.json", 1_000))
    assert [report.scraped_at for report in reports] == [NEWEST, NEWEST]


def test_files_of_different_creators_do_not_date_each_other(
    world: LocalWorld, tmp_path: Path
) -> None:
    table = f"video_id,username,plays\n{made_id(2 * DAY)},somebody.else,7\n"
    other = write(tmp_path / "x.csv", table)
    os.utime(other, (1, 1))
    reports = imported(world, other, export(tmp_path / "1.json", 1_000))
    assert [report.scraped_at for report in reports] == [POSTED + 2 * DAY, NEWEST]


def test_a_dry_run_assumes_the_same_and_remembers_nothing(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = export(tmp_path / "1.json", 1_000, at=POSTED + DAY)
    (report,) = import_files(world, [path], dry_run=True).files
    assert report.scraped_at == POSTED + DAY
    os.utime(path, (POSTED + 2 * DAY, POSTED + 2 * DAY))
    assert imported(world, path)[0].scraped_at == POSTED + 2 * DAY


def test_views_that_make_no_sense_together_leave_each_file_its_own_time(
    world: LocalWorld, tmp_path: Path
) -> None:
    # Of three videos two have always more views in the next file, in a ring.
    views = ((1, 2, 3), (2, 3, 1), (3, 1, 2))
    files = [
        write(
            tmp_path / f"{place}.csv",
            "video_id,username,plays\n"
            + "".join(f"{made_id(post)},invented.baker,{n}\n" for post, n in enumerate(plays))
            + f"{made_id(10 * place + 10)},invented.baker,1\n",
        )
        for place, plays in enumerate(views)
    ]
    for file in files:
        os.utime(file, (1, 1))
    found = [report.scraped_at for report in imported(world, *files)]
    assert found == [POSTED + 10, POSTED + 20, POSTED + 30]


def test_a_time_that_is_known_ends_the_assumption(world: LocalWorld, tmp_path: Path) -> None:
    path = export(tmp_path / "1.json", 1_000, at=POSTED + DAY)
    imported(world, path)
    flags = "SELECT DISTINCT flags FROM videos"
    assumed = world.data().execute(flags).fetchone()[0]
    import_files(world, [path], scraped_at=POSTED + 2 * DAY)
    known = world.data().execute(flags).fetchone()[0]
    assert assumed - known == Flag.SCRAPED_AT_INFERRED
    import_files(world, [export(tmp_path / "0.json", 500, at=POSTED + DAY)])
    assert world.data().execute(flags).fetchone()[0] == known


def everything(world: LocalWorld) -> list[list[tuple[object, ...]]]:
    """All looks at the creator, its videos and its account."""
    profile = "SELECT username, profile_at, scraped_at, followers FROM creators"
    former = "SELECT username, scraped_at, followers FROM creator_snapshots ORDER BY 2"
    return [
        [tuple(row) for row in world.data().execute(profile)],
        [tuple(row) for row in world.state().execute(former)],
        videos(world),
        looks(world),
        of_account(world),
    ]


def test_a_time_that_is_given_later_takes_the_place_of_the_assumed_one(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = export(tmp_path / "1.json", 1_000)
    imported(world, path)
    given = POSTED + 3 * DAY
    import_files(world, [path], scraped_at=given)
    assert everything(world) == [
        [("invented.baker", given, given, 1_000)],
        [],
        [(given, 1_000)],
        [],
        [(given, 1_000, 6, 6_000)],
    ]
    (report,) = imported(world, path)
    assert (report.scraped_at, report.scraped_at_inferred) == (given, False)
    assert counts(report) == (0, 0, 6, 0)


@pytest.mark.parametrize("given", [POSTED + 2 * DAY, POSTED + DAY // 2])
def test_an_earlier_look_gets_the_time_that_is_given_too(
    world: LocalWorld, tmp_path: Path, given: int
) -> None:
    first = export(tmp_path / "1.json", 1_000, 1_000, at=POSTED + DAY)
    later = POSTED + 5 * DAY
    imported(world, first, export(tmp_path / "2.json", 3_000, 1_500, at=later))
    import_files(world, [first], scraped_at=given)
    assert everything(world) == [
        [("invented.baker", later, later, 1_500)],
        [("invented.baker", given, 1_000), ("invented.baker", later, 1_500)],
        [(later, 3_000)],
        [(given, 1_000), (later, 3_000)],
        [(given, 1_000, 6, 6_000), (later, 1_500, 6, 18_000)],
    ]


def test_a_second_given_time_is_a_second_look(world: LocalWorld, tmp_path: Path) -> None:
    path = export(tmp_path / "1.json", 1_000)
    for day in (1, 2):
        import_files(world, [path], scraped_at=POSTED + day * DAY)
    assert looks(world) == [(POSTED + DAY, 1_000), (POSTED + 2 * DAY, 1_000)]


def test_a_look_is_not_moved_past_another(world: LocalWorld, tmp_path: Path) -> None:
    first = export(tmp_path / "1.json", 1_000, 1_000, at=POSTED + DAY)
    second = export(tmp_path / "2.json", 3_000, 1_500, at=POSTED + 3 * DAY)
    imported(world, first, second)
    import_files(world, [first], scraped_at=POSTED + 5 * DAY)
    assert [row[0] for row in looks(world)] == [POSTED + day * DAY for day in (1, 3, 5)]


def test_a_file_that_came_first_alone_belongs_to_the_crawl_that_follows(
    world: LocalWorld, tmp_path: Path
) -> None:
    first, second = pages(tmp_path / "pages")
    imported(world, second)
    assert of_account(world) == [(POSTED + 2, 1_000, 3, 3_000)]
    imported(world, first, second)
    newest = POSTED + 8 * DAY - 1
    profile, former, *rest = everything(world)
    assert profile == [("invented.baker", newest, newest, 1_000)]
    assert {at for _, at, _ in former} <= {newest}
    assert rest == [[(newest, 1_000)], [], [(newest, 1_000, 6, 6_000)]]
