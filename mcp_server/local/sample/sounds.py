"""Draws the sounds of the sample world: every fortnight brings new ones, few of them are big."""

import random
from dataclasses import dataclass, field
from typing import Final

from mcp_server.local.records import SoundRecord
from mcp_server.local.sample import words
from mcp_server.local.sample.numbers import DAY, music_id, stream

EPOCH: Final = 14 * DAY
_ORIGINAL_SHARE: Final = 0.34
_OLD_SHARE: Final = 0.2
_LAST_EPOCH_SHARE: Final = 0.25
_EVERGREEN: Final = 0
_STEEPNESS: Final = 2.6


@dataclass(slots=True)
class Sounds:
    """The sounds that creators pick from."""

    seed: int
    per_epoch: int
    """New sounds in a fortnight."""
    _made: dict[tuple[int, int], SoundRecord] = field(
        default_factory=dict[tuple[int, int], SoundRecord]
    )
    _numbers: dict[str, int] = field(default_factory=dict[str, int])

    def pick(self, rng: random.Random, posted_at: int, own: SoundRecord) -> SoundRecord:
        """Return what a creator puts under a video of that time: `own` is their own voice."""
        drawn = rng.random()
        if drawn < _ORIGINAL_SHARE:
            return own
        epoch = posted_at // EPOCH
        if drawn < _ORIGINAL_SHARE + _OLD_SHARE:
            epoch = _EVERGREEN
        elif drawn < _ORIGINAL_SHARE + _OLD_SHARE + _LAST_EPOCH_SHARE:
            epoch -= 1
        return self._sound(epoch, int(self.per_epoch * rng.random() ** _STEEPNESS))

    def number(self, sound: SoundRecord) -> int | None:
        """Return the place of a sound among all that creators share; `None` for a voice."""
        return self._numbers.get(sound.music_id)

    def _sound(self, epoch: int, rank: int) -> SoundRecord:
        found = self._made.get((epoch, rank))
        if found is None:
            found = self._made[epoch, rank] = self._make(epoch, rank)
            self._numbers[found.music_id] = epoch * self.per_epoch + rank
        return found

    def _make(self, epoch: int, rank: int) -> SoundRecord:
        rng = stream(self.seed, "sound", epoch, rank)
        first_used = (epoch if epoch != _EVERGREEN else 1_200) * EPOCH
        title = f"{rng.choice(words.ADJECTIVES)} {rng.choice(words.NOUNS)}".title()
        band = f"The {rng.choice(words.ADJECTIVES)} {rng.choice(words.NOUNS)}s".title()
        return SoundRecord(
            music_id=music_id(first_used, rank),
            title=title + rng.choice(("", "", " (Sped Up)", " (Slowed)", " - Remix")),
            author=band,
            original=False,
            duration=rng.randrange(15, 61),
        )


def own_sound(index: int, username: str, joined_at: int) -> SoundRecord:
    """Return the sound that is a creator's own recording."""
    return SoundRecord(
        music_id=music_id(joined_at, (1 << 24) + index),
        title=f"original sound - {username}",
        author=username,
        original=True,
        duration=None,
    )
