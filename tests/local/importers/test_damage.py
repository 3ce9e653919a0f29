"""Files whose packing is damaged: what can be read of them is, and the rest is told."""

import gzip
import json
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.importers import UnknownFormatError, import_files
from mcp_server.local.importers.detect import detect
from mcp_server.local.importers.items import Malformed, Row
from tests.local.importers.reading import made_id, text_of, write

DAMAGE = "the gzip data is damaged or ends early; nothing after this was read"
ROWS = 200


def item(number: int) -> dict[str, object]:
    return {"id": made_id(number), "authorMeta": {"name": "invented.baker"}, "playCount": 1_234_567}


def cut(path: Path, content: str) -> Path:
    """Write a packed file that ends early, in the middle of a row."""
    packed = gzip.compress(content.encode(), compresslevel=0)  # as long as what it holds
    path.write_bytes(packed[: len(packed) - 40])
    return path


def listed() -> str:
    return json.dumps([item(number) for number in range(ROWS)])


def lines() -> str:
    return "\n".join(json.dumps(item(number)) for number in range(ROWS))


def table() -> str:
    rows = (f"{made_id(number)},invented.baker,1234567,{'x' * 60}" for number in range(ROWS))
    return "\n".join(["video_id,username,plays,text", *rows])


@pytest.mark.parametrize("content", [listed(), lines(), table()], ids=["json", "lines", "csv"])
def test_the_rows_ahead_of_the_damage_are_read(
    world: LocalWorld, tmp_path: Path, content: str
) -> None:
    path = cut(tmp_path / "x.gz", content)
    *whole, last = detect(path).rows()
    assert (len(whole), all(isinstance(row, Row) for row in whole)) == (ROWS - 1, True)
    assert isinstance(last, Malformed)
    assert last.reason == DAMAGE
    (found,) = import_files(world, [path]).files
    assert (found.new, found.reasons) == (ROWS - 1, {DAMAGE: 1})
    ((plays,),) = world.data().execute("SELECT DISTINCT plays FROM videos")
    assert plays == 1_234_567


def test_the_last_row_of_a_damaged_table_is_kept_for_the_report(tmp_path: Path) -> None:
    *_, last = detect(cut(tmp_path / "x.gz", table())).rows()
    assert isinstance(last, Malformed)
    assert last.text.startswith(f"{made_id(ROWS - 1)} | invented.baker | ")


def test_a_wrong_checksum_is_told_behind_all_rows(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(lines().encode()))
    packed[-8] ^= 0xFF
    path = tmp_path / "x.gz"
    path.write_bytes(packed)
    *whole, last = detect(path).rows()
    assert len(whole) == ROWS
    assert isinstance(last, Malformed)
    assert (last.at, last.reason) == (ROWS + 1, DAMAGE)


def test_a_damaged_file_does_not_keep_a_folder_from_being_imported(
    world: LocalWorld, tmp_path: Path
) -> None:
    folder = tmp_path / "crawls"
    folder.mkdir()
    cut(folder / "a.gz", lines())
    (folder / "b.gz").write_bytes(gzip.compress(lines().encode())[:12])
    write(folder / "c.jsonl", text_of([{"id": made_id(ROWS), "authorMeta": {"name": "other"}}]))
    report = import_files(world, [folder])
    assert [(file.path.name, file.new) for file in report.files] == [
        ("a.gz", ROWS - 1),
        ("c.jsonl", 1),
    ]
    assert [path.name for path in report.skipped] == ["b.gz"]


def test_a_file_of_a_folder_that_cannot_be_opened_is_passed_over_by_name(
    world: LocalWorld, tmp_path: Path
) -> None:
    folder = tmp_path / "crawls"
    folder.mkdir()
    inside = Path("/proc/self/mem")  # which nobody can read from its beginning
    (folder / "a.json").symlink_to(inside)
    with pytest.raises(UnknownFormatError, match=r"that could be read \(a\.json: "):
        import_files(world, [folder])
    write(folder / "b.jsonl", lines())
    report = import_files(world, [folder])
    assert [file.path.name for file in report.files] == ["b.jsonl"]
    assert [path.name for path in report.unreadable] == ["a.json"]
