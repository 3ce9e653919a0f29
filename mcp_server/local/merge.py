"""How an observation changes a stored row: the newer one wins per field, nothing known is lost."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from mcp_server.local.creator_row import FACTS, FIGURES, StoredCreator
from mcp_server.local.metrics import Counts
from mcp_server.local.records import ASSUMED_TIME, CreatorRecord, SoundRecord, VideoRecord
from mcp_server.local.tallies import Counted


@dataclass(slots=True)
class StoredVideo:
    """A row of `videos` while a chunk is merged into it."""

    id: int
    video_id: str
    creator_id: int
    description: str | None = None
    plays: int | None = None
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None
    duration: int | None = None
    sound_id: int | None = None
    content_type: str = "video"
    posted_at: int | None = None
    scraped_at: int | None = None
    thumbnail_url: str | None = None
    url: str | None = None
    hashtags: str | None = None
    flags: int = 0
    new: bool = False
    changed: bool = False
    counted: Counted | None = None
    """What hashtags, sounds and totals count of it before the chunk; `None` where it is new."""

    def counts(self) -> Counts:
        """Return the counts as the formulas take them."""
        return Counts(self.plays, self.likes, self.comments, self.shares, self.saves)

    def countable(self) -> Counted:
        """Return what hashtags, sounds and totals count of it."""
        return Counted(self.hashtags, self.plays, self.sound_id, self.posted_at)


VIDEO_COLUMNS: Final = tuple(field.name for field in fields(StoredVideo))[:18]
"""The columns of `videos` that records fill, in the order of `StoredVideo`."""

_VIDEO_FIELDS: Final = (
    "plays",
    "likes",
    "comments",
    "shares",
    "saves",
    "description",
    "duration",
    "posted_at",
    "thumbnail_url",
    "url",
)

Snapshot = tuple[str, int, int | None, int | None, int | None, int | None, int | None]
"""A row of `video_snapshots`."""
ProfileSnapshot = tuple[str, int, int | None, int | None, int | None, int | None]
"""A row of `creator_snapshots`."""


def merge_video(row: StoredVideo, record: VideoRecord, sound_id: int | None) -> list[Snapshot]:
    """Merge an observation into a row; return both as snapshots where their times differ.

    An older observation only fills what is unknown. A post that was seen as a slideshow is one.
    Of two of the same assumed time the one whose counts are further on is the newer.
    """
    snapshots = _video_snapshots(row, record)
    newer = _is_newer(row, record)
    for name in _VIDEO_FIELDS:
        _take(row, name, getattr(record, name), newer=newer)
    _take(row, "sound_id", sound_id, newer=newer)
    _take(row, "hashtags", joined(record.hashtags), newer=newer)
    if record.content_type != "video":
        _take(row, "content_type", record.content_type, newer=True)
    _take(row, "flags", _flags(row.flags, record.flags, newer=newer), newer=True)
    if newer:
        _take(row, "scraped_at", record.scraped_at, newer=True)
    return snapshots


def new_video(
    row_id: int, record: VideoRecord, creator_id: int, sound_id: int | None
) -> StoredVideo:
    """Return the row of a video that the store does not know yet."""
    return StoredVideo(
        row_id,
        record.video_id,
        creator_id,
        record.description,
        record.plays,
        record.likes,
        record.comments,
        record.shares,
        record.saves,
        record.duration,
        sound_id,
        record.content_type,
        record.posted_at,
        record.scraped_at,
        record.thumbnail_url,
        record.url,
        joined(record.hashtags),
        record.flags,
        new=True,
    )


def merge_profile(
    row: StoredCreator, record: CreatorRecord, seen_at: int | None
) -> list[ProfileSnapshot]:
    """Merge what a record says about a profile; return both as snapshots where times differ."""
    snapshots = _profile_snapshots(row, record, seen_at)
    newer = _not_older(seen_at, row.profile_at)
    if record.assumed_time and seen_at == row.profile_at:
        newer = _ahead(_pace(row), _pace(record)) >= 0
    for name in (*FACTS, *FIGURES):
        value = getattr(record, name)
        if _take(row, name, int(value) if isinstance(value, bool) else value, newer=newer):
            row.dirty = True
    if newer and any(getattr(record, name) is not None for name in FIGURES):
        _take(row, "profile_at", seen_at, newer=True)
    if seen_at is not None and (row.scraped_at is None or seen_at > row.scraped_at):
        row.scraped_at, row.changed, row.dirty = seen_at, True, True
    return snapshots


def joined(tags: tuple[str, ...]) -> str | None:
    """Return hashtags as a row holds them, `None` where there are none."""
    return " ".join("".join(tag.split()).lower() for tag in tags) or None


SoundFacts = tuple[str | None, str | None, int | None, int | None]
"""Title, author, whether it is original, duration in seconds."""


def sound_facts(sound: SoundRecord) -> SoundFacts:
    """Return what is stored of a sound beside its id."""
    original = None if sound.original is None else int(sound.original)
    return (sound.title, sound.author, original, sound.duration)


def fill(facts: SoundFacts, more: SoundFacts) -> SoundFacts:
    """Return the facts with the unknown ones taken from `more`."""
    return (
        more[0] if facts[0] is None else facts[0],
        more[1] if facts[1] is None else facts[1],
        more[2] if facts[2] is None else facts[2],
        more[3] if facts[3] is None else facts[3],
    )


def in_order(row: StoredVideo, record: VideoRecord) -> VideoRecord:
    """Return the record at the row's time where the time that is assumed for it cannot be right.

    Views do not fall: what has fewer was not seen later, and what has more was not seen earlier.
    """
    if not record.flags & ASSUMED_TIME or None in (row.plays, record.plays):
        return record
    if row.scraped_at is None or record.scraped_at is None or row.plays == record.plays:
        return record
    if (record.scraped_at > row.scraped_at) == ((record.plays or 0) > (row.plays or 0)):
        return record
    creator = replace(record.creator, scraped_at=row.scraped_at)
    return replace(record, scraped_at=row.scraped_at, creator=creator)


def differs(row: StoredVideo, record: VideoRecord) -> bool:
    """Say whether a record has other counts than the row though nothing tells which are newer."""
    assumed = bool(record.flags & ASSUMED_TIME) and row.scraped_at == record.scraped_at
    return assumed and _ahead(row.counts(), _counts(record)) != 0


def _flags(old: int, new: int, *, newer: bool) -> int:
    """Return the flags of both; whether the time is assumed is that of the newer."""
    return (old & ~ASSUMED_TIME) | new if newer else old | (new & ~ASSUMED_TIME)


def _is_newer(row: StoredVideo, record: VideoRecord) -> bool:
    if not record.flags & ASSUMED_TIME or row.scraped_at != record.scraped_at:
        return _not_older(record.scraped_at, row.scraped_at)
    both = bool(row.flags & ASSUMED_TIME)
    return both and _ahead(row.counts(), _counts(record)) >= 0


def _ahead(old: Sequence[int | None], new: Sequence[int | None]) -> int:
    """Return 1 where the first difference between known counts is a rise, -1 for a fall, else 0."""
    for before, after in zip(old, new, strict=True):
        if before is not None and after is not None and before != after:
            return 1 if after > before else -1
    return 0


def _counts(record: VideoRecord) -> Counts:
    return Counts(record.plays, record.likes, record.comments, record.shares, record.saves)


def _pace(profile: StoredCreator | CreatorRecord) -> Sequence[int | None]:
    """Return the figures of a profile, those first that hardly ever fall."""
    return (profile.total_likes, profile.video_count, profile.followers, profile.following)


def _not_older(seen_at: int | None, than: int | None) -> bool:
    return than is None or (seen_at is not None and seen_at >= than)


def _take(row: StoredVideo | StoredCreator, name: str, value: object, *, newer: bool) -> bool:
    """Set a field where the value may replace what stands there; say whether it changed."""
    old = getattr(row, name)
    if value is None or value == old or (old is not None and not newer):
        return False
    setattr(row, name, value)
    row.changed = True
    return True


def _video_snapshots(row: StoredVideo, record: VideoRecord) -> list[Snapshot]:
    """Return both looks where they are of two times, though nothing may have changed between them.

    When figures stood still is history too: which looks are kept must not depend on which import
    came first. The row is written as it was before anything of another time is merged into it.
    """
    if row.scraped_at == record.scraped_at:
        return []
    looks = ((row.scraped_at, row.counts()), (record.scraped_at, _counts(record)))
    return [_snapshot(row.video_id, at, counts) for at, counts in looks if at is not None]


def _snapshot(video_id: str, seen_at: int, counts: Counts) -> Snapshot:
    plays, likes, comments, shares, saves = counts
    return (video_id, seen_at, plays, likes, comments, shares, saves)


def _profile_snapshots(
    row: StoredCreator, record: CreatorRecord, seen_at: int | None
) -> list[ProfileSnapshot]:
    seen = (record.followers, record.following, record.total_likes, record.video_count)
    known = row.figures()
    if row.profile_at == seen_at or not any(_known(seen)) or not any(_known(known)):
        return []
    looks = ((row.profile_at, known), (seen_at, seen))
    return [(row.username, at, *figures) for at, figures in looks if at is not None]


def _known(figures: tuple[int | None, ...]) -> Iterator[bool]:
    return (figure is not None for figure in figures)
