"""An import that is cut short, by an error or by the end of its process, and run again."""

import errno
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import FileReport, import_files
from mcp_server.local.tokportal.mending import mend
from tests.local.importers.reading import made_id, write

ROWS = 2_500
KILLED = """
import os, signal, sys
from pathlib import Path
from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.importers import import_files

calls = []

def kill(path, done, size):
    calls.append(done)
    if len(calls) == 47:  # 25 while the file is looked through, then row 2,101
        os.kill(os.getpid(), signal.SIGKILL)

folder, file, now = sys.argv[1:]
world = LocalWorld(LocalConfig(Path(folder), "own", clock=lambda: int(now)))
import_files(world, [Path(file)], progress=kill)
"""


def crawl(path: Path, caption: str = "") -> Path:
    author = {"name": "invented.baker"}
    return write(
        path,
        [
            {"id": made_id(number), "authorMeta": author, "playCount": number, "text": caption}
            for number in range(ROWS)
        ],
    )


def imported(world: LocalWorld, path: Path) -> FileReport:
    (found,) = import_files(world, [path]).files
    return found


def stored(world: LocalWorld) -> tuple[object, ...]:
    query = "SELECT count(*), count(DISTINCT video_id), sum(plays) FROM videos"
    return tuple(world.data().execute(query).fetchone())


def runs(world: LocalWorld) -> list[tuple[object, ...]]:
    query = "SELECT finished_at IS NULL, n_read, n_new FROM import_runs ORDER BY id"
    return [tuple(row) for row in world.state().execute(query)]


def killed(world: LocalWorld, path: Path) -> None:
    """Import in another process, an hour ago, which dies between two chunks."""
    arguments = [str(world.config.data_dir), str(path), str(world.now() - 3_600)]
    done = subprocess.run(  # noqa: S603 - our own interpreter and script
        [sys.executable, "-c", KILLED, *arguments], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL


def test_a_killed_process_leaves_whole_chunks_and_says_how_far_it_came(
    world: LocalWorld, tmp_path: Path
) -> None:
    killed(world, crawl(tmp_path / "x.json"))
    assert stored(world) == (2_000, 2_000, sum(range(2_000)))
    assert runs(world) == [(1, 2_000, 2_000)]


def test_what_a_killed_process_stored_is_computed_when_somebody_asks(
    world: LocalWorld, tmp_path: Path
) -> None:
    killed(world, crawl(tmp_path / "x.json"))
    rated = "SELECT n_tracked, total_views, dirty FROM creators"
    assert tuple(world.data().execute(rated).fetchone()) == (0, None, 1)
    assert mend(world) is False
    assert tuple(world.data().execute(rated).fetchone()) == (2_000, sum(range(2_000)), 0)


def test_running_it_again_completes_it_and_doubles_nothing(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = crawl(tmp_path / "x.json")
    killed(world, path)
    again = imported(world, path)
    assert (again.read, again.new, again.updated, again.unchanged) == (ROWS, 500, 0, 2_000)
    assert again.interrupted_at == 2_000
    assert again.remarks() == ["an earlier import stopped after 2,000 rows; this one completed it"]
    assert stored(world) == (ROWS, ROWS, sum(range(ROWS)))
    tracked = world.data().execute("SELECT n_tracked, dirty FROM creators").fetchall()
    assert [tuple(row) for row in tracked] == [(ROWS, 0)]
    assert runs(world) == [(1, 2_000, 2_000), (0, ROWS, 500)]


def test_a_completed_import_is_no_longer_called_interrupted(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = crawl(tmp_path / "x.json")
    killed(world, path)
    imported(world, path)
    assert imported(world, path).interrupted_at is None


def test_the_error_that_stops_an_import_says_how_far_it_came(
    world: LocalWorld, tmp_path: Path
) -> None:
    calls: list[int] = []

    def fail(_what: str, done: int, _size: int) -> None:
        calls.append(done)
        if len(calls) == 22:  # at row 2,101
            raise OSError(errno.EIO, "the disk is gone")

    path = crawl(tmp_path / "x.json")
    with pytest.raises(OSError, match="the disk is gone") as caught:
        import_files(world, [path], scraped_at=world.now(), progress=fail)
    assert caught.value.__notes__ == ["x.json: the first 2,000 rows are stored"]
    assert stored(world)[0] == 2_000
    assert runs(world)[0][0] == 1


def test_an_import_that_fails_again_does_not_claim_to_be_complete(
    world: LocalWorld, tmp_path: Path
) -> None:
    report = FileReport(tmp_path / "x.json", "flat-table", read=5, stored=3, interrupted_at=2)
    assert report.remarks() == ["an earlier import stopped after 2 rows; this one stopped as well"]
    assert json.dumps(runs(world)) == "[]"
