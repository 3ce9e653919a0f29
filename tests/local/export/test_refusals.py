"""Lines that are not imported, those of generated worlds first. All data is synthetic."""

import json
from pathlib import Path

import pytest

from mcp_server.local import LocalWorld
from mcp_server.local.export import write_export
from mcp_server.local.importers import import_files
from mcp_server.local.sample import generate
from tests.local.export.worlds import (
    AS_OF,
    Json,
    content,
    exported,
    opened,
)


def test_the_sample_stays_marked_in_every_line_and_is_never_imported(tmp_path: Path) -> None:
    sample = opened(tmp_path, "sample")
    generate(sample, creators=3, videos=20, seed=1, as_of=AS_OF)
    write_export(sample, tmp_path / "sample.jsonl")
    lines = exported(sample)
    sample.close()
    assert all(line["synthetic"] is True for line in lines)
    own = opened(tmp_path)
    (file,) = import_files(own, [tmp_path / "sample.jsonl"]).files
    assert (file.records, file.rejected) == (0, len(lines))
    assert file.reasons == {
        "synthetic: a generated world is never imported as real data": len(lines)
    }
    assert content(own.data(), "creators", "videos") == {"creators": [], "videos": []}
    assert content(own.state(), "accounts", "video_snapshots") == {
        "accounts": [],
        "video_snapshots": [],
    }
    own.close()


def test_a_piece_of_a_sample_hidden_in_real_data_is_refused_too(
    small: LocalWorld, tmp_path: Path
) -> None:
    sample = opened(tmp_path, "sample")
    generate(sample, creators=1, videos=2, seed=1, as_of=AS_OF)
    mixed = [*exported(small), *exported(sample)[1:]]
    sample.close()
    path = tmp_path / "mixed.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in mixed), "utf-8")
    own = opened(tmp_path)
    import_files(own, [path])
    assert len(content(own.data(), "videos")["videos"]) == 3
    own.close()


def test_a_generated_world_in_the_place_of_the_own_one_is_marked_as_well(tmp_path: Path) -> None:
    world = opened(tmp_path)
    generate(world, creators=1, videos=1, seed=1, as_of=AS_OF)
    assert all(line["synthetic"] is True for line in exported(world))
    world.close()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"tokmetrics": 2, "video": {}}, "written by another version"),
        ({"tokmetrics": 1, "secret": {}}, "a line of an unknown kind"),
        ({"tokmetrics": 1, "video": []}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": "9"}}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": 9, "creator": "x"}}, "a damaged line"),
        ({"tokmetrics": 1, "video": {"video_id": "9", "creator": "x", "plays": "5"}}, "a damaged"),
        ({"tokmetrics": 1, "creator": {"username": "x", "aliases": [[1, 2]]}}, "a damaged line"),
        ({"tokmetrics": 1, "creator": {"username": "x", "aliases": 5}}, "a damaged line"),
        ({"tokmetrics": 1, "video_history": {"video_id": "9", "seen": [[1]]}}, "a damaged line"),
        ({"tokmetrics": 1, "video_history": {"video_id": "9", "seen": [["x"] * 6]}}, "a damaged"),
        ({"tokmetrics": 1, "account_history": {"account_id": "a", "seen": [[1] * 13]}}, "a damag"),
    ],
)
def test_a_line_that_no_export_has_is_refused(
    small: LocalWorld, tmp_path: Path, line: Json, reason: str
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in (exported(small)[0], line)), "utf-8")
    own = opened(tmp_path)
    (file,) = import_files(own, [path]).files
    own.close()
    assert file.rejected == 1
    assert next(iter(file.reasons)).startswith(reason)
