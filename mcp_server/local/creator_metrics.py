"""Writes what the formulas say about each creator: rates, niche, score, price, most used tags."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from mcp_server.local.database import batches, json_list
from mcp_server.local.metrics import (
    METRICS_VERSION,
    Counts,
    creator_score,
    grade_of,
    mean,
    median,
    niches_of,
    par_engagement,
    percentile,
    posts_per_week,
    sponsorship,
    viral_line,
    viral_ratio,
    weighted_rate,
)
from mcp_server.local.metrics.parameters import MIN_VIDEOS, PEERS_NEEDED
from mcp_server.local.metrics.score import band_of
from mcp_server.local.transaction import immediate

_CREATORS: Final = 500
_TAGS_KEPT: Final = 15

Pars = dict[int, float]
"""The usual engagement rate by follower band, where the store has enough peers."""


class Video(NamedTuple):
    """What the formulas need of a stored video."""

    creator_id: int
    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None
    posted_at: int | None
    hashtags: str | None
    er: float | None


class Profile(NamedTuple):
    """What the formulas need of a stored profile."""

    id: int
    bio: str | None
    region: str | None
    followers: int | None
    scraped_at: int | None


class Rating(NamedTuple):
    """What depends on the peers as well: the columns that `_RATE` sets."""

    score: float | None
    grade: str | None
    low: int | None
    mid: int | None
    high: int | None


_RATE: Final = "score = ?, grade = ?, spon_low = ?, spon_mid = ?, spon_high = ?"
_UPDATE: Final = (
    "UPDATE creators SET n_tracked = ?, total_views = ?, er = ?, er_mean = ?, er_median = ?,"  # noqa: S608
    " viral_ratio = ?, ppw = ?, avg_views = ?, median_views = ?, p25_views = ?, p75_views = ?,"
    " avg_likes = ?, avg_comments = ?, avg_shares = ?, avg_saves = ?, niche = ?, niche2 = ?,"
    f" niche_conf = ?, {_RATE}, metrics_version = ?, dirty = 0 WHERE id = ?"
)


def outdated(data: sqlite3.Connection) -> bool:
    """Say whether the stored metrics come from other formulas than today's."""
    row = data.execute("SELECT value FROM meta WHERE key = 'metrics_version'").fetchone()
    return row is not None and row[0] != str(METRICS_VERSION)


def recompute(data: sqlite3.Connection) -> None:
    """Compute all creators again that are marked, and all ratings whose peers moved."""
    if outdated(data):
        with immediate(data):
            data.execute("UPDATE creators SET dirty = 1")
    pars = stored_pars(data)
    marked = [int(row[0]) for row in data.execute("SELECT id FROM creators WHERE dirty = 1")]
    for ids in batches(marked, _CREATORS):
        with immediate(data):
            _recompute_some(data, ids, pars)
    if (now := _peers(data)) != pars:
        bands = {b for b in now.keys() | pars.keys() if now.get(b) != pars.get(b)}
        _rate_again(data, bands, now)
    with immediate(data):
        _remember(data, now)


def stored_pars(data: sqlite3.Connection) -> Pars:
    """Return the usual engagement rates by follower band that the ratings were made with."""
    row = data.execute("SELECT value FROM meta WHERE key = 'pars'").fetchone()
    return {} if row is None else {int(band): par for band, par in json.loads(row[0]).items()}


def _peers(data: sqlite3.Connection) -> Pars:
    """Return the median rate per follower band, one decimal: small changes move nobody's score."""
    rates: dict[int, list[float]] = {}
    for followers, rate in data.execute(
        "SELECT followers, er FROM creators"
        " WHERE followers IS NOT NULL AND er IS NOT NULL AND n_tracked >= ?",
        (MIN_VIDEOS,),
    ):
        rates.setdefault(band_of(followers), []).append(rate)
    return {
        band: round(percentile(sorted(values), 50), 1)
        for band, values in rates.items()
        if len(values) >= PEERS_NEEDED
    }


def _remember(data: sqlite3.Connection, pars: Pars) -> None:
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
            "SELECT id, bio, region, followers, scraped_at FROM creators"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (wanted,),
        )
    ]
    data.executemany(_UPDATE, [_columns(p, videos.get(p.id, []), pars) for p in profiles])
    _write_tags(data, wanted, videos)


def _videos(data: sqlite3.Connection, ids: str) -> Iterator[Video]:
    rows = data.execute(
        "SELECT creator_id, plays, likes, comments, shares, saves, posted_at, hashtags, er"
        " FROM videos WHERE creator_id IN (SELECT value FROM json_each(?)) ORDER BY creator_id",
        (ids,),
    )
    return map(Video._make, rows)


def _columns(profile: Profile, videos: Sequence[Video], pars: Pars) -> tuple[object, ...]:
    plays = sorted(v.plays for v in videos if v.plays is not None)
    rates = [v.er for v in videos if v.er is not None]
    rate = weighted_rate(Counts(*v[1:6]) for v in videos)
    middle = _whole(percentile(plays, 50)) if plays else None
    viral = viral_ratio(plays, viral_line(middle, len(videos), profile.followers))
    weekly = posts_per_week([v.posted_at for v in videos if v.posted_at], profile.scraped_at)
    niches = niches_of(((v.hashtags or "").split() for v in videos), profile.bio)
    rating = rate_creator(
        followers=profile.followers,
        region=profile.region,
        n_tracked=len(videos),
        engagement=rate,
        median_views=middle,
        viral=viral,
        weekly_posts=weekly,
        niche=niches.first,
        pars=pars,
    )
    return (
        len(videos),
        sum(plays) if plays else None,
        rate,
        _two(mean(rates)),
        _two(median(rates)),
        viral,
        weekly,
        _average(plays),
        middle,
        _whole(percentile(plays, 25)) if plays else None,
        _whole(percentile(plays, 75)) if plays else None,
        _average(v.likes for v in videos),
        _average(v.comments for v in videos),
        _average(v.shares for v in videos),
        _average(v.saves for v in videos),
        *niches,
        *rating,
        METRICS_VERSION,
        profile.id,
    )


def rate_creator(
    *,
    followers: int | None,
    region: str | None,
    n_tracked: int,
    engagement: float | None,
    median_views: int | None,
    viral: float | None,
    weekly_posts: float | None,
    niche: str | None,
    pars: Pars,
) -> Rating:
    """Return what a creator's other metrics and the peers make of score, grade and price."""
    par = par_engagement(followers or 0, pars)
    score = creator_score(
        n_tracked=n_tracked,
        followers=followers,
        engagement=engagement,
        median_views=median_views,
        viral=viral,
        weekly_posts=weekly_posts,
        par=par,
    )
    price = sponsorship(
        median_views=median_views,
        followers=followers,
        engagement=engagement,
        par=par,
        niche=niche,
        region=region,
    )
    return Rating(score, grade_of(score), *(price or (None, None, None)))


def _rate_again(data: sqlite3.Connection, bands: set[int], pars: Pars) -> None:
    rows = data.execute(
        "SELECT id, followers, region, n_tracked, er, median_views, viral_ratio, ppw, niche"
        " FROM creators WHERE followers IS NOT NULL AND n_tracked > 0"
    ).fetchall()
    ratings = (
        (
            *rate_creator(
                followers=row["followers"],
                region=row["region"],
                n_tracked=row["n_tracked"],
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
        if band_of(row["followers"]) in bands
    )
    update = f"UPDATE creators SET {_RATE} WHERE id = ?"  # noqa: S608 (our own columns)
    for batch in batches(ratings, 2 * _CREATORS):
        with immediate(data):
            data.executemany(update, batch)


def _write_tags(data: sqlite3.Connection, wanted: str, videos: dict[int, list[Video]]) -> None:
    """Keep each creator's most used hashtags, ties to the more viewed and then by name."""
    kept: list[tuple[int, str, int, int | None]] = []
    for creator_id, group in videos.items():
        uses: Counter[str] = Counter()
        views: dict[str, int] = {}
        for video in group:
            for tag in (video.hashtags or "").split():
                uses[tag] += 1
                if video.plays is not None:
                    views[tag] = views.get(tag, 0) + video.plays
        ranked = sorted(uses, key=lambda tag: (-uses[tag], -views.get(tag, -1), tag))
        kept += [(creator_id, tag, uses[tag], views.get(tag)) for tag in ranked[:_TAGS_KEPT]]
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


def _average(values: Iterable[int | None]) -> int | None:
    """Return the rounded mean of the known values."""
    return _whole(mean([value for value in values if value is not None]))


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _two(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
