"""Draws the creators of the sample world: few large, many small."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from mcp_server.local.records import CreatorRecord
from mcp_server.local.sample import words
from mcp_server.local.sample.numbers import DAY, HOUR, stream, user_id
from mcp_server.local.sample.owned import OWNED, Owned

_MEDIAN_FOLLOWERS: Final = 16_000
_SPREAD_OF_FOLLOWERS: Final = 1.85
_MOST_FOLLOWERS: Final = 140_000_000
_SPREAD_OF_VIDEOS: Final = 0.9
_OWNED_SHARE: Final = 2.5
_LONGEST_SPAN: Final = 700 * DAY
_LAST_VISIT: Final = 10 * HOUR
_DORMANT_SHARE: Final = 0.08
_SAVES_MISSING_SHARE: Final = 0.04
_VERIFIED_SHARES: Final = ((1_000_000, 0.6), (100_000, 0.1), (0, 0.004))


@dataclass(frozen=True, slots=True)
class SampleCreator:
    """One creator before its videos are drawn."""

    index: int
    username: str
    language: words.Language
    niche: str
    region: str
    followers: int
    scraped_at: int
    joined_at: int
    first_video: int
    """The number of their first video among all of the world."""
    n_videos: int
    typical_views: float
    """Views of an ordinary video of theirs once it is old."""
    engagement: float
    """Interactions for each view."""
    span: int
    """Seconds between the first and the last video."""
    pause: int
    """Seconds between the last video and the visit."""
    hour: int
    """The hour of the day (UTC) around which they post."""
    saves_missing: bool
    owned: Owned | None

    def profile(self, rng: random.Random, tracked_likes: int) -> CreatorRecord:
        """Return the profile as the visit saw it."""
        known = self.owned is None or not self.owned.nulls
        topic = self.language.niches[self.niche]
        likes = int(self.followers * rng.lognormvariate(2.6, 0.6)) + tracked_likes
        return CreatorRecord(
            username=self.username,
            user_id=user_id(self.index, self.joined_at),
            display_name=self.owned.title if self.owned else rng.choice(self.language.names),
            bio=f"{rng.choice(topic.phrases)} {rng.choice(words.EMOJI)} {topic.tags[0]}",
            region=self.region,
            avatar_url=f"https://sample.invalid/avatars/{self.index}.jpg",
            verified=rng.random() < _verified_share(self.followers),
            followers=self.followers if known else None,
            following=int(rng.lognormvariate(4.8, 1.0)) if known else None,
            total_likes=likes,
            video_count=self.n_videos + int(self.n_videos * rng.random() * 0.4),
            scraped_at=self.scraped_at,
        )


def shares(seed: int, creators: int, videos: int) -> Iterator[int]:
    """Yield how many videos each creator has; together exactly `videos`, few have many."""
    total = sum(_weights(seed, creators))
    done, so_far = 0, 0.0
    for weight in _weights(seed, creators):
        so_far += weight
        upto = videos if math.isclose(so_far, total) else int(videos * so_far / total)
        yield upto - done
        done = upto


def _weights(seed: int, creators: int) -> Iterator[float]:
    rng = stream(seed, "shares")
    for index in range(creators):
        drawn = rng.lognormvariate(0, _SPREAD_OF_VIDEOS)
        if index < len(OWNED):
            yield 0.0 if OWNED[index].untouched else _OWNED_SHARE
        else:
            yield drawn


def draw(
    seed: int, index: int, *, first_video: int, n_videos: int, as_of: int, latest: bool
) -> SampleCreator:
    """Draw one creator; `latest` has them visited exactly at `as_of`."""
    rng = stream(seed, "creator", index)
    owned = OWNED[index] if index < len(OWNED) else None
    code = rng.choices(list(words.LANGUAGE_WEIGHTS), list(words.LANGUAGE_WEIGHTS.values()))[0]
    spoken = words.language(owned.language if owned else code)
    followers = _followers(rng)
    typical = followers * _reach(followers) * rng.lognormvariate(0, 0.6)
    scraped_at = as_of if latest else as_of - int(rng.random() * _LAST_VISIT)
    per_week = min(rng.lognormvariate(0.9, 0.7), 21)
    span = min(int(n_videos / per_week * 7 * DAY), _LONGEST_SPAN)
    dormant = rng.random() < _DORMANT_SHARE
    pause = int(rng.uniform(30, 400) * DAY) if dormant else int(rng.random() / per_week * 3 * DAY)
    if owned:
        followers, typical = owned.followers, owned.followers * 1.3
        scraped_at = as_of - owned.seen_ago
        span, pause = owned.age - owned.seen_ago - DAY, rng.randrange(HOUR, 2 * DAY)
    return SampleCreator(
        index=index,
        username=owned.username if owned else _username(rng, index),
        language=spoken,
        niche=owned.niche if owned else rng.choices(words.NICHES, words.NICHE_WEIGHTS)[0],
        region=rng.choices(spoken.regions, spoken.region_weights)[0],
        followers=followers,
        scraped_at=scraped_at,
        joined_at=scraped_at - span - pause - int(rng.uniform(5, 900) * DAY),
        first_video=first_video,
        n_videos=n_videos,
        typical_views=typical,
        engagement=_engagement(typical) * rng.lognormvariate(0, 0.33),
        span=max(span, DAY),
        pause=pause,
        hour=int(rng.triangular(6, 27, 17)) % 24,
        saves_missing=rng.random() < _SAVES_MISSING_SHARE if owned is None else owned.nulls,
        owned=owned,
    )


def _username(rng: random.Random, index: int) -> str:
    return f"s{index:05d}.{rng.choice(words.ADJECTIVES)}{rng.choice(words.NOUNS)}"


def _followers(rng: random.Random) -> int:
    drawn = _MEDIAN_FOLLOWERS * math.exp(rng.gauss(0, _SPREAD_OF_FOLLOWERS))
    return int(min(max(drawn, 120), _MOST_FOLLOWERS))


def _reach(followers: int) -> float:
    """Return views per follower: the larger an audience, the smaller the part that sees a post."""
    return 0.85 * math.pow(max(followers, 100) / 5_000, -0.22)


def _engagement(views: float) -> float:
    return min(max(0.062 * math.pow(max(views, 100.0) / 50_000, -0.11), 0.02), 0.13)


def _verified_share(followers: int) -> float:
    return next(share for least, share in _VERIFIED_SHARES if followers >= least)
