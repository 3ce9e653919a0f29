"""What an export says, and how it is written. All data is synthetic."""

import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mcp_server.local import LocalStoreError, LocalWorld
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from tests.local.export.worlds import (
    AS_OF,
    DAY,
    exported,
    of_kind,
    opened,
)

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


def test_the_first_line_names_format_and_version(small: LocalWorld) -> None:
    assert exported(small)[0] == {"tokmetrics": 1, "export": {"world": "own"}}


def test_nothing_is_written_for_what_is_unknown(small: LocalWorld) -> None:
    assert of_kind(exported(small), "video")[1:] == [
        {"video_id": "2", "creator": "bea"},
        {
            "video_id": "3",
            "creator": "cleo",
            "content_type": "slideshow",
            "posted_at": AS_OF - 9 * DAY,
            "scraped_at": AS_OF,
        },
    ]


def test_one_creator_comes_with_nothing_of_others(small: LocalWorld) -> None:
    lines = exported(small, "@ANN.old")
    assert [next(k for k in line if k != "tokmetrics") for line in lines] == [
        "export",
        "hashtag",
        "sound",
        "creator",
        "video",
        "video_history",
        "creator_history",
        "account",
        "account_history",
    ]
    assert of_kind(lines, "hashtag") == [{"name": "stays"}]
    assert of_kind(lines, "creator_history") == [
        {
            "username": "ann",
            "user_id": "11",
            "seen": [[AS_OF - 9 * DAY, 10, None, None, None], [AS_OF, 12, None, None, None]],
        }
    ]
    assert [next(k for k in line if k != "tokmetrics") for line in exported(small, "bea")] == [
        "export",
        "creator",
        "video",
    ]


def test_a_creator_that_is_not_stored_stops_the_export(small: LocalWorld, tmp_path: Path) -> None:
    with pytest.raises(LocalStoreError, match="'nobody'"):
        write_export(small, tmp_path / "x.jsonl", creators=["ann", "nobody"])
    assert list(tmp_path.glob("*x.jsonl*")) == []


def test_a_packed_export_is_the_same_bytes_each_time_and_imports(
    small: LocalWorld, tmp_path: Path
) -> None:
    write_export(small, tmp_path / "a.jsonl.gz")
    write_export(small, tmp_path / "b.jsonl.gz")
    write_export(small, tmp_path / "c.jsonl")
    packed = (tmp_path / "a.jsonl.gz").read_bytes()
    assert packed == (tmp_path / "b.jsonl.gz").read_bytes()
    assert gzip.decompress(packed) == (tmp_path / "c.jsonl").read_bytes()
    copy = opened(tmp_path, "copy")
    assert import_files(copy, [tmp_path / "a.jsonl.gz"]).rejected == 0
    copy.close()


class Disturbed(io.BytesIO):
    """Somebody else imports something as soon as the first line is written."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def write(self, buffer: "ReadableBuffer", /) -> int:
        if not self.tell():
            other = opened(self._folder, "small")
            ingest = Ingest(other.data(), other.state(), source="meanwhile")
            ingest.add([VideoRecord("9", CreatorRecord("late", followers=1), scraped_at=AS_OF)])
            ingest.finish()
            other.close()
        return super().write(buffer)


def test_what_is_imported_meanwhile_is_not_exported(small: LocalWorld, tmp_path: Path) -> None:
    before = io.BytesIO()
    write_export(small, before)
    during = Disturbed(tmp_path)
    write_export(small, during)
    assert during.getvalue() == before.getvalue()
    assert '"late"' in json.dumps(exported(small))


def test_an_export_that_fails_leaves_the_older_file(small: LocalWorld, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_export(small, path)
    complete = path.read_bytes()
    with pytest.raises(LocalStoreError):
        write_export(small, path, creators=["nobody"])
    assert path.read_bytes() == complete
    assert sorted(one.name for one in tmp_path.iterdir() if one.is_file()) == ["x.jsonl"]


def test_progress_tells_the_videos(rich: LocalWorld) -> None:
    told: list[tuple[int, int]] = []
    written = write_export(
        rich, io.BytesIO(), progress=lambda done, total: told.append((done, total))
    )
    assert (written, told) == (1_500, [(1_000, 1_500)])


def test_memory_does_not_grow_with_the_world(rich: LocalWorld, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    write_export(rich, out)
    tracemalloc.start()
    write_export(rich, out)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300_000 < out.stat().st_size
