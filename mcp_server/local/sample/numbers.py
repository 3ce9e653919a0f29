"""Ids and draws of the sample world."""

import random
from typing import Final

_LOW: Final = 1 << 32
_VIDEO: Final = 2_654_435_761  # odd, so that multiplying by it maps 32 bits onto 32 bits
_USER: Final = 2_246_822_519

DAY: Final = 86_400
HOUR: Final = 3_600


def stream(seed: int, *parts: object) -> random.Random:
    """Return a source of chance that depends on the seed and on what it is for."""
    return random.Random("/".join(map(str, (seed, *parts))))  # noqa: S311 - a made-up world


def video_id(number: int, posted_at: int) -> str:
    """Return an id whose upper half is the time, as TikTok's is; each number gives another."""
    return str((posted_at << 32) | (number * _VIDEO % _LOW))


def user_id(creator: int, joined_at: int) -> str:
    """Return an id of a creator, of the same make."""
    return str((joined_at << 32) | (creator * _USER % _LOW))


def music_id(first_used_at: int, nth: int) -> str:
    """Return an id of a sound, of the same make."""
    return str((first_used_at << 32) | (nth * _VIDEO % _LOW))
