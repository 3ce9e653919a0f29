"""What data.db knows of the creator behind an account: the profile and the counts of its videos."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from mcp_server.local.lookup import id_of_handle, id_of_person
from mcp_server.local.metrics import Counts


@dataclass(frozen=True, slots=True)
class Creator:
    """A stored profile. `None` means unknown."""

    id: int
    username: str
    followers: int | None
    following: int | None
    scraped_at: int | None
    user_id: str | None = None
    sec_uid: str | None = None


@dataclass(frozen=True, slots=True)
class ObservedVideo:
    """One video's counts at one time. `None` means unknown, never zero."""

    video_id: str
    posted_at: int | None
    scraped_at: int | None
    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None

    @property
    def counts(self) -> Counts:
        """The counts alone, as the formulas take them."""
        return Counts(self.plays, self.likes, self.comments, self.shares, self.saves)


def find_creator(data: sqlite3.Connection, username: str) -> Creator | None:
    """Return the creator of that handle, or the one that had it last."""
    return _creator(data, id_of_handle(data, username))


def find_person(
    data: sqlite3.Connection, username: str, user_id: str | None, sec_uid: str | None
) -> Creator | None:
    """Return the creator with one of these ids, else the one of that handle."""
    return _creator(data, id_of_person(data, username, user_id, sec_uid))


def _creator(data: sqlite3.Connection, creator_id: int | None) -> Creator | None:
    row = data.execute(
        "SELECT id, username, followers, following, scraped_at, user_id, sec_uid"
        " FROM creators WHERE id = ?",
        (creator_id,),
    ).fetchone()
    return None if row is None else Creator(*row)


def observed_videos(data: sqlite3.Connection, creator: Creator) -> list[ObservedVideo]:
    """Return the last observation of each of the creator's videos."""
    rows = data.execute(
        """SELECT video_id, posted_at, scraped_at, plays, likes, comments, shares, saves
           FROM videos WHERE creator_id = ?""",
        (creator.id,),
    )
    return [ObservedVideo(*row) for row in rows]


def observed_at(creator: Creator, videos: Sequence[ObservedVideo]) -> int | None:
    """Return when the creator or one of its videos was last seen, in Unix seconds."""
    times = [creator.scraped_at, *(video.scraped_at for video in videos)]
    return max((time for time in times if time is not None), default=None)
