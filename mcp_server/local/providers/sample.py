"""The sample world moves on: what an account is at a time follows from its seed and that time.

Nothing is built on an earlier refresh. Each one starts from the world as it was generated, so any
number of them, at whatever times, leads to the same figures at the same time.
"""

import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Final

from mcp_server.local.database import json_list
from mcp_server.local.providers.interface import Fetched, NothingNewerError, NotPublicError
from mcp_server.local.providers.later_posts import Past, later_posts
from mcp_server.local.records import CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.sample.growth import Counts, grown_counts, grown_followers
from mcp_server.local.tokportal.creators import find_creator
from mcp_server.local.world import World

_POSTS: Final = """SELECT v.video_id, v.description, v.plays, v.likes, v.comments, v.shares,
     v.saves, v.duration, v.content_type, v.posted_at, v.scraped_at, v.hashtags, s.music_id
   FROM videos AS v LEFT JOIN sounds AS s ON s.id = v.sound_id
   WHERE v.creator_id = ? ORDER BY v.video_id"""
_SEEN: Final = """SELECT video_id, scraped_at, plays, likes, comments, shares, saves
   FROM video_snapshots WHERE video_id IN (SELECT value FROM json_each(?))
   ORDER BY video_id, scraped_at"""
_PROFILE: Final = """SELECT username, followers, following, total_likes, video_count, profile_at
   FROM creators WHERE id = ?"""
_VISITED: Final = """SELECT followers, scraped_at FROM creator_snapshots
   WHERE username = ? AND scraped_at <= ? ORDER BY scraped_at DESC LIMIT 1"""

EVERY_POST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Profile:
    """A row of `creators`."""

    username: str
    followers: int | None
    following: int | None
    total_likes: int | None
    video_count: int | None
    profile_at: int | None


class Sample:
    """The generated world at one time."""

    name = "sample"
    counted = True

    def __init__(self, world: World, *, at: int) -> None:
        """Look at the world at `at`, in Unix seconds."""
        self._data = world.data()
        self._state = world.state()
        self._at = at

    def fetch(self, username: str, *, since: int | None, limit: int) -> Fetched:
        """See `Provider`."""
        if since is not None and since >= self._at:
            raise NothingNewerError
        with _one_moment(self._data):
            return self._look(username, limit)

    def _look(self, username: str, limit: int) -> Fetched:
        creator = find_creator(self._data, username)
        if creator is None:
            raise NotPublicError("The sample world has no such creator.")
        seed, made_at = _birth(self._data, creator.scraped_at)
        if self._at <= made_at:
            raise NothingNewerError  # generated for a later time than the clock shows
        profile = _Profile(*self._data.execute(_PROFILE, (creator.id,)).fetchone())
        rows = [_record(row) for row in self._data.execute(_POSTS, (creator.id,))]
        visit = self._state.execute(_VISITED, (profile.username, made_at)).fetchone()
        followers, visited_at = (None, made_at) if visit is None else visit
        past = Past(self._as_generated(rows, visited_at, made_at), made_at)
        videos = [_grown(seed, profile.username, post, self._at) for post in past.posts]
        videos += later_posts(seed, profile.username, past, self._at)
        videos.sort(key=lambda post: (post.posted_at or 0, post.video_id), reverse=True)
        if profile.profile_at is not None and profile.profile_at <= made_at:
            followers, visited_at = profile.followers, profile.profile_at
        if followers is None:
            followers = profile.followers
        if followers is not None:
            followers = grown_followers(seed, profile.username, followers, visited_at, self._at)
        return Fetched(self._profile(profile, followers, rows, videos), videos[:limit])

    def _as_generated(
        self, rows: Sequence[VideoRecord], visited_at: int, made_at: int
    ) -> list[VideoRecord]:
        """Return the posts of the generated world with the counts that they had in it."""
        posts = [row for row in rows if row.posted_at is None or row.posted_at <= made_at]
        moved = [row.video_id for row in posts if (row.scraped_at or 0) > made_at]
        seen: dict[str, VideoRecord] = {}
        found = {post.video_id: post for post in posts}
        for video_id, at, *counts in self._state.execute(_SEEN, (json_list(moved),)):
            # The newest until then; where counts did not change at first, the first thereafter.
            if at <= made_at or video_id not in seen:
                seen_at = at if at <= made_at else visited_at
                seen[video_id] = _with(found[video_id], Counts(*counts), seen_at)
        return [seen.get(post.video_id, post) for post in posts]

    def _profile(
        self,
        known: _Profile,
        followers: int | None,
        rows: Sequence[VideoRecord],
        videos: Sequence[VideoRecord],
    ) -> CreatorRecord:
        # The sums differ from what is stored by what the posts differ: once, not at a repetition.
        settled = known.profile_at is not None and known.profile_at >= self._at
        likes, number = known.total_likes, known.video_count
        return CreatorRecord(
            username=known.username,
            followers=followers,
            following=known.following,
            total_likes=None if settled or likes is None else likes + _likes(videos) - _likes(rows),
            video_count=None if settled or number is None else number + len(videos) - len(rows),
            scraped_at=self._at,
        )


@contextmanager
def _one_moment(data: sqlite3.Connection) -> Generator[None]:
    """Read data.db as it is at one moment, whoever writes."""
    if data.in_transaction:
        yield
        return
    data.execute("BEGIN")
    try:
        yield
    finally:
        data.execute("COMMIT")


def _birth(data: sqlite3.Connection, seen_at: int | None) -> tuple[int, int]:
    """Return the seed of the world, and the time for which it was generated."""
    found: Mapping[str, str] = dict(
        data.execute("SELECT key, value FROM meta WHERE key IN ('seed', 'as_of')").fetchall()
    )
    return int(found.get("seed", 0)), int(found.get("as_of", seen_at or 0))


def _record(row: sqlite3.Row) -> VideoRecord:
    return VideoRecord(
        video_id=row["video_id"],
        creator=CreatorRecord(username=""),
        description=row["description"],
        plays=row["plays"],
        likes=row["likes"],
        comments=row["comments"],
        shares=row["shares"],
        saves=row["saves"],
        duration=row["duration"],
        sound=None if row["music_id"] is None else SoundRecord(row["music_id"]),
        content_type=row["content_type"],
        posted_at=row["posted_at"],
        scraped_at=row["scraped_at"],
        hashtags=tuple((row["hashtags"] or "").split()),
    )


def _with(post: VideoRecord, counts: Counts, at: int) -> VideoRecord:
    return replace(
        post,
        plays=counts.plays,
        likes=counts.likes,
        comments=counts.comments,
        shares=counts.shares,
        saves=counts.saves,
        scraped_at=at,
    )


def _grown(seed: int, username: str, post: VideoRecord, at: int) -> VideoRecord:
    """Return what of a generated post has changed by `at`: its counts."""
    counts = Counts(post.plays, post.likes, post.comments, post.shares, post.saves)
    if post.scraped_at is not None and post.posted_at is not None:
        counts = grown_counts(seed, post.video_id, post.posted_at, counts, post.scraped_at, at)
    bare = VideoRecord(
        video_id=post.video_id,
        creator=CreatorRecord(username=username),
        content_type=post.content_type,
        posted_at=post.posted_at,
    )
    return _with(bare, counts, at)


def _likes(videos: Sequence[VideoRecord]) -> int:
    return sum(video.likes or 0 for video in videos)
