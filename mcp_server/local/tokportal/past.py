"""What an account was at the crawls that the store knows of, as far as they tell."""

import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from mcp_server.local.database import json_list
from mcp_server.local.tokportal.creators import Creator, ObservedVideo
from mcp_server.local.tokportal.snapshots import Snapshot, store_crawl, summarize

_APART: Final = 3_600
"""Looks that are less than this many seconds apart belong to one crawl: it takes its time."""
_PROFILES: Final = """SELECT scraped_at, followers, following FROM creator_snapshots
   WHERE username = ?"""
# Beside the profile, when anything was seen last: that is a crawl though it brought no figure.
_PROFILE: Final = """SELECT coalesce(profile_at, scraped_at), followers, following FROM creators
   WHERE id = ? AND scraped_at IS NOT NULL
   UNION ALL SELECT scraped_at, NULL, NULL FROM creators WHERE id = ? AND scraped_at IS NOT NULL"""
_VIDEOS: Final = """SELECT video_id, scraped_at, plays, likes, comments, shares, saves
   FROM video_snapshots WHERE video_id IN (SELECT value FROM json_each(?))"""

_Profile = tuple[int, int | None, int | None]


def store_past(
    data: sqlite3.Connection,
    state: sqlite3.Connection,
    account_id: str,
    creator: Creator,
    videos: Sequence[ObservedVideo],
) -> int:
    """Store the totals at each crawl; inside the caller's transaction.

    A crawl's time is that of its last look. A video counts as it was seen last by then, one that
    nobody had seen by then does not count, and a figure that was not known by then is unknown.
    Totals that were taken in the middle of a crawl give way to those of its end. What was seen at
    an unknown time counts with the last.

    Args:
        data: Where the creator is.
        state: Where the dated figures are, and where the totals go.
        account_id: Whose they are.
        creator: The same as a creator.
        videos: Its videos as they were seen last.

    Returns:
        How many snapshots were new or other than before.
    """
    profiles = sorted(_profiles(data, state, creator), key=lambda profile: profile[0])
    looks = sorted(_looks(state, videos, creator.scraped_at), key=_time)
    times = sorted({profile[0] for profile in profiles} | {_time(look) for look in looks})
    crawls = list(_crawls(times))
    totals = _totals([end for _, end in crawls], deque(profiles), deque(looks))
    return sum(
        store_crawl(state, account_id, snapshot, after=begin - _APART, before=end + _APART)
        for (begin, end), snapshot in zip(crawls, totals, strict=True)
    )


def _profiles(
    data: sqlite3.Connection, state: sqlite3.Connection, creator: Creator
) -> Iterator[_Profile]:
    for row in state.execute(_PROFILES, (creator.username,)):
        yield (row[0], row[1], row[2])
    for row in data.execute(_PROFILE, (creator.id, creator.id)):
        yield (row[0], row[1], row[2])


def _looks(
    state: sqlite3.Connection, videos: Sequence[ObservedVideo], last: int | None
) -> Iterator[ObservedVideo]:
    posted = {video.video_id: video.posted_at for video in videos}
    for video_id, *counted in state.execute(_VIDEOS, (json_list(posted),)):
        yield ObservedVideo(video_id, posted[video_id], *counted)
    for video in videos:
        if video.scraped_at is not None:
            yield video
        elif last is not None:
            yield replace(video, scraped_at=last)


def _time(look: ObservedVideo) -> int:
    return look.scraped_at or 0


def _crawls(times: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield when each crawl began and ended."""
    begin = 0
    for place, at in enumerate(times):
        if place + 1 == len(times) or times[place + 1] - at >= _APART:
            yield times[begin], at
            begin = place + 1


def _totals(
    times: Sequence[int], profiles: deque[_Profile], looks: deque[ObservedVideo]
) -> Iterator[Snapshot]:
    followers = following = None
    videos: dict[str, ObservedVideo] = {}
    for at in times:
        while profiles and profiles[0][0] <= at:
            _, *seen = profiles.popleft()
            followers, following = _known(seen[0], followers), _known(seen[1], following)
        while looks and _time(looks[0]) <= at:
            look = looks.popleft()
            videos[look.video_id] = _later(videos.get(look.video_id), look)
        known = list(videos.values())
        yield summarize(known, scraped_at=at, followers=followers, following=following)


def _known(seen: int | None, before: int | None) -> int | None:
    return before if seen is None else seen


def _later(before: ObservedVideo | None, look: ObservedVideo) -> ObservedVideo:
    """Return the later look; what it does not say is as it was before."""
    if before is None:
        return look
    return replace(
        look,
        plays=_known(look.plays, before.plays),
        likes=_known(look.likes, before.likes),
        comments=_known(look.comments, before.comments),
        shares=_known(look.shares, before.shares),
        saves=_known(look.saves, before.saves),
    )
