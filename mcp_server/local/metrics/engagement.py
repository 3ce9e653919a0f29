"""Engagement by views: what share of the views did something."""

from collections.abc import Iterable
from typing import NamedTuple


class Counts(NamedTuple):
    """What TikTok counts of one video; `None` where a source did not say."""

    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None


class Rated(NamedTuple):
    """The sums over those of several videos that have a rate."""

    videos: int
    unsaved: int
    """Those whose saves are unknown; they add none."""
    plays: int
    likes: int
    comments: int
    shares: int
    saves: int

    @property
    def rate(self) -> float | None:
        """The ratio of the sums, in percent with two decimals; `None` without videos."""
        done = self.likes + self.comments + self.shares + self.saves
        return round(100 * done / self.plays, 2) if self.plays else None


def engagement_rate(counts: Counts) -> float | None:
    """Return 100 * (likes + comments + shares + saves) / plays, in percent with two decimals.

    `None` with zero plays, and where plays, likes, comments or shares are unknown: what nobody
    told is not zero. Unknown saves count zero, since many sources never have them.
    """
    plays, likes, comments, shares, saves = counts
    if not plays or likes is None or comments is None or shares is None:
        return None
    return round(100 * (likes + comments + shares + (saves or 0)) / plays, 2)


def rated(videos: Iterable[Counts]) -> Rated:
    """Add up the videos that have a rate."""
    count = unsaved = plays = likes = comments = shares = saves = 0
    for seen, liked, commented, shared, saved in videos:
        if seen and liked is not None and commented is not None and shared is not None:
            count += 1
            plays += seen
            likes += liked
            comments += commented
            shares += shared
            if saved is None:
                unsaved += 1
            else:
                saves += saved
    return Rated(count, unsaved, plays, likes, comments, shares, saves)


def weighted_rate(videos: Iterable[Counts]) -> float | None:
    """Return the ratio of the sums over all videos that have a rate, in percent, two decimals."""
    return rated(videos).rate


def share_of(part: float | None, whole: float | None) -> float | None:
    """Return 100 * part / whole in percent with two decimals, `None` where it has no meaning."""
    if part is None or not whole:
        return None
    return round(100 * part / whole, 2)
