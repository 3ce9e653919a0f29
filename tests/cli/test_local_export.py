"""`tokmetrics local export`. All data is synthetic."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.calling import Run
from tests.console import PATIENCE_SECONDS, SCRIPT

FLAT = """video_id,username,create_time,plays,likes
7341363547541362296,invented.baker,2024-03-01T12:00:00Z,541200,1400
7343203533934953171,made.up,2024-03-06T11:00:05Z,,5
"""


@pytest.fixture
def filled(run: Run, tmp_path: Path) -> Run:
    """The same, after an import of two creators."""
    path = tmp_path / "flat.csv"
    path.write_text(FLAT, "utf-8")
    assert run("import", path, "--account", "made.up").exit_code == 0
    return run


def kinds(text: str) -> list[str]:
    return [next(key for key in json.loads(line) if key != "tokmetrics") for line in text.split()]


def test_an_export_goes_to_standard_output_and_says_on_stderr_what_it_was(filled: Run) -> None:
    result = filled("export")
    assert result.exit_code == 0
    expected = ["export", "creator", "creator", "video", "video", "account", "account_history"]
    assert kinds(result.stdout) == expected
    assert result.stderr == "2 videos of the own world written to standard output.\n"


def test_an_export_is_imported_into_another_folder(filled: Run, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl.gz"
    assert filled("export", "--output", path).exit_code == 0
    assert path.read_bytes()[:2] == b"\x1f\x8b"
    other = tmp_path / "other"
    result = filled("import", path, "--data-dir", other)
    assert result.exit_code == 0
    assert "tokmetrics-export" in result.stdout
    assert "made.up" in filled("account", "list", "--data-dir", other).stdout
    assert filled("export", "--data-dir", other).stdout == filled("export").stdout


def test_one_creator_can_be_chosen(filled: Run) -> None:
    result = filled("export", "--creator", "@Invented.Baker")
    assert kinds(result.stdout) == ["export", "creator", "video"]


def test_an_unknown_creator_is_an_error_in_one_line(filled: Run, tmp_path: Path) -> None:
    result = filled("export", "--creator", "nobody", "--output", tmp_path / "x.jsonl")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: No creator named 'nobody' is stored in the own world.\n"
    assert not (tmp_path / "x.jsonl").exists()


def test_an_empty_world_is_said_and_not_created(run: Run, tmp_path: Path) -> None:
    result = run("export", "--world", "own")
    assert (result.exit_code, result.stderr) == (1, "Error: The own world is empty.\n")
    assert not (tmp_path / "data" / "local" / "own").exists()


def test_a_folder_that_is_not_there_is_an_error_in_one_line(filled: Run, tmp_path: Path) -> None:
    result = filled("export", "--output", tmp_path / "missing" / "x.jsonl")
    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr
    assert "Traceback" not in result.stderr


def test_an_export_of_the_sample_is_refused_as_own_data(run: Run, tmp_path: Path) -> None:
    assert run("generate", "--creators", "2", "--videos", "4").exit_code == 0
    path = tmp_path / "sample.jsonl"
    assert run("export", "--world", "sample", "--output", path).exit_code == 0
    result = run("import", path)
    assert (result.exit_code, result.stderr) == (1, "Error: Every row was rejected.\n")
    assert "synthetic: a generated world is never imported as real data" in result.stdout
    assert "sample" in run("stats").stdout.split("world", 1)[1].splitlines()[0]


def test_a_reader_that_has_gone_leaves_no_traceback(filled: Run, tmp_path: Path) -> None:
    assert filled("stats").exit_code == 0
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(  # noqa: S603 - our own program
        [SCRIPT, "local", "export", "--data-dir", str(tmp_path / "data")],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
