"""Draws the videos of one creator of the sample world, with captions and counts."""

from typing import Final, NamedTuple

from mcp_server.local.records import CreatorRecord, VideoRecord
from mcp_server.local.sample import words
from mcp_server.local.sample.creators import SampleCreator
from mcp_server.local.sample.growth import Counts, maturity, pace
from mcp_server.local.sample.numbers import (
    DAY,
    HOUR,
    choice,
    lognormvariate,
    sample,
    stream,
    video_id,
)
from mcp_server.local.sample.sounds import EPOCH, Sounds, own_sound

_SPREAD: Final = 0.85
_VIRAL_SHARE: Final = 0.035
_MOST_PLAYS: Final = 400_000_000
_SLIDESHOWS: Final = 0.12
_CHALLENGE_SHARE: Final = 0.14
_NULL_PLAYS_SHARE: Final = 0.1
_LEAST_AGE: Final = 600
_AT_THE_BEST_HOUR: Final = 1.25
_HIGHEST_RATE: Final = 0.45
_EXTRA_SHARE: Final = 0.5
_ONE_TO_FOUR: Final = (1, 2, 3, 4)


class _Draft(NamedTuple):
    """A video before it knows its creator's profile."""

    video_id: str
    posted_at: int
    counts: Counts
    slideshow: bool


def draw(seed: int, creator: SampleCreator, sounds: Sounds) -> list[VideoRecord]:
    """Return the creator's videos as the visit saw them, the newest first."""
    return _Channel(seed, creator, sounds).videos()


class _Channel:
    """One creator at work: every draw comes from the same source of chance, in one order."""

    def __init__(self, seed: int, creator: SampleCreator, sounds: Sounds) -> None:
        self._seed = seed
        self._rng = stream(seed, "videos", creator.index)
        self._creator = creator
        self._sounds = sounds
        self._own = own_sound(creator.index, creator.username, creator.joined_at)

    def videos(self) -> list[VideoRecord]:
        times = sorted((self._posted_at() for _ in range(self._creator.n_videos)), reverse=True)
        drafts = [self._draft(nth, posted) for nth, posted in enumerate(times)]
        profile = self._creator.profile(self._rng, sum(draft.counts.likes or 0 for draft in drafts))
        return [self._record(draft, profile) for draft in drafts]

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share

    def _posted_at(self) -> int:
        creator = self._creator
        latest = creator.scraped_at - creator.pause
        day = (latest - int(creator.span * self._rng.random())) // DAY
        hour = creator.hour + self._rng.gauss(0, 2.2)
        posted = day * DAY + int((hour % 24) * HOUR)
        while posted > latest - _LEAST_AGE:
            posted -= DAY
        return max(posted, creator.joined_at)

    def _draft(self, nth: int, posted_at: int) -> _Draft:
        creator = self._creator
        identity = video_id(creator.first_video + nth, posted_at)
        final = creator.typical_views * lognormvariate(self._rng, 0, _SPREAD)
        if (posted_at // HOUR - creator.hour) % 24 <= 1:
            final *= _AT_THE_BEST_HOUR
        if self._chance(_VIRAL_SHARE):
            final *= min(4 * self._rng.paretovariate(1.15), 250)
        age = creator.scraped_at - posted_at
        plays = min(final * maturity(pace(self._seed, identity), age), _MOST_PLAYS)
        return _Draft(identity, posted_at, self._counts(int(plays)), self._chance(_SLIDESHOWS))

    def _counts(self, plays: int) -> Counts:
        creator = self._creator
        rate = min(creator.engagement * lognormvariate(self._rng, 0, 0.3), _HIGHEST_RATE)
        likes = int(plays * rate * 0.86)
        saves = int(likes * 0.09 * lognormvariate(self._rng, 0, 0.5))
        unknown = creator.owned is not None and creator.owned.nulls
        return Counts(
            plays=None if unknown and self._chance(_NULL_PLAYS_SHARE) else plays,
            likes=likes,
            comments=int(likes * 0.018 * lognormvariate(self._rng, 0, 0.5)),
            shares=int(likes * 0.05 * lognormvariate(self._rng, 0, 0.6)),
            saves=None if creator.saves_missing else saves,
        )

    def _record(self, draft: _Draft, profile: CreatorRecord) -> VideoRecord:
        tags = self._tags(draft.posted_at)
        counts = draft.counts
        seconds = int(min(6 + lognormvariate(self._rng, 2.9, 0.8), 600))
        kind = "photo" if draft.slideshow else "video"
        return VideoRecord(
            video_id=draft.video_id,
            creator=profile,
            description=self._caption(tags),
            plays=counts.plays,
            likes=counts.likes,
            comments=counts.comments,
            shares=counts.shares,
            saves=counts.saves,
            duration=None if draft.slideshow else seconds,
            sound=self._sounds.pick(self._rng, draft.posted_at, self._own),
            content_type="slideshow" if draft.slideshow else "video",
            posted_at=draft.posted_at,
            scraped_at=self._creator.scraped_at,
            thumbnail_url=f"https://sample.invalid/thumbnails/{draft.video_id}.jpg",
            url=f"https://www.tiktok.com/@{profile.username}/{kind}/{draft.video_id}",
            hashtags=tags,
        )

    def _tags(self, posted_at: int) -> tuple[str, ...]:
        rng, spoken = self._rng, self._creator.language
        topic = spoken.niches[self._creator.niche].tags
        chosen = sample(rng, topic, min(len(topic), choice(rng, _ONE_TO_FOUR)))
        chosen += sample(rng, spoken.generic, choice(rng, (0, 1, 1, 2)))
        if self._chance(_CHALLENGE_SHARE):
            nth = posted_at // EPOCH * 5 + int(3 * rng.random() ** 2)
            chosen.append(f"{words.NOUNS[nth % len(words.NOUNS)]}challenge")
        return tuple(dict.fromkeys(chosen))  # the words are written as they are stored

    def _caption(self, tags: tuple[str, ...]) -> str:
        rng, spoken = self._rng, self._creator.language
        pieces = [
            choice(rng, spoken.openers),
            choice(rng, spoken.niches[self._creator.niche].phrases),
            choice(rng, words.EMOJI) if self._chance(_EXTRA_SHARE) else "",
            choice(rng, spoken.closers) if self._chance(_EXTRA_SHARE) else "",
            "#" + " #".join(tags),
        ]
        return " ".join(filter(None, pieces))
