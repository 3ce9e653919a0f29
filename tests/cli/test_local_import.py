"""What `tokmetrics local import` says of files and folders. All data is synthetic."""

import zipfile
from pathlib import Path

import pytest

from mcp_server.local.importers.detect import FORMATS
from tests.cli.calling import FLAT, Run, cells


def test_the_help_names_every_format_and_folders(run: Run) -> None:
    shown = " ".join(run("import", "--help").stdout.split())
    assert "a folder stands for every file in it" in shown
    for known in FORMATS:
        assert f"- {known.title}" in shown


def test_a_folder_stands_for_its_files_and_says_what_it_passed_over(
    run: Run, tmp_path: Path
) -> None:
    crawls = tmp_path / "crawls"
    crawls.mkdir()
    (crawls / "one.csv").write_text(FLAT, "utf-8")
    (crawls / "two.csv").write_text(FLAT.replace("541.2K", "600K"), "utf-8")
    for name in ("a.mp4", "b.mp4", "c.mp4", "d.mp4"):
        (crawls / name).write_bytes(b"\0\0\0\x18ftypmp42")
    shown = run("import", crawls).stdout
    assert cells(shown, "one.csv ")[2:] == ["3", "2", "0", "0", "1"]
    # One of the two videos has other figures now.
    assert cells(shown, "two.csv ")[2:] == ["3", "0", "1", "1", "1"]
    assert cells(shown, "all ") == ["all", "2", "files", "6", "2", "1", "1", "2"]
    passed = "in no known format: 4 files (a.mp4, b.mp4, c.mp4, ...)."
    assert passed in shown


def test_of_very_many_files_the_sum_and_the_first_are_shown(run: Run, tmp_path: Path) -> None:
    for number in range(42):
        (tmp_path / f"{number:02}.csv").write_text(
            f"video_id,username,plays\n73413635475413622{number:02},invented.baker,7\n", "utf-8"
        )
    shown = run("import", tmp_path).stdout
    assert cells(shown, "all ") == ["all", "42", "files", "42", "42", "0", "0", "0"]
    assert "39.csv" in shown
    assert "40.csv" not in shown
    assert "Of 42 files the first 40 are shown." in shown


def test_cells_that_could_not_be_read_are_said(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("video_id,username,plays\n7341363547541362296,invented.baker,lots\n", "utf-8")
    shown = run("import", path).stdout
    assert "unknown, as the cell could not be read: plays, 1 (such as 'lots')" in shown


@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_file_of_which_no_row_can_be_used_is_an_error(
    run: Run, tmp_path: Path, dry: list[str]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("video_id,username,plays\n7.34E+18,invented.baker,5\n", "utf-8")
    result = run("import", path, *dry)
    assert (result.exit_code, result.stderr) == (1, "Error: Every row was rejected.\n")
    assert cells(result.stdout, "table.csv ")[2:] == ["1", "0", "0", "0", "1"]


def test_one_row_that_can_be_used_is_no_error(run: Run, flat: Path, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("video_id,username,plays\n7.34E+18,invented.baker,5\n", "utf-8")
    assert run("import", path, flat).exit_code == 0


def test_a_zip_file_is_to_be_unpacked(run: Run, tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "tiktok.json"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("user_data_tiktok.json", "{}")
    result = run("import", path)
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: tiktok.json is a zip archive: unpack it and import the files that it holds.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize(
    ("beginning", "what"),
    [
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "a spreadsheet: save it as CSV"),
        (b"PAR1\x15", "Parquet, which is not read"),
        (b"SQLite format 3\x00", "tokmetrics local export"),
        (b"\xfd7zXZ\x00", "packed with xz"),
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\r", "is not in a known format"),
    ],
)
def test_a_file_of_another_kind_is_named_for_what_it_is(
    run: Run, tmp_path: Path, beginning: bytes, what: str
) -> None:
    path = tmp_path / "videos.csv"
    path.write_bytes(beginning)
    result = run("import", path)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert what in result.stderr


def test_a_file_that_is_no_utf_8_is_imported_all_the_same(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "latin.csv"
    text = "video_id,username,plays,description\n7341363547541362296,invented.baker,5,café\n"
    path.write_bytes(text.encode("latin-1"))
    assert cells(run("import", path).stdout, "latin.csv ")[2:] == ["1", "1", "0", "0", "0"]
