"""Stores a whole world at once: rows in the order of their keys, everything else afterwards.

Nobody reads a world that is being made. So there is no journal, indexes are sorted once instead
of growing, and the full text is written without triggers. A file beside the world says that it is
not finished: what a stopped process leaves behind may be damaged, and is made anew.
"""

import sqlite3
from array import array
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from mcp_server.local import creator_metrics, peers, recount
from mcp_server.local.creator_figures import METRIC_COLUMNS
from mcp_server.local.creator_row import STORED
from mcp_server.local.database import batches, json_list
from mcp_server.local.merge import VIDEO_COLUMNS
from mcp_server.local.sample.block import ID_BITS, ID_MASK, MOST_PLAYS, Block, SoundRow, tag_ids
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_MARK: Final = "data.db-unfinished"
_CREATOR_COLUMNS: Final = (*STORED, "source", *METRIC_COLUMNS, "dirty")
_SOUND_COLUMNS: Final = ("id", "music_id", "title", "author", "original", "duration")
_CACHE: Final = -49_152
"""Negative: kilobytes."""


def _insert(table: str, columns: tuple[str, ...]) -> str:
    marks = ", ".join("?" * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 (ours)


_CREATOR: Final = _insert("creators", _CREATOR_COLUMNS)
_USERNAME: Final = _insert("usernames", ("username", "creator_id", "first_at", "last_at"))
_CREATOR_TAG: Final = _insert("creator_tags", ("creator_id", "hashtag_id", "n", "plays"))
_SOUND: Final = _insert("sounds", _SOUND_COLUMNS)
_VIDEO: Final = _insert("videos", (*VIDEO_COLUMNS, "er", "heat"))
_TEXT: Final = _insert("videos_fts", ("rowid", "description"))
_TEXT_SETTING: Final = "INSERT INTO videos_fts (videos_fts, rank) VALUES (?, ?)"
_LOADING_TEXT: Final = {"hashsize": 32 << 20, "automerge": 0, "crisismerge": 1_999}
# Segments that an import adds are merged among themselves for long before they meet the large one.
_LOADED_TEXT: Final = {"hashsize": 1 << 20, "automerge": 8, "crisismerge": 16}
_ONE_SEGMENT: Final = "INSERT INTO videos_fts (videos_fts) VALUES ('optimize')"
_HASHTAG: Final = _insert("hashtags", ("id", "name"))
# Many numbers in one text take a third of the time of as many rows.
_TAGGED: Final = (
    "INSERT INTO video_hashtags (hashtag_id, plays, video_id)"  # noqa: S608 (our own numbers)
    f" SELECT ?1, {MOST_PLAYS} - (value >> {ID_BITS}), value & {ID_MASK} FROM json_each(?2)"
)
_PLACES: Final = 10_000
"""How many of them at a time."""
_TEXTS_OF_OTHERS: Final = (
    (
        "INSERT INTO creators_fts (rowid, username, display_name, bio, niche)"
        " SELECT id, segment(username), segment(display_name), segment(bio), segment(niche)"
        " FROM creators ORDER BY id"
    ),
    (
        "INSERT INTO sounds_fts (rowid, title, author)"
        " SELECT id, segment(title), segment(author) FROM sounds ORDER BY id"
    ),
)


def is_unfinished(folder: Path) -> bool:
    """Say whether a process was stopped while it made the world of a folder."""
    return (folder / _MARK).exists()


@contextmanager
def loading(world: World) -> Generator["Load"]:
    """Open an empty world for loading, and give it back as a usual one, indexes and all.

    The mark that it is unfinished stays until `signed`.
    """
    data, state = world.data(), world.state()
    (world.folder / _MARK).touch()
    with _unjournaled(data), _unjournaled(state):
        load = Load(data, state)
        yield load
        load.end()


def signed(world: World) -> None:
    """Take the mark away: the world is complete."""
    (world.folder / _MARK).unlink(missing_ok=True)


@contextmanager
def _unjournaled(connection: sqlite3.Connection) -> Generator[None]:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA temp_store=FILE")  # what is sorted may be larger than memory
    connection.execute("PRAGMA threads=1")
    # A sort takes as much again for each of its threads, beside what is kept to be sorted in here.
    cache = connection.execute("PRAGMA cache_size").fetchone()[0]
    connection.execute(f"PRAGMA cache_size={_CACHE}")
    with suppress(sqlite3.OperationalError):  # somebody else has it open: slower, not wrong
        connection.execute("PRAGMA journal_mode=OFF")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):  # a full disk, say: the mark stays, and all is made anew
            if connection.in_transaction:
                connection.execute("COMMIT")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA threads=0")
            connection.execute(f"PRAGMA cache_size={cache}")
            connection.execute("PRAGMA temp_store=MEMORY")
            connection.execute("PRAGMA synchronous=NORMAL")


class Load:
    """Takes blocks in their order, then `end` adds what depends on all of them."""

    def __init__(self, data: sqlite3.Connection, state: sqlite3.Connection) -> None:
        self._data = data
        self._state = state
        self._tagged: dict[int, array[int]] = {}
        self._shared: dict[int, SoundRow] = {}
        self._later = _set_aside(data)
        data.executemany(_TEXT_SETTING, _LOADING_TEXT.items())
        data.execute("BEGIN")
        state.execute("BEGIN")

    def add(self, block: Block) -> None:
        """Store a block."""
        data = self._data
        data.executemany(_CREATOR, block.creators)
        data.executemany(_USERNAME, block.usernames)
        data.executemany(_CREATOR_TAG, block.creator_tags)
        data.executemany(_VIDEO, block.videos)
        data.executemany(_TEXT, block.texts)
        own = [row for row in block.sounds if row[0] <= block.last_creator]
        data.executemany(_SOUND, own)
        self._shared.update((row[0], row) for row in block.sounds[len(own) :])
        for tag, places in block.tagged.items():
            self._tagged.setdefault(tag, array("q")).frombytes(places)
        self._state.executemany(
            "INSERT OR IGNORE INTO creator_snapshots VALUES (?, ?, ?, ?, ?, ?)",
            block.creator_snapshots,
        )
        self._state.executemany(
            "INSERT OR IGNORE INTO video_snapshots VALUES (?, ?, ?, ?, ?, ?, ?)",
            block.video_snapshots,
        )

    def end(self) -> None:
        """Write what is sorted, indexed and counted once all rows are there."""
        self._state.execute("COMMIT")
        for connection in (self._state, self._data):  # what follows needs the memory
            connection.execute("PRAGMA shrink_memory")
        self._data.execute(_ONE_SEGMENT)
        self._data.executemany(_TEXT_SETTING, _LOADED_TEXT.items())
        self._hashtags()
        self._data.executemany(_SOUND, [self._shared[i] for i in sorted(self._shared)])
        self._shared.clear()
        self._build("videos")
        recount.recount_uses(self._data)
        recount.recount_weeks(self._data)
        recount.count_rates(self._data)
        self._data.execute("COMMIT")
        self._rate()
        with immediate(self._data):
            for statement in _TEXTS_OF_OTHERS:
                self._data.execute(statement)
            self._build(None)
            recount.recount_totals(self._data)

    def _hashtags(self) -> None:
        names = {row_id: name for name, row_id in tag_ids().items()}
        tags = sorted(self._tagged)
        self._data.executemany(_HASHTAG, [(tag, names[tag]) for tag in tags])
        for tag in tags:
            for places in batches(sorted(self._tagged.pop(tag)), _PLACES):
                self._data.execute(_TAGGED, (tag, json_list(places)))

    def _rate(self) -> None:
        pars = peers.pars(self._data)
        creator_metrics.rate_again(self._data, set(pars), pars)
        with immediate(self._data):
            creator_metrics.remember(self._data, pars)

    def _build(self, table: str | None) -> None:
        """Create the indexes and triggers of a table anew, `None` for all that are left."""
        for name, statement in list(self._later):
            if table in {name, None}:
                self._data.execute(statement)
                self._later.remove((name, statement))


def _set_aside(data: sqlite3.Connection) -> list[tuple[str, str]]:
    """Drop indexes and triggers; return how to make them, by table."""
    found = data.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master"
        " WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    ).fetchall()
    for kind, name, _, _ in found:
        data.execute(f"DROP {kind} {name}")
    return [(str(row["tbl_name"]), str(row["sql"])) for row in found]
