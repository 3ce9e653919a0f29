"""The snapshots of an own account: one for each crawl, with all that was seen of it."""

from itertools import permutations
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.tokportal.accounts import Account, add_account, complete_newest, list_accounts
from mcp_server.local.tokportal.snapshots import Snapshot, store_snapshot
from tests.local.importers.reading import CRAWLED, made_id, write

HOUR = 3_600
PROFILES = "username,followers,following\ninvented.baker,1000,10\nsomebody.else,5,1\n"
VIDEOS = "video_id,username,plays,likes\n" + "".join(
    f"{made_id(number)},invented.baker,{1_000 * number},50\n" for number in range(1, 6)
)


def snapshots(world: LocalWorld) -> list[tuple[object, ...]]:
    query = """SELECT scraped_at, followers, n, total_views, total_likes FROM account_snapshots
       ORDER BY scraped_at"""
    return [tuple(row) for row in world.state().execute(query)]


def own(world: LocalWorld) -> Account:
    (account,) = list_accounts(world)
    return account


@pytest.mark.parametrize("order", list(permutations([PROFILES, VIDEOS])))
@pytest.mark.parametrize("calls", [1, 2])
def test_profile_and_videos_of_one_time_are_one_snapshot_in_any_order(
    world: LocalWorld, tmp_path: Path, order: tuple[str, ...], calls: int
) -> None:
    files = [write(tmp_path / f"{place}.csv", text) for place, text in enumerate(order)]
    for paths in [files] if calls == 1 else [[one] for one in files]:
        import_files(world, paths, scraped_at=CRAWLED, accounts=["invented.baker"])
    assert snapshots(world) == [(CRAWLED, 1_000, 5, 15_000, 250)]


def test_a_profile_alone_has_unknown_totals(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", PROFILES)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    assert snapshots(world) == [(CRAWLED, 1_000, 0, None, None)]


def test_a_crawl_that_goes_on_within_the_hour_stays_one(world: LocalWorld, tmp_path: Path) -> None:
    one = write(tmp_path / "1.csv", "".join(VIDEOS.splitlines(keepends=True)[:2]))
    import_files(world, [one], scraped_at=CRAWLED, accounts=["invented.baker"])
    rest = write(tmp_path / "2.csv", VIDEOS)
    later = CRAWLED + HOUR - 1
    assert import_files(world, [rest], scraped_at=later).snapshots == 1
    assert snapshots(world) == [(later, None, 5, 15_000, 250)]


def test_an_hour_later_it_is_another(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    for at in (CRAWLED, CRAWLED + HOUR):
        import_files(world, [path], scraped_at=at, accounts=["invented.baker"])
    assert [row[0] for row in snapshots(world)] == [CRAWLED, CRAWLED + HOUR]


def test_corrected_figures_of_a_time_correct_its_snapshot(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    write(path, VIDEOS.replace(",5000,", ",4000,"))
    import_files(world, [path], scraped_at=CRAWLED)
    assert snapshots(world) == [(CRAWLED, None, 5, 14_000, 250)]


def test_importing_again_heals_and_then_changes_nothing(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    world.state().execute("UPDATE account_snapshots SET n = 0, total_views = 0, total_likes = 0")
    reports = [import_files(world, [path], scraped_at=CRAWLED) for _ in range(2)]
    assert [report.snapshots for report in reports] == [1, 0]
    assert snapshots(world) == [(CRAWLED, None, 5, 15_000, 250)]


def test_a_newest_snapshot_that_was_taken_too_early_is_completed(
    world: LocalWorld, tmp_path: Path
) -> None:
    import_files(world, [write(tmp_path / "x.csv", VIDEOS)], scraped_at=CRAWLED)
    add_account(world, "invented.baker")
    world.state().execute("UPDATE account_snapshots SET n = 1, total_views = 1000")
    complete_newest(world, own(world))
    assert snapshots(world) == [(CRAWLED, None, 5, 15_000, 250)]


def test_a_snapshot_that_knows_more_than_the_store_stays(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    world.state().execute("UPDATE account_snapshots SET n = 9, total_views = 99000")
    assert import_files(world, [path], scraped_at=CRAWLED).snapshots == 0
    assert snapshots(world) == [(CRAWLED, None, 9, 99_000, 250)]


def test_totals_by_older_formulas_are_made_anew(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    world.state().execute(
        "UPDATE account_snapshots SET engagement_rate = 9, n_viewed = NULL, n_rated = NULL,"
        " metrics_version = 1"
    )
    assert import_files(world, [path], scraped_at=CRAWLED).snapshots == 1
    query = "SELECT engagement_rate, n_viewed, n_rated, metrics_version FROM account_snapshots"
    # Comments and shares are not known, so that no video has a rate.
    assert tuple(world.state().execute(query).fetchone()) == (None, 5, 0, METRICS_VERSION)


def test_more_videos_with_views_than_the_store_knows_stay(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    world.state().execute("UPDATE account_snapshots SET n_viewed = 6, total_views = 99000")
    assert import_files(world, [path], scraped_at=CRAWLED).snapshots == 0


def test_refreshes_within_an_hour_keep_their_own_snapshots(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.csv", VIDEOS)
    import_files(world, [path], scraped_at=CRAWLED, accounts=["invented.baker"])
    before = CRAWLED - HOUR // 2
    totals = Snapshot(before, None, None, 5, 14_000, 250, None, None, None, None)
    store_snapshot(world.state(), own(world).account_id, totals)
    import_files(world, [path], scraped_at=CRAWLED)
    assert [row[0] for row in snapshots(world)] == [before, CRAWLED]
