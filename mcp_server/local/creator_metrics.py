"""Writes what the formulas say about each creator: rates, niche, score, price, most used tags."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from operator import itemgetter
from typing import Final

from mcp_server.local.creator_figures import (
    METRIC_COLUMNS,
    Profile,
    Video,
    metrics_of,
    rate_creator,
    top_tags,
)
from mcp_server.local.database import batches, json_list
from mcp_server.local.metrics import METRICS_VERSION
from mcp_server.local.metrics.score import band_end
from mcp_server.local.peers import Pars, count_peers
from mcp_server.local.peers import pars as current_pars
from mcp_server.local.transaction import giving_up, immediate
from mcp_server.local.video_figures import compute_again

_CREATORS: Final = 50
_RATED: Final = 1_000
_PATIENCE_MS: Final = 50
_QUICK: Final = (1_000, 50_000)
"""So many creators and videos are computed again while a request waits: one or two seconds."""

_UPDATE: Final = (
    f"UPDATE creators SET {', '.join(f'{c} = ?' for c in METRIC_COLUMNS)},"  # noqa: S608 (ours)
    " dirty = 0 WHERE id = ?"
)
_RATE: Final = (
    "UPDATE creators SET score = ?, grade = ?, spon_low = ?, spon_mid = ?, spon_high = ?"
    " WHERE id = ?"
)


def outdated(data: sqlite3.Connection) -> bool:
    """Say whether the stored metrics come from other formulas than today's."""
    return stored_version(data) != METRICS_VERSION


def stored_version(data: sqlite3.Connection) -> int:
    """Return the version of the formulas by which the stored metrics were computed."""
    row = data.execute("SELECT value FROM meta WHERE key = 'metrics_version'").fetchone()
    return METRICS_VERSION if row is None else int(row[0])


def current_version(data: sqlite3.Connection) -> int:
    """Return the version of the stored metrics, after redoing those of older formulas if quick.

    A large store waits for its next import, and one that cannot be written, or that others keep
    writing to, stays as it is: its answers keep the older number.
    """
    if outdated(data) and not is_postponed(data):
        with suppress(sqlite3.OperationalError), giving_up(data, _PATIENCE_MS):
            recompute(data)
    return stored_version(data)


def is_postponed(data: sqlite3.Connection) -> bool:
    """Say whether figures of older formulas are too many to be redone while somebody waits."""
    many = "SELECT creators > ? OR videos > ? FROM totals"
    return outdated(data) and bool(data.execute(many, _QUICK).fetchone()[0])


def recompute(data: sqlite3.Connection, *, ratings: bool = True) -> None:
    """Compute all creators again that are marked; with `ratings` also what that is not enough for.

    These are the creators whose peers moved, and, where the stored figures come from other
    formulas, all creators with their videos. Each few of them change together, and say by which
    version they were computed: a recomputation that was stopped goes on where it was.
    """
    older, pars = outdated(data), stored_pars(data)
    stale = _stale(data, everybody=older and ratings)
    for ids in batches(stale, _CREATORS):
        with immediate(data):
            if older:
                compute_again(data, json_list(ids))
            _recompute_some(data, ids, pars)
    if older and not ratings:
        return  # the store as a whole stays one of the older formulas
    now = current_pars(data) if ratings else pars
    if now != pars:
        bands = {b for b in now.keys() | pars.keys() if now.get(b) != pars.get(b)}
        rate_again(data, bands, now)
    if now != pars or stale or older:
        with immediate(data):
            remember(data, now)


def marked(data: sqlite3.Connection, most: int = -1) -> int:
    """Count the creators whose metrics have to be computed again, up to so many if that is said."""
    query = "SELECT count(*) FROM (SELECT 1 FROM creators WHERE dirty = 1 LIMIT ?)"
    return int(data.execute(query, (most,)).fetchone()[0])


def recompute_some(data: sqlite3.Connection, most: int) -> None:
    """Compute so many marked creators again, with the usual rates that there are."""
    rows = data.execute("SELECT id FROM creators WHERE dirty = 1 ORDER BY id LIMIT ?", (most,))
    for ids in batches([int(row[0]) for row in rows.fetchall()], _CREATORS):
        _recompute_these(data, ids)


def recompute_one(data: sqlite3.Connection, creator_id: int | None) -> None:
    """Compute one creator again if it is marked, with the usual rates that there are."""
    rows = data.execute("SELECT id FROM creators WHERE id = ? AND dirty = 1", (creator_id,))
    if ids := [int(row[0]) for row in rows.fetchall()]:
        _recompute_these(data, ids)


def _recompute_these(data: sqlite3.Connection, ids: list[int]) -> None:
    """Compute a few creators in one transaction, and nothing of which that is not enough."""
    with immediate(data):
        older, pars = outdated(data), stored_pars(data)
        if older:
            compute_again(data, json_list(ids))
        _recompute_some(data, ids, pars)
        if not older:
            remember(data, pars)


def _stale(data: sqlite3.Connection, *, everybody: bool) -> list[int]:
    """Return the creators whose figures are stale; of everybody, also by other formulas."""
    also = " OR metrics_version IS NOT ?" if everybody else ""
    query = f"SELECT id FROM creators WHERE dirty = 1{also}"  # noqa: S608 (ours)
    return [int(row[0]) for row in data.execute(query, (METRICS_VERSION,) if everybody else ())]


def stored_pars(data: sqlite3.Connection) -> Pars:
    """Return the usual engagement rates by follower band that the ratings were made with."""
    row = data.execute("SELECT value FROM meta WHERE key = 'pars'").fetchone()
    return {} if row is None else {int(band): par for band, par in json.loads(row[0]).items()}


def remember(data: sqlite3.Connection, pars: Pars) -> None:
    """Store by which usual rates and formulas the metrics were computed; in a transaction."""
    data.executemany(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        [("pars", json.dumps(pars)), ("metrics_version", str(METRICS_VERSION))],
    )


def _recompute_some(data: sqlite3.Connection, ids: list[int], pars: Pars) -> None:
    wanted = json_list(ids)
    videos = {
        creator_id: list(group)
        for creator_id, group in groupby(_videos(data, wanted), key=itemgetter(0))
    }
    profiles = [
        Profile(*row)
        for row in data.execute(
            "SELECT id, bio, region, followers, scraped_at, peer_band, er FROM creators"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
    ]
    found = [(p, metrics_of(p, videos.get(p.id, []), pars)) for p in profiles]
    data.executemany(_UPDATE, [(*metrics, p.id) for p, metrics in found])
    count_peers(
        data, [(p.peer_band, p.er) for p in profiles], [(m.peer_band, m.er) for _, m in found]
    )
    _write_tags(data, wanted, videos)


def _videos(data: sqlite3.Connection, ids: str) -> Iterator[Video]:
    rows = data.execute(
        "SELECT creator_id, plays, likes, comments, shares, saves, posted_at, hashtags, er"
        " FROM videos WHERE creator_id IN (SELECT value FROM json_each(?)) ORDER BY creator_id",
        (ids,),
    )
    return map(Video._make, rows)


def rate_again(data: sqlite3.Connection, bands: set[int], pars: Pars) -> None:
    """Rate the creators of some follower bands against other usual rates."""
    for band in sorted(bands):
        rows = data.execute(
            "SELECT id FROM creators WHERE followers >= ? AND followers < ? AND n_viewed > 0",
            (band, band_end(band)),
        ).fetchall()
        for ids in batches([int(row[0]) for row in rows], _RATED):
            with immediate(data):
                _rate_some(data, json_list(ids), pars)


def _rate_some(data: sqlite3.Connection, ids: str, pars: Pars) -> None:
    rows = data.execute(
        "SELECT id, followers, region, n_viewed, n_rated, er, median_views, viral_ratio, ppw, niche"
        " FROM creators WHERE id IN (SELECT value FROM json_each(?))",
        (ids,),
    )
    ratings = [
        (
            *rate_creator(
                followers=row["followers"],
                region=row["region"],
                n_viewed=row["n_viewed"],
                n_rated=row["n_rated"],
                engagement=row["er"],
                median_views=row["median_views"],
                viral=row["viral_ratio"],
                weekly_posts=row["ppw"],
                niche=row["niche"],
                pars=pars,
            ),
            row["id"],
        )
        for row in rows
    ]
    data.executemany(_RATE, ratings)


def _write_tags(data: sqlite3.Connection, wanted: str, videos: dict[int, list[Video]]) -> None:
    kept = [(creator_id, *use) for creator_id, group in videos.items() for use in top_tags(group)]
    ids = dict(
        data.execute(
            "SELECT name, id FROM hashtags WHERE name IN (SELECT value FROM json_each(?))",
            (json_list({row[1] for row in kept}),),
        ).fetchall()
    )
    data.execute(
        "DELETE FROM creator_tags WHERE creator_id IN (SELECT value FROM json_each(?))", (wanted,)
    )
    data.executemany(
        "INSERT OR IGNORE INTO creator_tags (creator_id, hashtag_id, n, plays) VALUES (?, ?, ?, ?)",
        [(creator_id, ids[tag], n, plays) for creator_id, tag, n, plays in kept],
    )
