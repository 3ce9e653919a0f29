"""Stored rows as the API writes them. What is unknown is null, never zero."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Final

from mcp_server.local.database import json_list
from mcp_server.local.handles import former_handle, post_page, profile_page
from mcp_server.local.lookup import id_of_handle
from mcp_server.local.metrics import is_small, price_text
from mcp_server.local.toklytics.wire import ApiError, iso

_VIDEOS: Final = (
    "SELECT v.*, s.title AS music_title, c.username, c.display_name, c.followers, c.verified,"
    " c.avg_views, c.median_views, c.n_tracked, c.n_viewed"
    " FROM videos v JOIN creators c ON c.id = v.creator_id"
    " LEFT JOIN sounds s ON s.id = v.sound_id"
    " WHERE v.id IN (SELECT value FROM json_each(?))"
)

Record = dict[str, object]


def creator(row: sqlite3.Row) -> Record:
    """Return a row of `creators` in the contract's shape."""
    return {
        "username": row["username"],
        "display_name": row["display_name"],
        "verified": truth(row["verified"]),
        "followers": row["followers"],
        "following": row["following"],
        "total_likes": row["total_likes"],
        "video_count": row["video_count"],
        "bio": row["bio"],
        "region": row["region"],
        "avatar_url": row["avatar_url"],
        "metrics": metrics(row),
        "profile_url": None,  # Toklytics' own page; what is stored here has none
        "tiktok_url": profile_page(row["username"]),
        **_former(row["username"]),
        "last_updated": iso(row["scraped_at"]),
    }


def _former(username: str) -> Record:
    """Return the handle of somebody whose handle is another's now; of others nothing."""
    handle = former_handle(username)
    return {} if handle is None else {"former_username": handle}


def metrics(row: sqlite3.Row) -> Record:
    """Return the computed figures of a creator, with the numbers of videos behind them.

    Of the tracked videos some have views, of these some have a rate, and of these some lack saves.
    """
    return {
        "engagement_rate": row["er"],
        "creator_score": row["grade"],
        "score_points": row["score"],
        "viral_ratio": row["viral_ratio"],
        "posts_per_week": row["ppw"],
        "avg_views": row["avg_views"],
        "median_views": row["median_views"],
        "avg_likes": row["avg_likes"],
        "avg_comments": row["avg_comments"],
        "avg_shares": row["avg_shares"],
        "avg_saves": row["avg_saves"],
        "estimated_sponsorship_value": price_text(row["spon_low"], row["spon_high"]),
        "videos_tracked": row["n_tracked"],
        "videos_viewed": row["n_viewed"],
        "videos_rated": row["n_rated"],
        "videos_without_saves": row["n_unsaved"],
    }


def sample(row: sqlite3.Row, column: str) -> int:
    """Return how many of a creator's videos stand behind a figure, by the column that counts them.

    Figures of formulas that did not count them were said to rest on all tracked videos.
    """
    count: int | None = row[column]
    return int(row["n_tracked"]) if count is None else count


def rests_on_few(row: sqlite3.Row) -> bool:
    """Say whether a figure of a creator that is shown rests on fewer than five videos."""
    return is_small(row["n_tracked"], row["n_viewed"], row["n_rated"])


def viewed(row: sqlite3.Row) -> str:
    """Return in words against how many of a creator's videos another one is held."""
    return f"{sample(row, 'n_viewed')} tracked videos with known views"


def creator_brief(row: sqlite3.Row) -> Record:
    """Return who made a video."""
    return {
        "username": row["username"],
        "display_name": row["display_name"],
        "followers": row["followers"],
        "verified": truth(row["verified"]),
    }


def video(row: sqlite3.Row) -> Record:
    """Return a row of `videos`, joined with its creator and sound, in the contract's shape."""
    kind = "photo" if row["content_type"] == "slideshow" else "video"
    page = post_page(row["username"], kind, row["video_id"])
    # An engagement rate without saves is a little low: said where it is so.
    unsaved = {"saves_missing": True} if row["saves"] is None else {}
    return {
        "video_id": row["video_id"],
        "description": row["description"],
        "plays": row["plays"],
        "likes": row["likes"],
        "comments": row["comments"],
        "shares": row["shares"],
        "saves": row["saves"],
        "duration": row["duration"],
        "engagement_rate": row["er"],
        "hashtags": (row["hashtags"] or "").split(),
        "music_title": row["music_title"],
        "posted_at": iso(row["posted_at"]),
        "video_url": row["url"] or page,
        "content_type": row["content_type"],
        **unsaved,
    }


def video_of_creator(row: sqlite3.Row) -> Record:
    """Return a video with who made it."""
    return {**video(row), "creator": creator_brief(row)}


def sound(row: sqlite3.Row) -> Record:
    """Return a row of `sounds`; `user_count` are the tracked videos that use it."""
    return {
        "music_id": row["music_id"],
        "title": row["title"],
        "author": row["author"],
        "original": truth(row["original"]),
        "duration": row["duration"],
        "user_count": row["video_count"],
        "view_count": row["view_count"],
        "last_used": iso(row["last_used"]),
    }


def observed(rows: Sequence[sqlite3.Row]) -> str | None:
    """Return when the oldest of some videos was observed."""
    return iso(min((row["scraped_at"] for row in rows if row["scraped_at"]), default=None))


def videos_by_id(data: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Return the rows of these videos, joined with creator and sound, in this order."""
    return in_order(data.execute(_VIDEOS, (json_list(ids),)), ids)


def creators_by_id(data: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Return the rows of these creators in this order."""
    query = "SELECT * FROM creators WHERE id IN (SELECT value FROM json_each(?))"
    return in_order(data.execute(query, (json_list(ids),)), ids)


def briefs_by_id(data: sqlite3.Connection, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Return of these creators what `creator_brief` shows, in this order."""
    query = (
        "SELECT id, username, display_name, followers, verified FROM creators"
        " WHERE id IN (SELECT value FROM json_each(?))"
    )
    return in_order(data.execute(query, (json_list(ids),)), ids)


def in_order(rows: Iterable[sqlite3.Row], ids: Sequence[int]) -> list[sqlite3.Row]:
    """Return rows that have an `id` in the order of `ids`."""
    found: dict[int, sqlite3.Row] = {row["id"]: row for row in rows}
    return [found[i] for i in ids if i in found]


def find_creator(data: sqlite3.Connection, username: str) -> sqlite3.Row | None:
    """Return the creator with this handle, or who had it last."""
    whose = "SELECT * FROM creators WHERE"
    name = username.strip().removeprefix("@")
    row: sqlite3.Row | None = data.execute(f"{whose} username = ?", (name,)).fetchone()
    if row is None:
        row = data.execute(f"{whose} id = ?", (id_of_handle(data, name),)).fetchone()
    return row


def known_creator(data: sqlite3.Connection, username: str) -> sqlite3.Row:
    """Return the creator with this handle.

    Raises:
        ApiError: Nobody here has or had it.
    """
    if (row := find_creator(data, username)) is None:
        raise ApiError(404, "CREATOR_NOT_FOUND", "No tracked creator has this username.")
    return row


def truth(value: int | None) -> bool | None:
    """Return a stored 0 or 1 as a boolean, unknown as null."""
    return None if value is None else bool(value)
