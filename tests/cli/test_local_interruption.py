"""Ctrl-C in the middle of a long command. All data is synthetic."""

import os
import re
import signal
import subprocess
from pathlib import Path

from tests.cli.calling import crawl
from tests.console import PATIENCE_SECONDS, SCRIPT
from tests.console import run as run_to_its_end


def test_ctrl_c_says_how_many_rows_are_stored_and_that_another_run_is_safe(
    tmp_path: Path,
) -> None:
    path = crawl(tmp_path / "crawl.csv", 60_000)
    command: list[str | Path] = [
        SCRIPT,
        "local",
        "import",
        path,
        "--scraped-at",
        "2024-01-01",
        "--data-dir",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own script
        [*command, tmp_path / "data"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        assert process.stderr is not None
        process.stderr.readline()  # it says how far it is, after a second
        process.send_signal(signal.SIGINT)
        shown, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert (process.returncode, shown) == (130, "")
    said = complaint.splitlines()
    assert said[-2].startswith("Interrupted. What was stored is sound; run the same import again")
    assert re.fullmatch(
        r"crawl\.csv: (the first [\d,]+ rows are stored|this run stored none of it)", said[-1]
    )
    stats = run_to_its_end([SCRIPT, "local", "stats", "--data-dir", tmp_path / "data"])
    assert "Unfinished: a flat-table file" in stats.stdout


def test_ctrl_c_before_anything_is_read_is_as_safe(folder: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    process = subprocess.Popen(  # noqa: S603 - our own script
        [SCRIPT, "local", "import", pipe, "--dry-run", "--data-dir", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    with process, pipe.open("wb"):  # goes on once the import has opened the other end
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert complaint == "Interrupted. It was a dry run: nothing was stored.\n"


def test_ctrl_c_while_generating_leaves_a_world_that_is_known_to_be_incomplete(
    tmp_path: Path,
) -> None:
    command: list[str | Path] = [
        SCRIPT,
        "local",
        "generate",
        "--creators",
        "20000",
        "--videos",
        "400000",
    ]
    process = subprocess.Popen(  # noqa: S603 - our own script
        [*command, "--data-dir", tmp_path],
        stderr=subprocess.PIPE,
        encoding="utf-8",
        # Coverage waits for good on a lock of its own that a Ctrl-C found it holding.
        env={name: value for name, value in os.environ.items() if "COV" not in name},
    )
    with process:
        assert process.stderr is not None
        progress = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=PATIENCE_SECONDS)
    assert re.match(r"videos: [\d,]+ of 400,000, \d+%, about \d+ (s|min) left", progress)
    assert process.returncode == 130
    assert complaint.splitlines()[-1].startswith("Interrupted. The sample world is not finished")
    assert "Traceback" not in complaint
    stats = run_to_its_end([SCRIPT, "local", "stats", "--data-dir", tmp_path])
    assert (stats.returncode, "is not finished" in stats.stderr) == (1, True)
