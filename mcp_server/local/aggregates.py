"""Keeps what is derived from stored rows current: metrics, counts, windows, platform totals.

Only what an import touched is computed again. Everything goes in transactions of a few hundred
rows, so that nobody waits long for the write lock, and each can be repeated after a crash.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Final

from mcp_server.local import creator_metrics
from mcp_server.local.database import batches, json_list
from mcp_server.local.metrics.parameters import DAY
from mcp_server.local.transaction import immediate

_ROWS: Final = 1_000
_WEEK: Final = 7 * DAY


def as_of(data: sqlite3.Connection) -> int | None:
    """Return the newest observation in the store, the end of every window; `None` when empty.

    A generated world ends when it says it does: the refresh of one account days later would
    otherwise move every window past all other creators' posts.
    """
    generated = data.execute("SELECT value FROM meta WHERE key = 'as_of'").fetchone()
    if generated is not None:
        return int(generated[0])
    row = data.execute(
        "SELECT scraped_at FROM creators WHERE scraped_at IS NOT NULL"
        " ORDER BY scraped_at DESC LIMIT 1"
    ).fetchone()
    return None if row is None else int(row[0])


def recompute(data: sqlite3.Connection) -> None:
    """Compute again all that earlier writes marked as stale; does nothing where nothing is."""
    stale = data.execute(
        "SELECT EXISTS (SELECT 1 FROM creators WHERE dirty = 1)"
        " OR EXISTS (SELECT 1 FROM dirty_hashtags) OR EXISTS (SELECT 1 FROM dirty_sounds)"
    ).fetchone()[0]
    if not (stale or creator_metrics.outdated(data)):
        return
    creator_metrics.recompute(data)
    _recount_hashtags(data)
    _recount_sounds(data)
    _windows(data)
    _stats(data)


def _stale_ids(data: sqlite3.Connection, table: str, column: str) -> list[int]:
    query = f"SELECT {column} FROM {table} ORDER BY 1"  # noqa: S608 (our own names)
    return [int(row[0]) for row in data.execute(query)]


def _recount_hashtags(data: sqlite3.Connection) -> None:
    for ids in batches(_stale_ids(data, "dirty_hashtags", "hashtag_id"), _ROWS):
        with immediate(data):
            _recount_some_hashtags(data, ids)


def _recount_some_hashtags(data: sqlite3.Connection, ids: list[int]) -> None:
    counted = data.execute(
        "SELECT hashtag_id, count(*), count(*) FILTER (WHERE plays >= 0),"
        " sum(plays) FILTER (WHERE plays >= 0)"
        " FROM video_hashtags WHERE hashtag_id IN (SELECT value FROM json_each(?))"
        " GROUP BY hashtag_id",
        (json_list(ids),),
    )
    uses: dict[int, tuple[int, int, int | None]] = {
        row[0]: (row[1], row[2], row[3]) for row in counted
    }
    data.executemany(
        "UPDATE hashtags SET video_count = ?, viewed_count = ?, view_count = ? WHERE id = ?",
        [(*uses.get(i, (0, 0, None)), i) for i in ids],
    )
    data.executemany("DELETE FROM dirty_hashtags WHERE hashtag_id = ?", [(i,) for i in ids])


def _recount_sounds(data: sqlite3.Connection) -> None:
    for ids in batches(_stale_ids(data, "dirty_sounds", "sound_id"), _ROWS):
        with immediate(data):
            _recount_some_sounds(data, ids)


def _recount_some_sounds(data: sqlite3.Connection, ids: list[int]) -> None:
    counted = data.execute(
        "SELECT sound_id, count(*), sum(plays), max(posted_at) FROM videos"
        " WHERE sound_id IN (SELECT value FROM json_each(?)) GROUP BY sound_id",
        (json_list(ids),),
    )
    uses: dict[int, tuple[int, int | None, int | None]] = {
        row[0]: (row[1], row[2], row[3]) for row in counted
    }
    data.executemany(
        "UPDATE sounds SET video_count = ?, view_count = ?, last_used = ? WHERE id = ?",
        [(*uses.get(i, (0, None, None)), i) for i in ids],
    )
    data.executemany("DELETE FROM dirty_sounds WHERE sound_id = ?", [(i,) for i in ids])


def _windows(data: sqlite3.Connection) -> None:
    """Count uses in the last 7 days of the store and in the 7 days before."""
    end = as_of(data) or 0
    tags: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    sounds: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    for posted_at, sound_id, hashtags in data.execute(
        "SELECT posted_at, sound_id, hashtags FROM videos WHERE posted_at > ? AND posted_at <= ?",
        (end - 2 * _WEEK, end),
    ):
        week = 0 if posted_at > end - _WEEK else 1
        if sound_id is not None:
            sounds[week][sound_id] += 1
        if hashtags:
            tags[week].update(hashtags.split())
    names: dict[int, str] = dict(_window_rows(data, tags))
    _write_windows(data, "hashtags", {i: (tags[0][n], tags[1][n]) for i, n in names.items()})
    ids = sounds[0].keys() | sounds[1].keys()
    _write_windows(data, "sounds", {i: (sounds[0][i], sounds[1][i]) for i in ids})


def _window_rows(
    data: sqlite3.Connection, tags: tuple[Counter[str], Counter[str]]
) -> Iterator[tuple[int, str]]:
    for names in batches(tags[0].keys() | tags[1].keys(), _ROWS):
        yield from data.execute(
            "SELECT id, name FROM hashtags WHERE name IN (SELECT value FROM json_each(?))",
            (json_list(names),),
        )


def _write_windows(data: sqlite3.Connection, table: str, uses: dict[int, tuple[int, int]]) -> None:
    stored: dict[int, tuple[int, int]] = {
        row[0]: (row[1], row[2])
        for row in data.execute(
            f"SELECT id, n7, n7_prev FROM {table} WHERE n7 > 0"  # noqa: S608 (one of two names)
            f" UNION ALL SELECT id, n7, n7_prev FROM {table} WHERE n7 = 0 AND n7_prev > 0"
        )
    }
    changed = [
        (*uses.get(i, (0, 0)), i)
        for i in stored.keys() | uses.keys()
        if stored.get(i, (0, 0)) != uses.get(i, (0, 0))
    ]
    update = f"UPDATE {table} SET n7 = ?, n7_prev = ? WHERE id = ?"  # noqa: S608
    for rows in batches(changed, _ROWS):
        with immediate(data):
            data.executemany(update, rows)


def _stats(data: sqlite3.Connection) -> None:
    """Keep the platform totals as one row: counting millions of rows takes too long for a call."""
    values = data.execute(
        "SELECT (SELECT count(*) FROM creators) AS creators,"
        " (SELECT count(*) FROM videos) AS videos,"
        " (SELECT sum(plays) FROM videos) AS total_views,"
        " (SELECT count(*) FROM hashtags WHERE video_count > 0) AS hashtags,"
        " (SELECT count(*) FROM sounds) AS sounds,"
        " (SELECT max(posted_at) FROM videos) AS newest_video_at"
    ).fetchone()
    text = json.dumps(dict(values))
    with immediate(data):
        data.execute(
            "INSERT INTO meta (key, value) VALUES ('stats', ?)"
            " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (text,),
        )
