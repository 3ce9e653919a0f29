"""The copy of a world in which a dry run counts."""

from pathlib import Path

import pytest

from mcp_server.local import LocalStoreError, LocalWorld
from mcp_server.local.importers import import_files
from mcp_server.local.importers.items import JsonValue
from mcp_server.local.importers.scratch import scratch_copy
from tests.local.importers.reading import made_id, text_of, write


@pytest.fixture
def filled(world: LocalWorld, tmp_path: Path) -> LocalWorld:
    """A world of some megabytes."""
    baker: JsonValue = {"name": "baker"}
    rows: list[JsonValue] = [
        {"id": made_id(n), "authorMeta": baker, "text": "x" * 4_000} for n in range(3_000)
    ]
    import_files(world, [write(tmp_path / "x.jsonl", text_of(rows))], scraped_at=world.now())
    world.data().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return world


def test_a_copy_that_does_not_fit_says_where_it_would_be(filled: LocalWorld) -> None:
    copy = scratch_copy(filled.config, free_bytes=lambda _: 1_999_999)
    with (
        pytest.raises(LocalStoreError, match=r"a copy of the world, \d+ MB; .* 1 MB left.*TMPDIR"),
        copy,
    ):
        pytest.fail("It was made.")


def test_a_copy_says_how_far_it_is(filled: LocalWorld) -> None:
    told: list[tuple[str, int, int]] = []
    with scratch_copy(filled.config, lambda what, done, size: told.append((what, done, size))) as (
        data,
        _,
    ):
        assert data.execute("SELECT count(*) FROM videos").fetchone()[0] == 3_000
    size = (filled.folder / "data.db").stat().st_size
    assert {(what, total) for what, _, total in told} == {("copy for the dry run", size)}
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert all(0 < done < size for _, done, _ in told)


def test_a_write_meanwhile_does_not_begin_the_copy_anew(filled: LocalWorld) -> None:
    told: list[int] = []

    def write_meanwhile(_what: str, done: int, _size: int) -> None:
        told.append(done)
        filled.data().execute("UPDATE creators SET bio = ?", (f"after {done}",))

    with scratch_copy(filled.config, write_meanwhile) as (data, _):
        assert data.execute("SELECT bio FROM creators").fetchone()[0] is None
    assert told == sorted(set(told))
