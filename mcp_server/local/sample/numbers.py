"""Ids and draws of the sample world."""

import math
import random
from collections.abc import Sequence
from typing import Final, TypeVar

T = TypeVar("T")

_LOW: Final = 1 << 32
_VIDEO: Final = 2_654_435_761  # odd, so that multiplying by it maps 32 bits onto 32 bits
_USER: Final = 2_246_822_519

_NORMAL: Final = 4 * math.exp(-0.5) / math.sqrt(2.0)
_POOLED: Final = 21

DAY: Final = 86_400
HOUR: Final = 3_600


def stream(seed: int, *parts: object) -> random.Random:
    """Return a source of chance that depends on the seed and on what it is for."""
    return random.Random("/".join(map(str, (seed, *parts))))  # noqa: S311 - a made-up world


# A large world asks for tens of millions of draws, and most of their time would go into calls and
# checks. These draw what the methods of `Random` with these names draw.


def lognormvariate(rng: random.Random, mu: float, sigma: float) -> float:
    """Draw from the log-normal distribution, as Kinderman and Monahan do."""
    chance, log = rng.random, math.log
    while True:
        uniform = chance()
        other = 1.0 - chance()
        z = _NORMAL * (uniform - 0.5) / other
        if z * z / 4.0 <= -log(other):
            return math.exp(mu + z * sigma)


def choice(rng: random.Random, values: Sequence[T]) -> T:
    """Draw one of some values."""
    size = len(values)
    bits, drawn = size.bit_length(), size
    while drawn >= size:
        drawn = rng.getrandbits(bits)
    return values[drawn]


def sample(rng: random.Random, values: Sequence[T], count: int) -> list[T]:
    """Draw a few different values."""
    pool, left = list(values), len(values)
    if left > _POOLED:
        return rng.sample(values, count)
    found: list[T] = []
    for _ in range(count):
        bits, drawn = left.bit_length(), left
        while drawn >= left:
            drawn = rng.getrandbits(bits)
        left -= 1
        found.append(pool[drawn])
        pool[drawn] = pool[left]
    return found


def video_id(number: int, posted_at: int) -> str:
    """Return an id whose upper half is the time, as TikTok's is; each number gives another."""
    return str((posted_at << 32) | (number * _VIDEO % _LOW))


def user_id(creator: int, joined_at: int) -> str:
    """Return an id of a creator, of the same make."""
    return str((joined_at << 32) | (creator * _USER % _LOW))


def music_id(first_used_at: int, nth: int) -> str:
    """Return an id of a sound, of the same make."""
    return str((first_used_at << 32) | (nth * _VIDEO % _LOW))
