"""What an import says beside its counts: what was lost, mixed, skipped, or cut short."""

import json
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import UnknownFormatError, import_files
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.notes import Notes
from mcp_server.local.importers.report import FileReport
from tests.local.importers.reading import made_id, text_of, write

TABLE = """video_id,username,views,likes,n_shares,duration,create_time,followers
{0},invented.baker,-5,n/a,12,00:21,2024-03-01T12:00:00Z,1.2K
{1},invented.baker,many,3,1.2.3.4,soon,yesterday,1.2K
{2},invented.baker,,-,4,0,,1.2K
"""


def scraped(number: int, **fields: JsonValue) -> dict[str, JsonValue]:
    author: JsonValue = {"name": "invented.baker"}
    return {"id": made_id(number), "authorMeta": author, "playCount": 10, **fields}


def imported(world: LocalWorld, path: Path) -> FileReport:
    (found,) = import_files(world, [path]).files
    return found


def test_cells_that_cannot_be_read_are_counted_by_column(world: LocalWorld, tmp_path: Path) -> None:
    table = TABLE.format(made_id(0), made_id(60), made_id(120))
    found = imported(world, write(tmp_path / "x.csv", table))
    assert (found.new, found.rejected) == (3, 0)
    assert found.unread == {"views": 2, "n_shares": 1, "duration": 1, "create_time": 1}
    assert found.examples["views"] == ["-5", "many"]
    assert found.remarks()[0] == (
        "unknown, as the cell could not be read: views, 2 (such as '-5', 'many')"
    )
    stored = world.data().execute("SELECT plays, likes, shares FROM videos ORDER BY video_id")
    assert [tuple(row) for row in stored] == [(None, None, 12), (None, 3, None), (None, None, 4)]


def test_columns_of_a_table_that_go_by_no_known_name_are_told(
    world: LocalWorld, tmp_path: Path
) -> None:
    table = f"video_id,username,mood,watched,likes,empty\n{made_id()},invented.baker,5,6,7,\n"
    found = imported(world, write(tmp_path / "x.csv", table))
    assert found.remarks() == [
        "no video has views; columns of unknown names, not read: mood, watched"
    ]
    with_views = write(tmp_path / "y.csv", table.replace("watched", "views"))
    assert imported(world, with_views).remarks() == ["columns of unknown names, not read: mood"]


def test_of_many_unknown_columns_the_first_are_named() -> None:
    strange = [f"c{number}" for number in range(14)]
    found = FileReport(Path("x.csv"), "flat-table", strange=strange)
    assert found.remarks() == [
        (
            "columns of unknown names, not read: "
            "c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 2 more"
        )
    ]


def test_a_profile_that_nothing_dates_is_told(world: LocalWorld, tmp_path: Path) -> None:
    answer: JsonValue = {
        "username": "invented.baker",
        "data": {"display_name": "Baker", "bio_description": "bread", "follower_count": 1_200},
        "error": {"code": "ok", "message": "", "log_id": "1"},
    }
    path = write(tmp_path / "x.json", answer)
    undated = imported(world, path)
    assert (undated.undated, undated.scraped_at_inferred) == (1, False)
    assert undated.remarks()[0].startswith("no crawl time, and no post to take one from")
    (dated,) = import_files(world, [path], scraped_at=1_709_900_000).files
    assert (dated.undated, dated.remarks()) == (0, [])


def test_a_nested_cell_is_named_by_the_way_to_it(world: LocalWorld, tmp_path: Path) -> None:
    rows = [scraped(0, authorMeta={"name": "invented.baker", "fans": "lots", "verified": "maybe"})]
    found = imported(world, write(tmp_path / "x.json", [*rows]))
    assert found.unread == {"authorMeta.fans": 1, "authorMeta.verified": 1}


def test_only_the_first_examples_of_a_column_are_kept() -> None:
    notes = Notes()
    for value in ("a", "a", "b", "c", "d" * 100):
        notes.cell("views", value)
    assert notes.unread == {"views": 5}
    assert notes.examples == {"views": ["a", "b", "c"]}


def test_a_long_value_is_shown_in_part() -> None:
    notes = Notes()
    notes.cell("views", "d" * 100)
    assert notes.examples == {"views": ["d" * 40]}


def test_the_values_of_a_private_file_are_never_kept() -> None:
    notes = Notes(private=True)
    notes.cell("Likes", "secret")
    assert (notes.unread, notes.examples) == ({"Likes": 1}, {"Likes": []})
    assert FileReport(Path("x"), "own", unread={"Likes": 1}, examples={"Likes": []}).remarks() == [
        "unknown, as the cell could not be read: Likes, 1"
    ]


def test_a_file_of_endless_columns_is_summed_up() -> None:
    notes = Notes()
    for number in range(1_000):
        notes.cell(f"column {number}", "x")
    assert len(notes.unread) <= 101
    assert notes.unread["other columns"] == 900


def test_sounds_that_are_only_named_are_counted(world: LocalWorld, tmp_path: Path) -> None:
    damaged: JsonValue = {"musicId": "7,01E+18", "musicName": "a made-up tune"}
    rows = [scraped(0, musicMeta=damaged), scraped(60, musicMeta={"musicName": "x"}), scraped(120)]
    found = imported(world, write(tmp_path / "x.json", [*rows]))
    assert found.sounds_without_id == 2
    assert "sounds left out, as they have no id: 2" in found.remarks()
    assert world.data().execute("SELECT count(*) FROM sounds").fetchone()[0] == 0


def test_lines_of_several_formats_are_each_read_as_their_own(
    world: LocalWorld, tmp_path: Path
) -> None:
    lines: list[JsonValue] = [
        scraped(0),
        {"id": made_id(60), "extractor_key": "TikTok", "uploader": "invented.baker"},
        {"video_id": made_id(120), "username": "invented.baker", "plays": 3},
        {"userInfo": {"user": {"uniqueId": "invented.baker"}, "stats": {"followerCount": 7}}},
        {"what": "ever"},
    ]
    found = imported(world, write(tmp_path / "x.jsonl", text_of(lines)))
    assert found.formats == {"tiktok-scraper": 1, "yt-dlp": 1, "flat-table": 1, "tiktok-web": 1}
    assert (found.read, found.records, found.rejected) == (5, 4, 1)
    assert found.remarks() == [
        "several formats in one file: 1 tiktok-scraper, 1 yt-dlp, 1 flat-table, 1 tiktok-web"
    ]


def test_a_file_of_one_format_has_nothing_to_remark(world: LocalWorld, tmp_path: Path) -> None:
    assert imported(world, write(tmp_path / "x.json", [scraped(0)])).remarks() == []


def test_an_unknown_file_is_told_what_it_has(world: LocalWorld, tmp_path: Path) -> None:
    path = write(tmp_path / "x.json", [{"total": 3, "customer": "nobody"}])
    with pytest.raises(UnknownFormatError, match=r"Its rows have: customer, total\."):
        import_files(world, [path])


def test_a_folder_is_imported_and_what_is_no_data_is_skipped(
    world: LocalWorld, tmp_path: Path
) -> None:
    folder = tmp_path / "downloads"
    (folder / "deeper").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    write(folder / "b.info.json", {"id": made_id(0), "extractor_key": "TikTok", "uploader": "x"})
    write(folder / "deeper" / "a.json", [scraped(60)])
    write(folder / ".hidden" / "c.json", [scraped(120)])
    (folder / "b.mp4").write_bytes(b"\x00\x00\x00\x18ftyp")
    report = import_files(world, [folder])
    assert [file.path.name for file in report.files] == ["b.info.json", "a.json"]
    assert [path.name for path in report.skipped] == ["b.mp4"]
    assert world.data().execute("SELECT count(*) FROM videos").fetchone()[0] == 2


def test_a_folder_without_data_is_refused(world: LocalWorld, tmp_path: Path) -> None:
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "b.mp4").write_bytes(b"\x00\x00\x00\x18ftyp")
    with pytest.raises(UnknownFormatError, match="downloads holds no file in a known format"):
        import_files(world, [folder])


def test_a_broken_named_file_is_refused_though_a_folder_would_skip_it(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = tmp_path / "b.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftyp")
    with pytest.raises(UnknownFormatError, match=r"b\.mp4 is not in a known format"):
        import_files(world, [path])


def test_rows_are_written_down_with_their_kind_of_place(world: LocalWorld, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    import_files(world, [write(tmp_path / "x.json", [scraped(0), {"id": "x"}])], rejects=rejects)
    assert json.loads(rejects.read_text("utf-8"))["item"] == 2
