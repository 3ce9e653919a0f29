"""How the sample world goes on: pure functions of a seed and two times, never of chance.

Counts follow a curve that rises fast after a post and flattens; two steps give what one step
gives, up to rounding, so that a refresh today and one tomorrow agree with one tomorrow alone.
"""

import hashlib
import math
from functools import lru_cache
from typing import Final, NamedTuple

_DAY: Final = 86_400
_SHAPE: Final = 0.55
_FASTEST_DAYS: Final = 0.6
_SLOWEST_DAYS: Final = 9.0
_TRICKLE: Final = 0.0015  # of the final count and day: old videos are still found
_FASTEST_FOLLOWERS: Final = 0.006  # of the followers and day


class Counts(NamedTuple):
    """The counts of a video at one time. `None` means unknown and stays so."""

    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None


def _fraction(*parts: object) -> float:
    digest = hashlib.blake2b("/".join(map(str, parts)).encode(), digest_size=6).digest()
    return int.from_bytes(digest) / (1 << 48)


@lru_cache(8_192)  # asked for several times while one creator is drawn
def pace(seed: int, video_id: str) -> float:
    """Return the days after which a video has earned most of its views."""
    return _FASTEST_DAYS + (_SLOWEST_DAYS - _FASTEST_DAYS) * _fraction(seed, video_id) ** 2


def maturity(days_to_most: float, age_seconds: float) -> float:
    """Return the share of a video's views that it has at an age; above 1 once it is old."""
    if age_seconds <= 0:
        return 0.0
    days = age_seconds / _DAY
    return 1 - math.exp(-((days / days_to_most) ** _SHAPE)) + _TRICKLE * days


def scaled(counts: Counts, factor: float) -> Counts:
    """Return the counts times a factor, whole numbers, unknown ones unknown."""

    def grown(value: int | None) -> int | None:
        return None if value is None else int(value * factor + 0.5)

    return Counts(
        plays=grown(counts.plays),
        likes=grown(counts.likes),
        comments=grown(counts.comments),
        shares=grown(counts.shares),
        saves=grown(counts.saves),
    )


def grown_counts(  # noqa: PLR0917 - a state and two times
    seed: int, video_id: str, posted_at: int, counts: Counts, since: int, until: int
) -> Counts:
    """Return the counts of a video at `until`, given those at `since` (Unix seconds).

    No count falls, and nothing changes where `until` is not later. The same arguments always
    give the same answer.
    """
    if until <= since:
        return counts
    days = pace(seed, video_id)
    before = maturity(days, since - posted_at)
    if before <= 0:
        return counts
    return scaled(counts, max(1.0, maturity(days, until - posted_at) / before))


def earlier_counts(  # noqa: PLR0917 - the same
    seed: int, video_id: str, posted_at: int, counts: Counts, since: int, at: int
) -> Counts:
    """Return what a video that has `counts` at `since` had at the earlier time `at`."""
    days = pace(seed, video_id)
    now = maturity(days, since - posted_at)
    return scaled(counts, min(1.0, maturity(days, at - posted_at) / now) if now > 0 else 0.0)


def daily_growth(seed: int, username: str) -> float:
    """Return by which share an account's followers change in a day; some lose a few."""
    drawn = _fraction(seed, username.lower(), "followers")
    return _FASTEST_FOLLOWERS * (drawn**2 - 0.06)


def grown_followers(seed: int, username: str, followers: int, since: int, until: int) -> int:
    """Return the followers at `until`, given those at `since`; `until` may be earlier."""
    days = (until - since) / _DAY
    return max(0, round(followers * math.exp(daily_growth(seed, username) * days)))
