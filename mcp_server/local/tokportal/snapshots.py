"""The totals of an account at one time: computed from videos, stored, and read back."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Final

from mcp_server.local.metrics import METRICS_VERSION, average, posts_per_week, rated
from mcp_server.local.tokportal.creators import ObservedVideo


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What an account looked like at `scraped_at` (Unix seconds). `None` means unknown."""

    scraped_at: int
    followers: int | None
    following: int | None
    n: int
    """How many videos are tracked."""
    total_views: int | None
    total_likes: int | None
    total_comments: int | None
    total_shares: int | None
    total_bookmarks: int | None
    weekly_posts: float | None
    engagement_rate: float | None = None
    """Percent, over the videos that have a rate: totals may be of different videos."""
    average_views: int | None = None
    """Of the videos whose views are known."""
    n_viewed: int | None = None
    """How many these are; `None` in snapshots of before it was written down."""
    n_rated: int | None = None
    """How many videos have a rate; the same."""
    metrics_version: int | None = None
    """By which formulas; `None` where an export did not say."""


_COLUMNS: Final = ", ".join(field.name for field in fields(Snapshot))
_MARKS: Final = ", ".join("?" for _ in fields(Snapshot))


def summarize(
    videos: Sequence[ObservedVideo],
    *,
    scraped_at: int,
    followers: int | None,
    following: int | None,
    all_seen: bool = False,
) -> Snapshot:
    """Add up an account's videos as they were at `scraped_at`.

    Of no video the sums are unknown, and 0 only where it is known that there is none (`all_seen`).
    """
    of_none = 0 if all_seen and not videos else None
    views = [video.plays for video in videos if video.plays is not None]
    sums = rated(video.counts for video in videos)
    posted = [video.posted_at for video in videos if video.posted_at is not None]
    return Snapshot(
        scraped_at=scraped_at,
        followers=followers,
        following=following,
        n=len(videos),
        total_views=_total((video.plays for video in videos), of_none=of_none),
        total_likes=_total((video.likes for video in videos), of_none=of_none),
        total_comments=_total((video.comments for video in videos), of_none=of_none),
        total_shares=_total((video.shares for video in videos), of_none=of_none),
        total_bookmarks=_total((video.saves for video in videos), of_none=of_none),
        weekly_posts=posts_per_week(posted, scraped_at),
        engagement_rate=sums.rate,
        average_views=average(sum(views), len(views)),
        n_viewed=len(views),
        n_rated=sums.videos,
        metrics_version=METRICS_VERSION,
    )


def newest_snapshot(state: sqlite3.Connection, account_id: str) -> Snapshot | None:
    """Return the account's latest totals."""
    found = snapshot_page(state, account_id, limit=1, offset=0)
    return found[0] if found else None


def snapshot_page(
    state: sqlite3.Connection, account_id: str, *, limit: int, offset: int
) -> list[Snapshot]:
    """Return stored totals, newest first."""
    rows = state.execute(
        f"SELECT {_COLUMNS} FROM account_snapshots WHERE account_id = ?"  # noqa: S608 - our columns
        " ORDER BY scraped_at DESC LIMIT ? OFFSET ?",
        (account_id, limit, offset),
    )
    return [Snapshot(*row) for row in rows]


def count_snapshots(state: sqlite3.Connection, account_id: str) -> int:
    """Return how many times the account was seen."""
    query = "SELECT count(*) FROM account_snapshots WHERE account_id = ?"
    return int(state.execute(query, (account_id,)).fetchone()[0])


def store_crawl(
    state: sqlite3.Connection, account_id: str, snapshot: Snapshot, *, after: int, before: int
) -> bool:
    """Write the totals of a crawl in the place of those that were taken in the middle of it.

    What knows more than the crawl's looks tell stays: its own looks are not all in the store.

    Args:
        state: Inside the caller's transaction.
        account_id: Whose they are.
        snapshot: The totals at the end of the crawl.
        after: Snapshots of later times than this belong to the crawl, in Unix seconds;
        before: those of earlier times than this.

    Returns:
        Whether anything had to be written.
    """
    rows = state.execute(
        f"SELECT {_COLUMNS} FROM account_snapshots"  # noqa: S608 - our columns
        " WHERE account_id = ? AND scraped_at > ? AND scraped_at < ?",
        (account_id, after, before),
    )
    taken = [Snapshot(*row) for row in rows]
    if any(one == snapshot or _knows_more(one, snapshot) for one in taken):
        return False
    state.executemany(
        "DELETE FROM account_snapshots WHERE account_id = ? AND scraped_at = ?",
        [(account_id, one.scraped_at) for one in taken],
    )
    store_snapshot(state, account_id, snapshot)
    return True


def _knows_more(one: Snapshot, other: Snapshot) -> bool:
    if one.n > other.n or (one.n_viewed or 0) > (other.n_viewed or 0):
        return True
    totals = zip(_figures(one), _figures(other), strict=True)
    return any(known is not None and there is None for known, there in totals)


def _figures(snapshot: Snapshot) -> tuple[int | None, ...]:
    profile = (snapshot.followers, snapshot.following)
    if not snapshot.n:  # sums over no video say nothing
        return (*profile, None, None, None, None, None)
    return (
        *profile,
        snapshot.total_views,
        snapshot.total_likes,
        snapshot.total_comments,
        snapshot.total_shares,
        snapshot.total_bookmarks,
    )


def store_snapshot(state: sqlite3.Connection, account_id: str, snapshot: Snapshot) -> None:
    """Write the totals of a time that has none yet."""
    state.execute(
        f"INSERT OR IGNORE INTO account_snapshots (account_id, {_COLUMNS})"  # noqa: S608 - as above
        f" VALUES (?, {_MARKS})",
        (account_id, *astuple(snapshot)),
    )


def _total(counts: Iterable[int | None], *, of_none: int | None) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else of_none
