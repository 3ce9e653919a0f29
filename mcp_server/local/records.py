"""What an importer or the sample generator hands to the store; no meaning is lost."""

from dataclasses import dataclass, field
from typing import Final

ASSUMED_TIME: Final = 16
"""The bit of `VideoRecord.flags` that says that `scraped_at` is an assumption."""


@dataclass(frozen=True, slots=True)
class CreatorRecord:
    """One observation of a profile. `None` means the source did not say, never zero."""

    username: str
    user_id: str | None = None
    sec_uid: str | None = None
    display_name: str | None = None
    bio: str | None = None
    region: str | None = None
    avatar_url: str | None = None
    verified: bool | None = None
    followers: int | None = None
    following: int | None = None
    total_likes: int | None = None
    video_count: int | None = None
    scraped_at: int | None = None
    """Unix seconds of the observation, UTC."""
    assumed_time: bool = False
    """Whether that time is an assumption."""
    as_stored: bool = False
    """Whether a store calls the creator so: nobody saw the handle at the time of the record."""


@dataclass(frozen=True, slots=True)
class SoundRecord:
    """A sound as a video names it."""

    music_id: str
    title: str | None = None
    author: str | None = None
    original: bool | None = None
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """One observation of a video. Counts are `None` where the source has none."""

    video_id: str
    creator: CreatorRecord
    description: str | None = None
    plays: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    duration: int | None = None
    sound: SoundRecord | None = None
    content_type: str = "video"
    """`video` or `slideshow`; TokPortal's routes say `carousel` for the second."""
    posted_at: int | None = None
    scraped_at: int | None = None
    thumbnail_url: str | None = None
    url: str | None = None
    hashtags: tuple[str, ...] = field(default=())
    """Lower case, NFC, without `#`, each once, in the order of the caption."""
    flags: int = 0
