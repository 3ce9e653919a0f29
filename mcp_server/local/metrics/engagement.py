"""Engagement by views: what share of the views did something."""

from collections.abc import Iterable
from typing import Final, NamedTuple

_UNKNOWN: Final = (None,) * 4


class Counts(NamedTuple):
    """What TikTok counts of one video; `None` where a source did not say."""

    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None


def interactions(counts: Counts) -> int:
    """Return likes + comments + shares + saves; an unknown one counts nothing."""
    _, likes, comments, shares, saves = counts
    return (likes or 0) + (comments or 0) + (shares or 0) + (saves or 0)


def engagement_rate(counts: Counts) -> float | None:
    """Return 100 * interactions / plays, in percent with two decimals.

    `None` without plays, with zero plays, and where nothing but plays is known.
    """
    if not counts.plays or counts[1:] == _UNKNOWN:
        return None
    return round(100 * interactions(counts) / counts.plays, 2)


def weighted_rate(videos: Iterable[Counts]) -> float | None:
    """Return the ratio of the sums over all videos that have a rate, in percent, two decimals."""
    plays = done = 0
    for counts in videos:
        if counts.plays and counts[1:] != _UNKNOWN:
            plays += counts.plays
            done += interactions(counts)
    return round(100 * done / plays, 2) if plays else None


def share_of(part: float | None, whole: float | None) -> float | None:
    """Return 100 * part / whole in percent with two decimals, `None` where it has no meaning."""
    if part is None or not whole:
        return None
    return round(100 * part / whole, 2)
