"""A stored creator while observations are merged into it."""

from dataclasses import dataclass, field, fields
from typing import Final

from mcp_server.local.handles import Span
from mcp_server.local.records import CreatorRecord

FACTS: Final = ("display_name", "bio", "region", "avatar_url", "verified")
FIGURES: Final = ("followers", "following", "total_likes", "video_count")


@dataclass(slots=True)
class StoredCreator:
    """A row of `creators` while a chunk is merged into it."""

    id: int
    user_id: str | None
    sec_uid: str | None
    username: str
    display_name: str | None = None
    bio: str | None = None
    region: str | None = None
    avatar_url: str | None = None
    verified: int | None = None
    followers: int | None = None
    following: int | None = None
    total_likes: int | None = None
    video_count: int | None = None
    profile_at: int | None = None
    scraped_at: int | None = None
    new: bool = False
    renamed: bool = False
    changed: bool = False
    dirty: bool = False
    """Whether its metrics have to be computed again."""
    stored_as: str | None = None
    """What it was called before the chunk; `None` where it is new."""
    learned: bool = False
    """Whether an id became known."""
    merged_into: "StoredCreator | None" = None
    handles: dict[str, Span] = field(default_factory=dict[str, Span])
    """When it was seen under which handle, by `key`."""
    sighted: set[str] = field(default_factory=set[str])
    """Those of which that changed."""
    fresh: set[str] = field(default_factory=set[str])
    """Those under which it was seen later than was known."""

    @property
    def identified(self) -> bool:
        """Whether more than a handle is known."""
        return bool(self.user_id or self.sec_uid)

    def figures(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Return the counts of the profile."""
        return (self.followers, self.following, self.total_likes, self.video_count)

    def target(self) -> "StoredCreator":
        """Return the row that stands for this one after merges."""
        row = self
        while row.merged_into is not None:
            row = row.merged_into
        return row

    def seen_as(self, name: str, span: Span, *, claims: bool) -> bool:
        """Add sightings under a handle; say whether that is news. Only later ones claim it."""
        known = self.handles.get(name)
        joined = span if known is None else known.joined(span)
        if joined == known:
            return False
        self.handles[name] = joined
        self.sighted.add(name)
        if claims and (known is None or joined.end > known.end):
            self.fresh.add(name)
        return True


STORED: Final = tuple(field.name for field in fields(StoredCreator))[:15]
"""The columns of `creators` that records fill, in the order of `StoredCreator`."""


def as_record(row: StoredCreator) -> CreatorRecord:
    """Return what a row says, as an observation of the time of its figures."""
    return CreatorRecord(
        row.username,
        row.user_id,
        row.sec_uid,
        display_name=row.display_name,
        bio=row.bio,
        region=row.region,
        avatar_url=row.avatar_url,
        verified=None if row.verified is None else bool(row.verified),
        followers=row.followers,
        following=row.following,
        total_likes=row.total_likes,
        video_count=row.video_count,
        scraped_at=row.scraped_at if row.profile_at is None else row.profile_at,
    )
