"""A world of an older version goes on with everything that is in it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest

from mcp_server.local.creator_metrics import stored_version
from mcp_server.local.database import SCHEMA_VERSION, LocalStoreError, open_database
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.migrations import statements
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.text import segment
from tests.local.ingest.store import Store
from tests.local.ingest.test_incremental import counted_anew, derived

AS_OF = 1_700_000_000
OLD = Path(__file__).with_name("data_1.sql")
OLD_STATE = Path(__file__).with_name("state_3.sql")  # the same in versions 1 to 3
STATE_ROWS = f"""
INSERT INTO meta VALUES ('schema_version', '1');
INSERT INTO quota VALUES ('2026-02', 7);
INSERT INTO accounts VALUES ('a-1', 'ann', 'tiktok', {AS_OF});
INSERT INTO account_snapshots VALUES
  ('a-1', {AS_OF}, 5000, 10, 6, 900, 50, 4, 3, 2, 1.5, 6.56, 150);
"""  # noqa: S608 (a script of the test's own)
ROWS = f"""
INSERT INTO meta VALUES ('schema_version', '1'), ('stats', '{{}}'), ('metrics_version', '1');
INSERT INTO creators (id, username, followers, scraped_at, n_tracked, er, dirty)
  VALUES (1, 'ann', 5000, {AS_OF}, 6, 7.25, 0), (2, 'ben', NULL, {AS_OF - 9}, 0, NULL, 1);
INSERT INTO usernames VALUES ('ann', 1, {AS_OF}), ('ben', 2, {AS_OF});
INSERT INTO sounds (id, music_id, title, video_count) VALUES (1, '77', 'Song', 9);
INSERT INTO hashtags (id, name, video_count) VALUES (1, 'one', 0), (2, 'two', 5);
INSERT INTO videos (id, video_id, creator_id, plays, sound_id, posted_at, scraped_at, hashtags)
  VALUES (1, '10', 1, 500, 1, {AS_OF - 60}, {AS_OF}, 'one two'),
         (2, '11', 2, NULL, 1, {AS_OF - 800_000}, {AS_OF}, 'one');
INSERT INTO video_hashtags VALUES (1, 500, 1), (1, -1, 2), (2, 500, 1);
INSERT INTO dirty_hashtags VALUES (1);
INSERT INTO dirty_sounds VALUES (1);
"""  # noqa: S608 (a script of the test's own)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a data.db as version 1 wrote it, and a state.db likewise."""
    with closing(sqlite3.connect(tmp_path / "data.db", isolation_level=None)) as data:
        data.create_function("segment", 1, segment)
        for statement in [*statements(OLD.read_text("utf-8")), *statements(ROWS)]:
            data.execute(statement)
    with closing(sqlite3.connect(tmp_path / "state.db", isolation_level=None)) as state:
        for statement in [*statements(OLD_STATE.read_text("utf-8")), *statements(STATE_ROWS)]:
            state.execute(statement)
    return tmp_path


@pytest.fixture
def migrated(folder: Path) -> Iterator[Store]:
    with (
        closing(open_database(folder, "data")) as data,
        closing(open_database(folder, "state")) as state,
    ):
        yield Store(data, state)


def test_the_rows_stay_and_the_counts_are_right(migrated: Store) -> None:
    version = "SELECT value FROM meta WHERE key = 'schema_version'"
    assert migrated.row(version) == (str(SCHEMA_VERSION),)
    assert migrated.past(version) == [(str(SCHEMA_VERSION),)]
    assert migrated.past("SELECT month, used FROM quota") == [("2026-02", 7)]
    assert migrated.rows("SELECT username, er, peer_band FROM creators ORDER BY id") == [
        ("ann", 7.25, None),  # a peer again once it is known on how many videos the rate rests
        ("ben", None, None),
    ]
    counts = "video_count, viewed_count, view_count, n7, n7_prev"
    assert migrated.rows(f"SELECT name, {counts} FROM hashtags ORDER BY 1") == [  # noqa: S608
        ("one", 2, 1, 500, 1, 1),
        ("two", 1, 1, 500, 1, 0),
    ]
    assert migrated.row(f"SELECT {counts}, last_used FROM sounds") == (  # noqa: S608
        2, 1, 500, 1, 1, AS_OF - 60,
    )  # fmt: skip
    totals = "SELECT creators, videos, viewed, total_views, hashtags, sounds FROM totals"
    assert migrated.row(totals) == (2, 2, 1, 500, 2, 1)
    assert migrated.rows("SELECT * FROM peer_rates") == []


def test_stored_figures_keep_the_version_that_they_were_computed_by(migrated: Store) -> None:
    assert stored_version(migrated.data) == 1
    unknown = migrated.rows("SELECT n_viewed, n_rated, rated_views FROM creators")
    assert unknown == [(None, None, None)] * 2
    columns = "engagement_rate, average_views, n_viewed, n_rated, metrics_version"
    assert migrated.past(f"SELECT {columns} FROM account_snapshots") == [  # noqa: S608 (ours)
        (6.56, 150, None, None, 1)
    ]


def test_the_first_import_computes_what_the_older_version_did_not(migrated: Store) -> None:
    migrated.add(CreatorRecord("ben", scraped_at=AS_OF))
    assert stored_version(migrated.data) == METRICS_VERSION
    # Of ann one video has views, and nothing else is known of it.
    counted = "SELECT n_tracked, n_viewed, n_rated, er, metrics_version FROM creators ORDER BY id"
    assert migrated.rows(counted) == [(1, 1, 0, None, 2), (1, 0, 0, None, 2)]
    assert migrated.rows("SELECT er, heat FROM videos ORDER BY id") == [(None, 500), (None, None)]


def test_migrated_creators_have_the_indexes_of_new_ones(migrated: Store, tmp_path: Path) -> None:
    indexes = (
        "SELECT name, sql FROM sqlite_master"
        " WHERE type = 'index' AND tbl_name = 'creators' ORDER BY name"
    )
    with closing(open_database(tmp_path / "new", "data")) as new:
        assert migrated.rows(indexes) == [tuple(row) for row in new.execute(indexes)]


def test_imports_go_on_where_the_older_version_stopped(migrated: Store) -> None:
    ann = CreatorRecord("ann", followers=6_000)
    migrated.add(
        VideoRecord("10", ann, plays=900, hashtags=("two",), scraped_at=AS_OF + 1),
        VideoRecord("12", ann, plays=5, sound=SoundRecord("77"), scraped_at=AS_OF + 1),
    )
    with counted_anew(migrated) as anew:
        assert derived(migrated) == derived(anew)
    assert migrated.row("SELECT videos, total_views FROM totals") == (3, 905)


def test_a_video_is_stored_once_in_an_older_file_as_well(migrated: Store) -> None:
    again = "INSERT INTO videos (video_id, creator_id) VALUES ('10', 1)"
    with pytest.raises(sqlite3.IntegrityError):
        migrated.data.execute(again)


HANDLES = f"""
INSERT INTO creators (id, user_id, username, followers, scraped_at, dirty)
  VALUES (3, '71', 'Cleo~3', 10, {AS_OF - 5}, 0), (4, '72', 'cleo', 900, {AS_OF}, 0),
         (5, '73', 'dora.new', 5, {AS_OF}, 0), (6, '74', 'e', 5, {AS_OF}, 0);
INSERT INTO usernames VALUES ('cleo', 4, {AS_OF - 2}), ('cleo~3', 3, 1), ('dora', 5, {AS_OF - 9}),
  ('dora.new', 5, {AS_OF - 8}), ('e', 6, NULL);
"""  # noqa: S608 (a script of the test's own)


@pytest.fixture
def handles(folder: Path) -> Path:
    """The same with handles that changed hands, and accounts bound to handles."""
    with closing(sqlite3.connect(folder / "data.db", isolation_level=None)) as data:
        data.create_function("segment", 1, segment)
        for statement in statements(HANDLES):
            data.execute(statement)
    with closing(sqlite3.connect(folder / "state.db", isolation_level=None)) as state:
        state.executemany(
            "INSERT INTO accounts (account_id, username, created_at) VALUES (?, ?, 1)",
            [("x", "cleo"), ("y", "dora"), ("z", "gone")],
        )
        state.execute("INSERT INTO creator_snapshots VALUES ('Cleo~3', 7, 9, NULL, NULL, NULL)")
    return folder


@pytest.mark.parametrize("first", ["data", "state"])
def test_handles_and_accounts_are_those_of_persons_whichever_file_is_opened_first(
    handles: Path, first: Literal["data", "state"]
) -> None:
    open_database(handles, first).close()
    with (
        closing(open_database(handles, "data")) as data,
        closing(open_database(handles, "state")) as state,
    ):
        store = Store(data, state)
        assert store.rows("SELECT username FROM creators WHERE id > 2 ORDER BY id") == [
            ("Cleo.71.",),
            ("cleo",),
            ("dora.new",),
            ("e",),
        ]
        seen = "SELECT lower(username), creator_id, first_at, last_at FROM usernames"
        assert store.rows(f"{seen} WHERE creator_id > 2 ORDER BY 2, 1") == [
            ("cleo", 3, AS_OF - 5, AS_OF - 5),
            ("cleo", 4, AS_OF - 2, AS_OF),
            ("dora", 5, AS_OF - 9, AS_OF - 9),
            ("dora.new", 5, AS_OF - 8, AS_OF),
            ("e", 6, None, AS_OF),
        ]
        found = "SELECT rowid FROM creators_fts WHERE creators_fts MATCH "
        assert store.rows(found + "'cleo' ORDER BY 1") == [(3,), (4,)]
        assert store.past("SELECT account_id, username, user_id FROM accounts ORDER BY 1") == [
            ("a-1", "ann", None),
            ("x", "cleo", "72"),
            ("y", "dora", "73"),
            ("z", "gone", None),
        ]
        assert store.past("SELECT username, followers FROM creator_snapshots") == [("Cleo.71.", 9)]
        store.add(CreatorRecord("cleopatra", user_id="71", followers=11, scraped_at=AS_OF + 9))
        assert store.past("SELECT DISTINCT username FROM creator_snapshots") == [("cleopatra",)]


@pytest.mark.parametrize("content", [None, b"", b"no database"])
def test_accounts_without_a_file_of_creators_beside_stay_bound_to_their_handles(
    handles: Path, content: bytes | None
) -> None:
    (handles / "data.db").unlink()
    if content is not None:
        (handles / "data.db").write_bytes(content)
    with closing(open_database(handles, "state")) as state:
        found = state.execute("SELECT username, user_id FROM accounts ORDER BY account_id")
        names = ("ann", "cleo", "dora", "gone")
        assert [tuple(row) for row in found] == [(name, None) for name in names]


@pytest.mark.parametrize("kind", ["data", "state"])
def test_a_migrated_file_has_the_columns_and_indexes_of_a_new_one(
    folder: Path, tmp_path: Path, kind: Literal["data", "state"]
) -> None:
    tables = ("usernames", "accounts")
    with (
        closing(open_database(folder, kind)) as old,
        closing(open_database(tmp_path / "new", kind)) as new,
    ):
        for query in (
            *(f"PRAGMA table_info({table})" for table in tables),
            "SELECT sql FROM sqlite_master WHERE name = 'usernames_creator'",
        ):
            found = [tuple(row) for row in old.execute(query)]
            assert found == [tuple(row) for row in new.execute(query)]


def test_a_migration_that_fails_leaves_the_old_file(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "data.db", isolation_level=None)) as data:
        data.execute("DROP TABLE dirty_sounds")
    with pytest.raises(LocalStoreError, match=r"data\.db cannot be used"):
        open_database(folder, "data")
    with closing(sqlite3.connect(folder / "data.db", isolation_level=None)) as data:
        columns = {row[1] for row in data.execute("PRAGMA table_info(sounds)")}
        assert "viewed_count" not in columns
        assert data.execute("SELECT value FROM meta WHERE key = 'schema_version'").fetchone() == (
            "1",
        )


def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with closing(open_database(tmp_path, "data")) as data:
        data.execute("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(LocalStoreError, match="upgrade Tokmetrics"):
        open_database(tmp_path, "data")
