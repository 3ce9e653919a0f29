"""The analytics records of an account's videos, in the contract's 16 fields."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from mcp_server.local.handles import post_page
from mcp_server.local.metrics import Counts, engagement_rate
from mcp_server.local.tokportal.creators import Creator
from mcp_server.local.tokportal.ids import record_id, tokportal_video_id
from mcp_server.local.tokportal.wire import Json, iso

SORT_COLUMNS: Final[Mapping[str, str]] = {
    "views": "plays",
    "likes": "likes",
    "engagement_rate": "er",
    "upload_date": "posted_at",
}
_CONTENT_TYPES: Final = {"slideshow": "carousel"}


def sorted_video_ids(
    data: sqlite3.Connection, account_id: str, creator: Creator, *, sort_by: str, descending: bool
) -> list[str]:
    """Return the platform ids of all videos in the order of the list.

    Unknown values come last in both directions; equal ones are in the order of the record's id.
    """
    column = SORT_COLUMNS[sort_by]
    rows: list[tuple[str, int | float | None]] = data.execute(
        f"SELECT video_id, {column} FROM videos WHERE creator_id = ?",  # noqa: S608 - from our table
        (creator.id,),
    ).fetchall()
    by_id = sorted((record_id(account_id, row[0]), row[0], row[1]) for row in rows)
    known = [(value, video_id) for _, video_id, value in by_id if value is not None]
    known.sort(key=lambda pair: pair[0], reverse=descending)
    return [pair[1] for pair in known] + [row[1] for row in by_id if row[2] is None]


def video_records(
    data: sqlite3.Connection, account_id: str, video_ids: Sequence[str]
) -> list[dict[str, Json]]:
    """Return the records of the given platform videos, in their order, without the unknown."""
    found = (_row(data, video_id) for video_id in video_ids)
    return [_record(account_id, row) for row in found if row is not None]


def video_history(
    data: sqlite3.Connection, state: sqlite3.Connection, account_id: str, video_id: str
) -> list[dict[str, Json]]:
    """Return the counts of a video at each time it was seen, newest first."""
    rows = state.execute(
        "SELECT scraped_at, plays, likes, comments, shares, saves FROM video_snapshots"
        " WHERE video_id = ?",
        (video_id,),
    )
    seen = {int(row["scraped_at"]): row for row in rows}
    last = _row(data, video_id)
    if last is not None and last["scraped_at"] is not None:
        seen[int(last["scraped_at"])] = last
    return [
        {
            "id": record_id(account_id, video_id),
            "video_id": tokportal_video_id(account_id, video_id),
            **_counts(row),
            "engagement_rate": _engagement(row),
            "scraped_at": iso(scraped_at),
        }
        for scraped_at, row in sorted(seen.items(), reverse=True)
    ]


def _row(data: sqlite3.Connection, video_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = data.execute(
        """SELECT v.*, c.username FROM videos AS v JOIN creators AS c ON c.id = v.creator_id
           WHERE v.video_id = ?""",
        (video_id,),
    ).fetchone()
    return row


def _record(account_id: str, row: sqlite3.Row) -> dict[str, Json]:
    return {
        "id": record_id(account_id, row["video_id"]),
        "video_id": tokportal_video_id(account_id, row["video_id"]),
        "url": row["url"] or _url(row),
        "description": row["description"],
        "thumbnail_url": row["thumbnail_url"],
        "upload_date": iso(row["posted_at"]),
        "duration_seconds": row["duration"],
        **_counts(row),
        "engagement_rate": row["er"],
        "platform": "tiktok",
        "content_type": _CONTENT_TYPES.get(row["content_type"], row["content_type"]),
        "scraped_at": iso(row["scraped_at"]),
    }


def _counts(row: sqlite3.Row) -> dict[str, Json]:
    return {
        "views": row["plays"],
        "likes": row["likes"],
        "comments": row["comments"],
        "shares": row["shares"],
        "bookmarks": row["saves"],
    }


def _engagement(row: sqlite3.Row) -> float | None:
    """The contract's written formula; its examples leave the bookmarks out."""
    return engagement_rate(
        Counts(row["plays"], row["likes"], row["comments"], row["shares"], row["saves"])
    )


def _url(row: sqlite3.Row) -> str:
    kind = "photo" if row["content_type"] == "slideshow" else "video"
    return post_page(row["username"], kind, row["video_id"])
