"""One look at an account: its profile and its videos."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from mcp_server.local.providers.interface import Fetched
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

    @classmethod
    def of(cls, fetched: Fetched) -> Self:
        """Return what a provider saw."""
        profile = fetched.profile
        return cls(
            username=profile.username,
            followers=profile.followers,
            following=profile.following,
            seen_at=profile.scraped_at,
            videos=[
                ObservedVideo(
                    video_id=video.video_id,
                    posted_at=video.posted_at,
                    scraped_at=video.scraped_at,
                    plays=video.plays,
                    likes=video.likes,
                    comments=video.comments,
                    shares=video.shares,
                    saves=video.saves,
                )
                for video in fetched.videos
            ],
        )

    def totals(self, scraped_at: int) -> Snapshot:
        """Add up the videos, as a snapshot of `scraped_at`."""
        return summarize(
            self.videos,
            scraped_at=scraped_at,
            followers=self.followers,
            following=self.following,
        )


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
