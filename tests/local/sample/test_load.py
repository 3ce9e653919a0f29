"""A world that was loaded in bulk is the world that an import of the same records makes."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from mcp_server.local import LocalConfig, LocalWorld
from mcp_server.local.database import open_database
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample import generate, helper
from mcp_server.local.sample import videos as posts
from mcp_server.local.sample.block import draw_block, place, unpacked
from mcp_server.local.sample.load import is_unfinished, loading, signed
from mcp_server.local.sample.numbers import choice, lognormvariate, sample, stream
from mcp_server.local.sample.plan import Plan
from mcp_server.local.worlds import ensure_sample
from tests.local.sample.conftest import AS_OF, made

PLAN = Plan(7, 60, 3_100, AS_OF)
# Row ids of hashtags and sounds depend on the order of arrival, so they are named instead.
NAMED = {
    "creators": "SELECT * FROM creators ORDER BY id",
    "usernames": "SELECT * FROM usernames ORDER BY 1",
    "videos": (
        "SELECT v.*, s.music_id FROM videos v LEFT JOIN sounds s ON s.id = v.sound_id ORDER BY v.id"
    ),
    "sounds": "SELECT * FROM sounds ORDER BY music_id",
    "hashtags": "SELECT * FROM hashtags ORDER BY name",
    "video_hashtags": (
        "SELECT h.name, t.plays, t.video_id FROM video_hashtags t"
        " JOIN hashtags h ON h.id = t.hashtag_id ORDER BY 1, 2, 3"
    ),
    "creator_tags": (
        "SELECT t.creator_id, h.name, t.n, t.plays FROM creator_tags t"
        " JOIN hashtags h ON h.id = t.hashtag_id ORDER BY 1, 2"
    ),
    "peer_rates": "SELECT * FROM peer_rates ORDER BY 1, 2",
    "totals": "SELECT * FROM totals",
    "pars": "SELECT * FROM meta WHERE key IN ('pars', 'metrics_version') ORDER BY 1",
    "schema": "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY 1, 2",
}
SEARCHES = ("recipe", "día", "猫", "emoji1f525", "demo", "sound")


NUMBERED = {"videos": "sound_id", "sounds": "id", "hashtags": "id"}


def contents(data: sqlite3.Connection) -> dict[str, list[dict[str, object]]]:
    """Everything stored, by column, but the ids that may differ."""
    return {
        name: [
            {column: row[column] for column in row.keys() if column != NUMBERED.get(name)}  # noqa: SIM118 (a Row iterates its values)
            for row in data.execute(query)
        ]
        for name, query in NAMED.items()
    }


def found(data: sqlite3.Connection, table: str, word: str) -> list[int]:
    query = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY 1"  # noqa: S608
    return [int(row[0]) for row in data.execute(query, (f'"{word}"',))]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("loaded")
    world = made(folder, seed=7, creators=60, videos=3_100)
    yield world.data()
    world.close()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    folder = tmp_path_factory.mktemp("imported")
    with (
        closing(open_database(folder, "data")) as data,
        closing(open_database(folder, "state")) as state,
    ):
        ingest = Ingest(data, state, source="sample")
        for index in range(PLAN.creators):
            creator = PLAN.creator(index)
            records: list[VideoRecord | CreatorRecord] = [*posts.draw(7, creator, PLAN.sounds)]
            ingest.add(records or [creator.profile(stream(7, "profile", index), 0)])
        ingest.finish()
        yield data


@pytest.mark.parametrize("table", NAMED)
def test_every_table_holds_what_an_import_stores(
    loaded: sqlite3.Connection, imported: sqlite3.Connection, table: str
) -> None:
    rows = contents(loaded)[table]
    assert rows
    assert rows == contents(imported)[table]


@pytest.mark.parametrize("word", SEARCHES)
@pytest.mark.parametrize("table", ["videos_fts", "creators_fts"])
def test_the_full_text_finds_what_it_finds_after_an_import(
    loaded: sqlite3.Connection, imported: sqlite3.Connection, table: str, word: str
) -> None:
    assert found(loaded, table, word) == found(imported, table, word)


def test_the_full_text_is_sound(loaded: sqlite3.Connection) -> None:
    assert found(loaded, "videos_fts", "recipe")
    assert found(loaded, "sounds_fts", "sound")
    assert loaded.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


def test_what_a_load_sets_for_the_full_text_does_not_hold_for_imports(
    loaded: sqlite3.Connection,
) -> None:
    settings = dict(loaded.execute("SELECT k, v FROM videos_fts_config").fetchall())
    assert settings["hashsize"] == 1 << 20  # SQLite's own default
    assert (settings["automerge"], settings["crisismerge"]) == (8, 16)


def test_the_world_is_journaled_again_once_it_is_made(loaded: sqlite3.Connection) -> None:
    assert loaded.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert loaded.execute("PRAGMA synchronous").fetchone()[0] == 1


def test_a_place_keeps_views_and_row() -> None:
    for plays, row_id in ((None, 5), (0, 1), (400_000_000, 5_000_000)):
        assert unpacked(place(plays, row_id)) == (-1 if plays is None else plays, row_id)
    assert place(9, 2) < place(9, 3) < place(8, 1) < place(0, 1) < place(None, 1)


def test_a_helper_draws_the_same_world(tmp_path: Path, loaded: sqlite3.Connection) -> None:
    world = LocalWorld(LocalConfig(tmp_path, "sample"))
    with loading(world) as load, helper.blocks_of(PLAN, helped=True) as blocks:
        for block in blocks:
            load.add(block)
    assert contents(world.data())["videos"] == contents(loaded)["videos"]
    signed(world)
    world.close()


def test_a_helper_answers_each_number_with_its_block() -> None:
    answers = BytesIO()
    helper.serve((7, 60, 3_100, AS_OF), BytesIO(b"1\n0\n"), answers)
    child = helper.Child(BytesIO(), BytesIO(answers.getvalue()))
    for number in (1, 0):
        assert child.answer() == draw_block(PLAN, PLAN.spans[number])
    assert child.answer() is None
    assert child.answer() is None


def test_without_an_answer_the_blocks_are_drawn_here() -> None:
    truncated = BytesIO(b"\x63" + bytes(9))
    blocks = list(helper.together(PLAN, helper.Child(BytesIO(), truncated)))
    assert blocks == [draw_block(PLAN, span) for span in PLAN.spans]


class _Gone(BytesIO):
    def write(self, _: object) -> int:
        raise BrokenPipeError


def test_nobody_to_ask_and_nobody_to_answer_are_no_failure() -> None:
    helper.Child(_Gone(), BytesIO()).ask(0)
    helper.serve((7, 60, 3_100, AS_OF), BytesIO(b"0\n1\n"), _Gone())


def test_a_world_that_was_not_finished_is_made_anew_whatever_is_left(tmp_path: Path) -> None:
    config = LocalConfig(tmp_path, "sample", clock=lambda: AS_OF)
    world = LocalWorld(config)
    with pytest.raises(KeyboardInterrupt):
        generate(world, creators=20, videos=200, seed=1, as_of=AS_OF, progress=_stop)
    world.close()
    assert is_unfinished(config.folder)
    (config.folder / "data.db").write_bytes(b"half a page" * 999)
    ensure_sample(config)
    assert not is_unfinished(config.folder)
    with closing(open_database(config.folder, "data")) as data:
        assert data.execute("SELECT videos FROM totals").fetchone()[0] == 6_000


def _stop(_done: int, _total: int) -> None:
    raise KeyboardInterrupt


def test_draws_are_those_of_the_standard_library() -> None:
    ours, theirs = stream(3, "x"), stream(3, "x")
    letters = [*"abcdefghijklmnopqrstuvw"]
    for size in range(1, 23):
        values = letters[:size]
        assert choice(ours, values) == theirs.choice(values)
        assert lognormvariate(ours, size, 0.5) == theirs.lognormvariate(size, 0.5)
        count = min(size, 4)
        assert sample(ours, values, count) == theirs.sample(values, count)
