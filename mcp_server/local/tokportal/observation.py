"""One look at an account: its profile and its videos, and how a sample account grows from it."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample.growth import Counts, grown_counts, grown_followers
from mcp_server.local.tokportal.creators import (
    Creator,
    ObservedVideo,
    observed_at,
    observed_videos,
)
from mcp_server.local.tokportal.snapshots import Snapshot, summarize


@dataclass(frozen=True, slots=True)
class Observation:
    """An account as it was at `seen_at` (Unix seconds; `None`: nobody knows when)."""

    username: str
    followers: int | None
    following: int | None
    seen_at: int | None
    videos: Sequence[ObservedVideo]

    def totals(self, scraped_at: int) -> Snapshot:
        """Add up the videos, as a snapshot of `scraped_at`."""
        return summarize(
            self.videos,
            scraped_at=scraped_at,
            followers=self.followers,
            following=self.following,
        )

    def records(self) -> list[CreatorRecord | VideoRecord]:
        """Return what an import of this observation would bring."""
        creator = CreatorRecord(
            username=self.username,
            followers=self.followers,
            following=self.following,
            scraped_at=self.seen_at,
        )
        return [creator, *(_record(video, self.username) for video in self.videos)]


def observe(data: sqlite3.Connection, creator: Creator) -> Observation:
    """Read what data.db knows of the creator."""
    videos = observed_videos(data, creator)
    return Observation(
        username=creator.username,
        followers=creator.followers,
        following=creator.following,
        seen_at=observed_at(creator, videos),
        videos=videos,
    )


def overlay(state: sqlite3.Connection, known: Observation, newest: Snapshot) -> Observation:
    """Bring an observation up to a snapshot that state.db holds and data.db may have in part."""
    if known.seen_at is not None and known.seen_at > newest.scraped_at:
        return known
    return replace(
        known,
        followers=known.followers if newest.followers is None else newest.followers,
        following=known.following if newest.following is None else newest.following,
        seen_at=newest.scraped_at,
        videos=[_at(state, video, newest.scraped_at) for video in known.videos],
    )


def grown(known: Observation, *, seed: int, until: int) -> Observation:
    """Return what the sample account looks like at `until`, the same for every process."""
    followers = known.followers
    if followers is not None and known.seen_at is not None:
        followers = grown_followers(seed, known.username, followers, known.seen_at, until)
    return replace(
        known,
        followers=followers,
        seen_at=until,
        videos=[_grown(video, seed, until) for video in known.videos],
    )


def _at(state: sqlite3.Connection, video: ObservedVideo, scraped_at: int) -> ObservedVideo:
    if video.scraped_at is not None and video.scraped_at > scraped_at:
        return video
    row = state.execute(
        "SELECT plays, likes, comments, shares, saves FROM video_snapshots"
        " WHERE video_id = ? AND scraped_at = ?",
        (video.video_id, scraped_at),
    ).fetchone()
    if row is None:
        return video
    plays, likes, comments, shares, saves = row
    return replace(
        video,
        scraped_at=scraped_at,
        plays=plays,
        likes=likes,
        comments=comments,
        shares=shares,
        saves=saves,
    )


def _grown(video: ObservedVideo, seed: int, until: int) -> ObservedVideo:
    if video.scraped_at is None or video.posted_at is None:
        return replace(video, scraped_at=until)
    counts = Counts(*video.counts)
    later = grown_counts(seed, video.video_id, video.posted_at, counts, video.scraped_at, until)
    return replace(
        video,
        scraped_at=until,
        plays=later.plays,
        likes=later.likes,
        comments=later.comments,
        shares=later.shares,
        saves=later.saves,
    )


def _record(video: ObservedVideo, username: str) -> VideoRecord:
    return VideoRecord(
        video_id=video.video_id,
        creator=CreatorRecord(username=username),
        plays=video.plays,
        likes=video.likes,
        comments=video.comments,
        shares=video.shares,
        saves=video.saves,
        posted_at=video.posted_at,
        scraped_at=video.scraped_at,
    )
