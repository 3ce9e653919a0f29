"""The file of rejected rows: never one of those that are read, and whole or not there."""

import json
import os
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import import_files
from tests.local.importers.reading import made_id, write

TABLE = f"video_id,username,plays\n{made_id()},invented.baker,5\n7.34E+18,invented.baker,5\n"


def reasons(path: Path) -> list[str]:
    return [json.loads(line)["reason"] for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("given", ["x.csv", "."])
def test_a_file_to_import_is_never_written_over(
    world: LocalWorld, tmp_path: Path, given: str
) -> None:
    folder = tmp_path / "crawls"
    folder.mkdir()
    path = write(folder / "x.csv", TABLE)
    link = tmp_path / "other_name.jsonl"
    link.hardlink_to(path)
    for rejects in (path, folder / ".." / "crawls" / "x.csv", link):
        with pytest.raises(FileExistsError, match="this file is to be imported"):
            import_files(world, [folder / given], rejects=rejects)
    assert path.read_text("utf-8") == TABLE
    assert not world.folder.exists()


def test_a_file_that_is_read_under_the_name_for_writing_is_left_alone(
    world: LocalWorld, tmp_path: Path
) -> None:
    path = write(tmp_path / "bad.jsonl.part", TABLE)
    with pytest.raises(FileExistsError, match="to be imported"):
        import_files(world, [path], rejects=tmp_path / "bad.jsonl")
    assert path.read_text("utf-8") == TABLE


def test_an_earlier_file_of_rejected_rows_is_replaced_through_its_link(
    world: LocalWorld, tmp_path: Path
) -> None:
    real = write(tmp_path / "bad.jsonl", "of the last import")
    link = tmp_path / "link.jsonl"
    link.symlink_to(real)
    import_files(world, [write(tmp_path / "x.csv", TABLE)], rejects=link)
    assert link.is_symlink()
    assert reasons(real) == ["the id lost its last digits in a spreadsheet and no URL holds it"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "bad.jsonl",
        "link.jsonl",
        "x.csv",
    ]


def test_an_import_that_stops_leaves_the_earlier_file(world: LocalWorld, tmp_path: Path) -> None:
    rejects = write(tmp_path / "bad.jsonl", "of the last import")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_files(world, [write(tmp_path / "x.csv", TABLE)], rejects=rejects, progress=stop)
    assert rejects.read_text("utf-8") == "of the last import"
    assert not (tmp_path / "bad.jsonl.part").exists()


def test_rejected_rows_may_go_into_a_pipe(world: LocalWorld, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    ours = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        import_files(world, [write(tmp_path / "x.csv", TABLE)], rejects=pipe)
        assert json.loads(os.read(ours, 10_000))["line"] == 3
    finally:
        os.close(ours)
    assert pipe.is_fifo()
