"""What a person reads when the machine or the files are at fault. All data is synthetic."""

import os
import re
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from mcp_server.cli.local_options import said_plainly
from mcp_server.local import LocalConfig, LocalWorld
from tests.cli.calling import Run, cells, crawl
from tests.console import SCRIPT
from tests.console import run as run_to_its_end

SQLITE_WITHOUT = {
    "too-old": """
import sqlite3
sqlite3.sqlite_version_info = (3, 31, 1)
sqlite3.sqlite_version = "3.31.1"
""",
    "no-fts5": """
import functools, sqlite3
class Without(sqlite3.Connection):
    def execute(self, query, *values):
        hidden = query == "PRAGMA compile_options"
        return super().execute("SELECT 'THREADSAFE=1'" if hidden else query, *values)
sqlite3.connect = functools.partial(sqlite3.connect, factory=Without)
""",
}
PATIENT = ("setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner")


def small_files(*command: str | Path) -> list[str | Path]:
    """Return a command that cannot write files of more than two megabytes."""
    return ["sh", "-c", 'ulimit -f 4000; exec "$0" "$@"', *command]


def small_disk(folder: Path, *command: str | Path) -> list[str | Path]:
    """Return a command for which a folder is a disk of one megabyte, or skip the test."""
    mount = ["unshare", "-rm", "sh", "-c", 'mount -t tmpfs -o size=1m none "$0" && exec "$@"']
    folder.mkdir()
    if shutil.which("unshare") is None or run_to_its_end([*mount, folder, "true"]).returncode:
        pytest.skip("no file system can be mounted here")
    return [*mount, folder, *command]


@pytest.fixture
def unwritable(run: Run, flat: Path, folder: Path) -> Iterator[list[str | Path]]:
    """A world in a folder that cannot be written; the command that takes root's power away."""
    other = flat.with_name("other.csv")
    other.write_text("video_id,username,plays\n7341363547541369999,made.up,3\n", "utf-8")
    assert run("import", flat, other, "--account", "invented.baker").exit_code == 0
    world = folder / "local" / "own"
    for path in (world, folder / "local", folder):
        path.chmod(0o555)
    powerless: list[str | Path] = []
    if os.access(world, os.W_OK):
        powerless = [*PATIENT]
        if shutil.which("setpriv") is None or run_to_its_end([*PATIENT, "true"]).returncode:
            pytest.skip("nothing is read-only for this user")
    yield [*powerless, SCRIPT]
    for path in (folder, folder / "local", world):
        path.chmod(0o755)


@pytest.mark.parametrize(
    ("lacking", "command"),
    [
        ("too-old", ["local", "stats"]),
        ("too-old", ["serve", "--local"]),
        ("no-fts5", ["local", "serve"]),
    ],
)
def test_a_sqlite_that_lacks_something_names_pythons_that_have_it(
    lacking: str, command: list[str], tmp_path: Path
) -> None:
    # Python runs this module at its start, whatever it is to do: the SQLite it has is another.
    (tmp_path / "sitecustomize.py").write_text(SQLITE_WITHOUT[lacking], "utf-8")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = run_to_its_end(
        [SCRIPT, *command, "--data-dir", tmp_path / "data"], env={"PYTHONPATH": path}
    )
    assert done.returncode == 1
    what = "SQLite 3.31.1 is too old" if lacking == "too-old" else "no full-text search (FTS5)"
    assert what in done.stderr
    assert "`PYTHON=/path/to/that/python make bootstrap`" in done.stderr
    assert "tool install" not in done.stderr  # it is on no index
    assert done.stderr.count("\n") == 1


def test_a_full_disk_says_so_and_how_many_rows_are_stored(tmp_path: Path) -> None:
    path = crawl(tmp_path / "crawl.csv", 12_000)
    disk = tmp_path / "disk"
    command: list[str | Path] = [
        SCRIPT,
        "local",
        "import",
        path,
        "--scraped-at",
        "2024-01-01",
        "--data-dir",
        disk,
    ]
    done = run_to_its_end(small_disk(disk, *command))
    assert done.returncode == 1
    assert "the disk is full. What was stored is sound" in done.stderr
    assert re.search(r"^crawl\.csv: the first [\d,]+ rows are stored$", done.stderr, re.MULTILINE)
    assert "Traceback" not in done.stderr


def test_a_file_that_may_not_grow_is_said_with_what_is_stored(tmp_path: Path) -> None:
    path = crawl(tmp_path / "crawl.csv", 12_000)
    command: list[str | Path] = [SCRIPT, "local", "import", path, "--scraped-at", "2024-01-01"]
    done = run_to_its_end(small_files(*command, "--data-dir", tmp_path / "data"))
    assert done.returncode == 1
    assert "a quota is full" in done.stderr
    assert "rows are stored" in done.stderr
    stats = run_to_its_end([SCRIPT, "local", "stats", "--data-dir", tmp_path / "data"])
    assert "Unfinished: a flat-table file" in stats.stdout


@pytest.mark.parametrize("command", [["local", "generate"], ["serve", "--local"]])
def test_a_sample_that_does_not_fit_is_one_line_and_never_taken_for_whole(
    command: list[str], tmp_path: Path
) -> None:
    done = run_to_its_end(small_files(SCRIPT, *command, "--data-dir", tmp_path))
    assert done.returncode == 1
    assert "a quota is full" in done.stderr
    assert "Traceback" not in done.stderr
    stats = run_to_its_end([SCRIPT, "local", "stats", "--data-dir", tmp_path])
    assert (stats.returncode, "is not finished" in stats.stderr) == (1, True)


def test_a_read_only_world_can_be_read(unwritable: list[str | Path], flat: Path) -> None:
    stats = run_to_its_end([*unwritable, "local", "stats"])
    assert cells(stats.stdout, "videos ") == ["videos", "3"]
    listed = run_to_its_end([*unwritable, "local", "account", "list"])
    assert "invented.baker" in listed.stdout
    exported = run_to_its_end([*unwritable, "local", "export"])
    assert (exported.returncode, exported.stdout.count('"video":')) == (0, 3)
    tried = run_to_its_end([*unwritable, "local", "import", flat, "--dry-run"])
    assert cells(tried.stdout, "flat.csv ")[2:] == ["3", "0", "0", "2", "1"]


@pytest.mark.parametrize(
    "command",
    [
        ["import", "FLAT"],
        ["account", "add", "made.up"],
        ["account", "remove", "invented.baker"],
        ["generate"],
    ],
)
def test_a_read_only_world_is_not_written_and_says_what_to_do(
    unwritable: list[str | Path], flat: Path, command: list[str]
) -> None:
    arguments = [flat if part == "FLAT" else part for part in command]
    done = run_to_its_end([*unwritable, "local", *arguments])
    assert done.returncode == 1
    assert "read-only" in done.stderr
    assert "--data-dir or TOKMETRICS_DATA_DIR" in done.stderr


def test_a_read_only_world_with_a_journal_is_read_with_it(
    run: Run, flat: Path, folder: Path
) -> None:
    run("import", flat)
    world = LocalWorld(LocalConfig(folder, "own"))
    world.data().execute("INSERT INTO meta VALUES ('in', 'the journal')")
    copy = folder / "copy" / "own"
    shutil.copytree(folder / "local" / "own", copy)
    world.close()
    assert (copy / "data.db-wal").stat().st_size > 0
    for path in copy.iterdir():
        path.chmod(0o444)
    powerless = [*PATIENT] if os.access(copy / "data.db", os.W_OK) else []
    code = (
        "import sys; from pathlib import Path; from contextlib import closing;"
        "from mcp_server.local.database import open_database\n"
        "with closing(open_database(Path(sys.argv[1]), 'data')) as data:"
        " print(*data.execute(\"SELECT value FROM meta WHERE key = 'in'\").fetchone())"
    )
    if powerless and run_to_its_end([*powerless, "true"]).returncode:
        pytest.skip("nothing is read-only for this user")
    python = SCRIPT.with_name("python")
    assert run_to_its_end([*powerless, python, "-c", code, copy]).stdout == "the journal\n"


def test_a_world_in_use_for_too_long_is_to_be_tried_again(run: Run, flat: Path) -> None:
    run("import", flat)
    with pytest.raises(click.ClickException) as caught, said_plainly():
        _two_writers(flat.with_name("x.db"))
    assert caught.value.message == (
        "The local store is in use by another process, and was so for 10 seconds. "
        "Wait until that one has finished, then try again."
    )


def _two_writers(path: Path) -> None:
    first, second = sqlite3.connect(path), sqlite3.connect(path, timeout=0)
    try:
        first.execute("BEGIN IMMEDIATE")
        second.execute("BEGIN IMMEDIATE")
    finally:
        first.close()
        second.close()


@pytest.mark.parametrize("command", [["stats"], ["import", "FLAT"], ["account", "list"]])
def test_a_damaged_world_says_what_to_do(
    run: Run, flat: Path, folder: Path, command: list[str]
) -> None:
    run("import", flat)
    path = folder / "local" / "own" / "data.db"
    pages = path.read_bytes()
    path.write_bytes(pages[:4096] + b"\xff" * (len(pages) - 4096))
    result = run(*(flat if part == "FLAT" else part for part in command))
    assert result.exit_code == 1
    assert f"{path} cannot be used: it is damaged. Put a backup in its place" in result.stderr


@pytest.mark.parametrize("world", [[], ["--world", "own"]])
def test_serving_a_broken_store_is_one_line_of_error(
    run: Run, folder: Path, world: list[str]
) -> None:
    (folder / "local" / "own").mkdir(parents=True)
    (folder / "local" / "own" / "data.db").write_text("no database" * 100, "utf-8")
    result = run("serve", "--port", "0", *world)
    assert result.exit_code == 1
    assert "cannot be used: it is damaged, or no file of Tokmetrics" in result.stderr


def test_a_newer_world_asks_for_a_newer_tokmetrics(run: Run, flat: Path, folder: Path) -> None:
    run("import", flat)
    world = LocalWorld(LocalConfig(folder, "own"))
    world.data().execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    world.close()
    result = run("stats")
    assert result.exit_code == 1
    assert "has schema 99" in result.stderr
    assert "upgrade Tokmetrics" in result.stderr


def test_a_folder_in_place_of_a_file_is_named(run: Run, folder: Path) -> None:
    path = folder / "local" / "own" / "data.db"
    path.mkdir(parents=True)
    result = run("stats")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {path} is a folder where a file of Tokmetrics should be.\n"


def test_a_file_in_place_of_a_folder_is_named(run: Run, flat: Path, folder: Path) -> None:
    folder.mkdir()
    (folder / "local").write_text("a file where a folder should be", "utf-8")
    for command in (["import", flat], ["generate"]):
        result = run(*command)
        assert result.exit_code == 1
        assert str(folder / "local") in result.stderr
        assert "choose another data folder" in result.stderr


def test_a_store_that_fails_on_the_way_is_an_error_without_a_traceback(
    run: Run, flat: Path, folder: Path
) -> None:
    run("import", flat)
    world = LocalWorld(LocalConfig(folder, "own"))
    world.data().execute("DROP TABLE sounds_fts")
    world.data().execute("DROP TABLE videos")
    world.close()
    result = run("import", flat)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: The local store cannot be used: ")
    assert "flat.csv: this run stored none of it" in result.stderr


def test_a_port_in_use_asks_for_another(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: 127.0.0.1:{port} cannot be served: ")
    assert "Choose another with --port." in result.stderr
