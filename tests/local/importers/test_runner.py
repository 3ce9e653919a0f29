"""Whole files on their way into the store."""

import gzip
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from mcp_server.local import LocalConfig, LocalStoreError, LocalWorld
from mcp_server.local.importers import UnknownFormatError, import_files
from mcp_server.local.importers.flags import Flag
from mcp_server.local.importers.report import FileReport
from mcp_server.local.tokportal.accounts import add_account

NEWEST_OF_SCRAPER = 1_709_722_805


def rows(connection: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(query)]


def stored_flags(world: LocalWorld) -> list[int]:
    return [int(row[0]) for row in world.data().execute("SELECT flags FROM videos")]


def counts(report: FileReport) -> tuple[int, int, int, int, int]:
    return (report.read, report.new, report.updated, report.unchanged, report.rejected)


def write(path: Path, items: object) -> Path:
    path.write_text(json.dumps(items), "utf-8")
    return path


def item(number: int, **fields: object) -> Mapping[str, object]:
    """A synthetic row: posted `number` seconds after 2024-03-01T12:00:00Z."""
    video = ((1_709_294_400 + number) << 32) | 305_419_896
    author = {"name": "invented.baker"}
    return {"id": str(video), "authorMeta": author, "playCount": 10, "diggCount": 1, **fields}


def test_every_row_is_counted_and_stored(world: LocalWorld, fixtures: Path) -> None:
    report = import_files(world, [fixtures / "scraper.json", fixtures / "spreadsheet.csv"])
    assert [counts(file) for file in report.files] == [(3, 3, 0, 0, 0), (4, 0, 3, 0, 1)]
    assert report.rejected == 1
    assert report.files[1].reasons == {
        "the id lost its last digits in a spreadsheet and no URL holds it": 1
    }
    assert rows(world.data(), "SELECT count(*) FROM videos") == [(3,)]


def test_the_same_file_again_changes_nothing(world: LocalWorld, fixtures: Path) -> None:
    files = [fixtures / "scraper.json", fixtures / "flattened.csv"]
    import_files(world, files)
    before = rows(world.data(), "SELECT * FROM videos ORDER BY id")
    again = import_files(world, files)
    assert [counts(file) for file in again.files] == [(3, 0, 0, 3, 0), (2, 0, 0, 2, 0)]
    assert rows(world.data(), "SELECT * FROM videos ORDER BY id") == before


def test_without_a_crawl_time_it_is_the_newest_post_and_marked_so(
    world: LocalWorld, fixtures: Path
) -> None:
    (file,) = import_files(world, [fixtures / "scraper.json"]).files
    assert (file.scraped_at, file.scraped_at_inferred) == (NEWEST_OF_SCRAPER, True)
    assert rows(world.data(), "SELECT DISTINCT scraped_at FROM videos") == [(NEWEST_OF_SCRAPER,)]
    assert rows(world.data(), "SELECT DISTINCT scraped_at FROM creators") == [(NEWEST_OF_SCRAPER,)]
    assert all(flags & Flag.SCRAPED_AT_INFERRED for flags in stored_flags(world))


def test_a_given_crawl_time_is_not_marked_as_inferred(world: LocalWorld, fixtures: Path) -> None:
    (file,) = import_files(world, [fixtures / "scraper.json"], scraped_at=1_709_900_000).files
    assert (file.scraped_at, file.scraped_at_inferred) == (1_709_900_000, False)
    assert not any(flags & Flag.SCRAPED_AT_INFERRED for flags in stored_flags(world))
    assert rows(world.data(), "SELECT DISTINCT scraped_at FROM videos") == [(1_709_900_000,)]


def test_a_row_with_its_own_crawl_time_keeps_it(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [item(0, scrapedAt="2024-03-08T06:00:00Z"), item(60)])
    (file,) = import_files(world, [path]).files
    assert (file.scraped_at, file.scraped_at_inferred) == (1_709_294_460, True)
    assert rows(world.data(), "SELECT scraped_at FROM videos ORDER BY id") == [
        (1_709_877_600,),
        (1_709_294_460,),
    ]


def test_a_file_where_every_row_says_its_time_needs_no_guess(
    world: LocalWorld, fixtures: Path
) -> None:
    (file,) = import_files(world, [fixtures / "flattened.csv"]).files
    assert (file.scraped_at, file.scraped_at_inferred) == (None, False)


def test_a_post_from_the_future_does_not_date_the_file(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [item(0), item(5, createTime=1_900_000_000)])
    (file,) = import_files(world, [path]).files
    assert file.scraped_at == 1_709_294_400


def test_a_profile_without_any_time_is_stored_without_one(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text("username,followers\ninvented.baker,1.2K\n", "utf-8")
    (file,) = import_files(world, [path]).files
    assert (file.new, file.scraped_at) == (1, None)
    found = rows(world.data(), "SELECT username, followers, scraped_at FROM creators")
    assert found == [("invented.baker", 1_200, None)]


def test_a_profile_gets_the_given_crawl_time(world: LocalWorld, tmp_path: Path) -> None:
    path = tmp_path / "profiles.csv"
    path.write_text("username,followers\ninvented.baker,1.2K\n", "utf-8")
    import_files(world, [path], scraped_at=1_709_900_000)
    assert rows(world.data(), "SELECT scraped_at FROM creators") == [(1_709_900_000,)]


def test_corrected_post_times_are_counted(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [item(0, createTime="2024-03-01 21:00:00"), item(60)])
    (file,) = import_files(world, [path]).files
    assert file.shifted == 1
    assert rows(world.data(), "SELECT max(posted_at) FROM videos") == [(1_709_294_460,)]


def test_a_packed_file_is_imported_like_a_plain_one(
    world: LocalWorld, fixtures: Path, tmp_path: Path
) -> None:
    path = tmp_path / "flat.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbf" + (fixtures / "flat.csv").read_bytes()))
    (file,) = import_files(world, [path]).files
    assert counts(file) == (3, 3, 0, 0, 0)


def test_many_rows_go_in_by_chunks(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [item(number) for number in range(2_001)])
    told: list[tuple[str, int, int]] = []
    report = import_files(
        world, [path], progress=lambda what, done, size: told.append((what, done, size))
    )
    assert counts(report.files[0]) == (2_001, 2_001, 0, 0, 0)
    size = path.stat().st_size
    assert told[-1] == ("x.json", size, size)
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)


def test_how_far_many_files_are_is_told_of_all_together(world: LocalWorld, tmp_path: Path) -> None:
    files = [write(tmp_path / f"{n}.json", [item(n), item(n + 60)]) for n in range(3)]
    told: list[tuple[str, int, int]] = []
    import_files(world, files, progress=lambda what, done, size: told.append((what, done, size)))
    total = sum(file.stat().st_size for file in files)
    assert {(what, size) for what, _, size in told} == {("3 files", total)}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert told[-1][1] == total


def test_a_rejected_row_is_written_down_with_its_place_and_reason(
    world: LocalWorld, fixtures: Path, tmp_path: Path
) -> None:
    damaged = write(tmp_path / "x.json", [item(0), {"error": "gone", "url": "u"}, 7])
    rejects = tmp_path / "rejects.jsonl"
    import_files(world, [fixtures / "spreadsheet.csv", damaged], rejects=rejects)
    written = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert [(row["file"], row.get("line"), row.get("item"), row["reason"]) for row in written] == [
        (
            "spreadsheet.csv",
            5,
            None,
            "the id lost its last digits in a spreadsheet and no URL holds it",
        ),
        ("x.json", None, 2, "the scraper wrote an error instead of a video"),
        ("x.json", None, 3, "not an object"),
    ]
    assert written[0]["row"]["text"] == "its URL is gone"
    assert written[1]["row"] == {"error": "gone", "url": "u"}


def test_nothing_around_the_rows_reaches_the_file_of_rejects(
    world: LocalWorld, tmp_path: Path
) -> None:
    document = {"headers": {"cookie": "session=secret"}, "collector": [item(0), {"error": "x"}]}
    rejects = tmp_path / "rejects.jsonl"
    import_files(world, [write(tmp_path / "x.json", document)], rejects=rejects)
    assert "secret" not in rejects.read_text("utf-8")


def test_a_dry_run_counts_and_writes_nothing(
    world: LocalWorld, fixtures: Path, tmp_path: Path
) -> None:
    report = import_files(world, [fixtures / "scraper.json"], dry_run=True)
    assert report.dry_run
    assert counts(report.files[0]) == (3, 3, 0, 0, 0)
    assert not (tmp_path / "data").exists()


def test_a_dry_run_counts_against_what_is_stored(world: LocalWorld, fixtures: Path) -> None:
    import_files(world, [fixtures / "scraper.json"])
    before = rows(world.data(), "SELECT * FROM videos")
    files = [fixtures / "scraper.json", fixtures / "flat.csv"]
    report = import_files(world, files, dry_run=True, scraped_at=1_709_990_000)
    assert [counts(file) for file in report.files] == [(3, 0, 3, 0, 0), (3, 0, 3, 0, 0)]
    assert rows(world.data(), "SELECT * FROM videos") == before
    assert rows(world.state(), "SELECT count(*) FROM import_runs") == [(1,)]


def test_a_dry_run_over_files_that_are_no_database_is_refused(
    world: LocalWorld, fixtures: Path
) -> None:
    world.folder.mkdir(parents=True)
    (world.folder / "data.db").write_text("not a database" * 100, "utf-8")
    with pytest.raises(LocalStoreError, match=r"data\.db cannot be read"):
        import_files(world, [fixtures / "scraper.json"], dry_run=True)


def test_one_wrong_file_stops_the_import_before_anything_is_stored(
    world: LocalWorld, fixtures: Path, tmp_path: Path
) -> None:
    wrong = write(tmp_path / "invoice.json", [{"total": 3}])
    with pytest.raises(UnknownFormatError, match="invoice"):
        import_files(world, [fixtures / "scraper.json", wrong])
    assert not (tmp_path / "data").exists()


def test_an_import_is_logged_without_the_name_of_the_file(
    world: LocalWorld, fixtures: Path
) -> None:
    import_files(world, [fixtures / "spreadsheet.csv"])
    import_files(world, [fixtures / "spreadsheet.csv"])
    logged = rows(
        world.state(),
        "SELECT source, started_at, finished_at, n_read, n_new, n_updated, n_rejected, "
        "length(path_hash) FROM import_runs",
    )
    # Both began in the same second of the standing clock, so that they share a row.
    assert logged == [("flat-table", 1_710_000_000, 1_710_000_000, 8, 3, 0, 2, 64)]


class _Interruption:
    """Interrupts an import behind its first chunk."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, what: str, done: int, size: int) -> None:
        del what, done, size
        self.calls += 1
        if self.calls == 28:  # 15 while the file is looked through, then row 1,201
            raise KeyboardInterrupt


def test_an_interrupted_import_leaves_sound_rows_and_can_be_repeated(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "x.json", [item(number) for number in range(1_500)])
    with pytest.raises(KeyboardInterrupt):
        import_files(world, [path], progress=_Interruption())
    assert rows(world.data(), "SELECT count(*) FROM videos") == [(1_000,)]
    assert rows(world.data(), "SELECT n_tracked, dirty FROM creators") == [(1_000, 0)]
    assert rows(world.state(), "SELECT finished_at, n_new FROM import_runs") == [(None, 1_000)]
    (again,) = import_files(world, [path]).files
    assert counts(again) == (1_500, 500, 0, 1_000, 0)


def test_an_own_account_gets_a_snapshot_of_newer_data(
    world: LocalWorld, fixtures: Path, tmp_path: Path
) -> None:
    import_files(world, [fixtures / "scraper.json"])
    add_account(world, "invented.baker")
    later = write(tmp_path / "later.json", [item(0, playCount=99_000)])
    assert import_files(world, [later], scraped_at=1_709_950_000).snapshots == 1
    taken = "SELECT scraped_at, total_views FROM account_snapshots ORDER BY 1"
    assert rows(world.state(), taken) == [(NEWEST_OF_SCRAPER, 44_800), (1_709_950_000, 99_000)]


def test_rows_that_disagree_on_a_profile_do_not_change_it_back_and_forth(
    world: LocalWorld, tmp_path: Path
) -> None:
    authors = [
        {"name": "invented.baker", "fans": 100, "avatar": "https://sample.invalid/1"},
        {"name": "invented.baker", "fans": 101, "signature": "bread"},
        {"name": "Invented.Baker", "fans": 102, "avatar": "https://sample.invalid/3"},
    ]
    path = write(tmp_path / "x.json", [item(n, authorMeta=a) for n, a in enumerate(authors)])
    assert counts(import_files(world, [path]).files[0]) == (3, 3, 0, 0, 0)
    assert counts(import_files(world, [path]).files[0]) == (3, 0, 0, 3, 0)
    stored = "SELECT username, followers, bio, avatar_url FROM creators"
    assert rows(world.data(), stored) == [
        ("invented.baker", 100, "bread", "https://sample.invalid/1")
    ]


def test_worlds_do_not_mix(tmp_path: Path, fixtures: Path) -> None:
    config = LocalConfig(tmp_path, "own", clock=lambda: 1_710_000_000.0)
    own, sample = LocalWorld(config), LocalWorld(replace(config, world="sample"))
    try:
        import_files(own, [fixtures / "scraper.json"])
        assert rows(sample.data(), "SELECT count(*) FROM videos") == [(0,)]
    finally:
        own.close()
        sample.close()
