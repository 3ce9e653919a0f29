"""Writes the past of the sample world into state.db: snapshots, refreshes, spent quota."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from mcp_server.local.records import VideoRecord
from mcp_server.local.sample.creators import SampleCreator
from mcp_server.local.sample.growth import Counts, earlier_counts, grown_followers
from mcp_server.local.sample.numbers import DAY, HOUR, stream
from mcp_server.local.sample.owned import REFRESH_SECONDS, Owned
from mcp_server.local.tokportal.accounts import add_account
from mcp_server.local.tokportal.creators import ObservedVideo
from mcp_server.local.tokportal.snapshots import store_snapshot, summarize
from mcp_server.local.transaction import immediate
from mcp_server.local.world import World

_BETWEEN_SNAPSHOTS: Final = 3 * DAY
_PROFILE_AGES: Final = (30 * DAY, 14 * DAY, 7 * DAY, DAY)
_YOUNG: Final = 30 * DAY
_VIDEO_SNAPSHOT: Final = "INSERT OR IGNORE INTO video_snapshots VALUES (?, ?, ?, ?, ?, ?, ?)"

Row = tuple[str | int | float | None, ...]


def past_rows(
    seed: int, creator: SampleCreator, videos: Sequence[VideoRecord]
) -> tuple[list[Row], list[Row]]:
    """Return what earlier visits to a creator saw, so that there are trends from the start.

    The rows are those of `creator_snapshots` and of `video_snapshots`.
    """
    followers = None if _figures_unknown(creator) else creator.followers
    now = creator.scraped_at
    times = [now - age for age in _PROFILE_AGES if now - age > creator.joined_at] + [now]
    return (
        [
            (creator.username, at, _followers(seed, creator, followers, at), None, None, None)
            for at in times
        ],
        [
            row
            for video in videos
            if video.posted_at is not None and now - _YOUNG < video.posted_at < now - DAY - HOUR
            for row in (*_rows(seed, video, [now - DAY]), _as_it_is(video, now))
        ],
    )


def write_account(
    world: World, seed: int, creator: SampleCreator, owned: Owned, videos: Sequence[VideoRecord]
) -> None:
    """Make the creator one of the user's accounts, with every refresh since its delivery."""
    delivered = creator.scraped_at + owned.seen_ago - owned.age
    account_id = add_account(
        world, creator.username, created_at=delivered, with_snapshot=not owned.untouched
    )
    if owned.untouched:
        return
    times = list(_refreshed(seed, creator, delivered))
    followers = None if owned.nulls else creator.followers
    state = world.state()
    with immediate(state):
        for at in times:
            snapshot = summarize(
                [_as_it_was(seed, video, at) for video in videos if _existed(video, at)],
                scraped_at=at,
                followers=_followers(seed, creator, followers, at),
                following=videos[0].creator.following if videos else None,
                all_seen=True,
            )
            store_snapshot(state, account_id, snapshot)
        state.executemany(
            """INSERT INTO refreshes (account_id, requested_at, due_at, status, finished_at)
               VALUES (?, ?, ?, 'done', ?)""",
            [(account_id, at - REFRESH_SECONDS, at, at) for at in [*times, creator.scraped_at]],
        )
        state.executemany(
            """INSERT INTO quota (month, used) VALUES (?, 1)
               ON CONFLICT (month) DO UPDATE SET used = used + 1""",
            [(_month(at - REFRESH_SECONDS),) for at in [*times, creator.scraped_at]],
        )
        for video in videos:
            state.executemany(
                _VIDEO_SNAPSHOT, list(_rows(seed, video, [*times, creator.scraped_at]))
            )


def _refreshed(seed: int, creator: SampleCreator, delivered: int) -> Iterator[int]:
    rng = stream(seed, "refreshes", creator.index)
    at = delivered + rng.randrange(2 * HOUR, DAY)
    while at < creator.scraped_at - 2 * DAY - HOUR:
        yield at
        at += _BETWEEN_SNAPSHOTS + rng.randrange(-10 * HOUR, 14 * HOUR)


def _figures_unknown(creator: SampleCreator) -> bool:
    return creator.owned is not None and creator.owned.nulls


def _followers(seed: int, creator: SampleCreator, followers: int | None, at: int) -> int | None:
    if followers is None:
        return None
    return grown_followers(seed, creator.username, followers, creator.scraped_at, at)


def _existed(video: VideoRecord, at: int) -> bool:
    return video.posted_at is not None and video.posted_at < at


def _counts_at(seed: int, video: VideoRecord, at: int) -> Counts:
    counts = Counts(video.plays, video.likes, video.comments, video.shares, video.saves)
    posted, seen = video.posted_at or 0, video.scraped_at or 0
    return earlier_counts(seed, video.video_id, posted, counts, seen, at)


def _as_it_was(seed: int, video: VideoRecord, at: int) -> ObservedVideo:
    counts = _counts_at(seed, video, at)
    return ObservedVideo(
        video_id=video.video_id,
        posted_at=video.posted_at,
        scraped_at=at,
        plays=counts.plays,
        likes=counts.likes,
        comments=counts.comments,
        shares=counts.shares,
        saves=counts.saves,
    )


def _rows(seed: int, video: VideoRecord, times: Sequence[int]) -> Iterator[Row]:
    for at in times:
        if _existed(video, at):
            c = _counts_at(seed, video, at)
            yield (video.video_id, at, c.plays, c.likes, c.comments, c.shares, c.saves)


def _as_it_is(video: VideoRecord, at: int) -> Row:
    counts = (video.plays, video.likes, video.comments, video.shares, video.saves)
    return (video.video_id, at, *counts)


def _month(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")
