"""A random but repeatable synthetic world, as raw rows, and how to store it."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mcp_server.local.config import LocalConfig
from mcp_server.local.ingest import Ingest
from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.world import World

DAY = 86_400
AS_OF = 1_700_000_000  # 2023-11-14T22:13:20Z
TAGS = ("gym", "workout", "recipe", "baking", "comedy", "fyp", "zzz", "yyy")
REGIONS = ("US", "JP", "BR", "TH", "DE", "ZZ", None)
BIOS = (None, "I love my gym", "recipe notes", "nothing to say", "comedy and baking")


@dataclass(frozen=True)
class Video:
    """One video as a source told it."""

    video_id: str
    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None
    posted_at: int
    duration: int
    slideshow: bool
    tags: tuple[str, ...]

    @property
    def done(self) -> int:
        return sum(n or 0 for n in (self.likes, self.comments, self.shares, self.saves))


@dataclass(frozen=True)
class Creator:
    """One creator and all videos."""

    name: str
    followers: int | None
    region: str | None
    bio: str | None
    seen_at: int
    videos: tuple[Video, ...]

    def records(self) -> list[VideoRecord | CreatorRecord]:
        profile = CreatorRecord(
            self.name,
            followers=self.followers,
            region=self.region,
            bio=self.bio,
            scraped_at=self.seen_at,
        )
        return [
            profile,
            *(
                VideoRecord(
                    video.video_id,
                    profile,
                    plays=video.plays,
                    likes=video.likes,
                    comments=video.comments,
                    shares=video.shares,
                    saves=video.saves,
                    duration=video.duration,
                    content_type="slideshow" if video.slideshow else "video",
                    posted_at=video.posted_at,
                    scraped_at=self.seen_at,
                    hashtags=video.tags,
                )
                for video in self.videos
            ),
        ]


def creators(seed: int, count: int = 60) -> list[Creator]:
    """Creators of every size, some without videos, followers, shares, or nearly all views."""
    rng = random.Random(seed)  # noqa: S311 (repeatable on purpose)
    return [_told(_creator(rng, n), n) for n in range(count)]


def _told(creator: Creator, n: int) -> Creator:
    """As exports tell it: some never have shares, some know the views of a video or two."""
    videos = list(creator.videos)
    if n % 17 == 5:
        videos = [replace(video, shares=None) for video in videos]
    if n % 13 == 9:
        videos[2:] = [
            replace(video, plays=None, comments=None, shares=None, saves=None)
            for video in videos[2:]
        ]
    if n % 7 == 4:
        videos = [replace(video, saves=None) for video in videos]
    return replace(creator, videos=tuple(videos))


def _creator(rng: random.Random, n: int) -> Creator:
    followers = None if rng.random() < 0.05 else int(10 ** rng.uniform(2, 7.3))
    seen_at = AS_OF - (0 if n == 0 else rng.randrange(10 * DAY))
    level = 10 ** rng.uniform(2, 6)
    rated = rng.uniform(0.01, 0.2)
    blind = rng.random() < 0.05
    count = rng.choice((0, 1, 3, 4, 5, 6, 8, 12, 25, 40))
    videos = [
        _video(rng, f"{n + 1}{i:04}", seen_at, None if blind else level, rated)
        for i in range(count)
    ]
    return Creator(
        f"maker{n:03}", followers, rng.choice(REGIONS), rng.choice(BIOS), seen_at, tuple(videos)
    )


def _video(
    rng: random.Random, video_id: str, seen_at: int, level: float | None, rated: float
) -> Video:
    plays = None
    if level is not None and rng.random() > 0.05:
        plays = int(level * rng.lognormvariate(0, 1.2)) if rng.random() > 0.03 else 0
    base = plays if plays is not None else 1_000

    def part(share: float) -> int | None:
        return None if rng.random() < 0.06 else int(base * rated * share * rng.uniform(0.5, 1.5))

    return Video(
        video_id,
        plays,
        part(0.8),
        part(0.05),
        part(0.05),
        part(0.1),
        seen_at - rng.randrange(1, 200 * DAY),
        rng.randrange(1, 120),
        rng.random() < 0.2,
        tuple(rng.sample(TAGS, rng.randrange(4))),
    )


def scaled(creator: Creator, factor: int) -> Creator:
    """The same with every count of every video multiplied."""

    def times(count: int | None) -> int | None:
        return None if count is None else count * factor

    videos = (
        replace(
            video,
            plays=times(video.plays),
            likes=times(video.likes),
            comments=times(video.comments),
            shares=times(video.shares),
            saves=times(video.saves),
        )
        for video in creator.videos
    )
    return replace(creator, videos=tuple(videos))


def shifted(creator: Creator, seconds: int) -> Creator:
    """The same at another time."""
    videos = (replace(video, posted_at=video.posted_at + seconds) for video in creator.videos)
    return replace(creator, seen_at=creator.seen_at + seconds, videos=tuple(videos))


def records_of(everybody: Iterable[Creator]) -> list[VideoRecord | CreatorRecord]:
    return [record for creator in everybody for record in creator.records()]


def store(folder: Path, records: Sequence[VideoRecord | CreatorRecord]) -> World:
    """A world of these records, to be closed."""
    world = World(LocalConfig(data_dir=folder, world="sample", clock=lambda: AS_OF + DAY))
    ingest = Ingest(world.data(), world.state(), source="test")
    for start in range(0, len(records), 500):
        ingest.add(records[start : start + 500])
    ingest.finish()
    return world
