"""How hot a video is and how fast a hashtag or a sound grows."""

from mcp_server.local.metrics.parameters import (
    DAY,
    GROWTH_SMOOTHING,
    HEAT_ENGAGEMENT_CAP,
    VELOCITY_HEAD_START_HOURS,
)

PERIODS = {"24h": DAY, "7d": 7 * DAY, "30d": 30 * DAY}
"""The windows of trending videos in seconds, ending at the newest observation of the store."""


def heat(plays: int | None, rate: float | None) -> float | None:
    """Return plays * (1 + min(engagement, 25) / 25); `None` without plays."""
    if plays is None:
        return None
    return plays * (1 + min(rate or 0.0, HEAT_ENGAGEMENT_CAP) / HEAT_ENGAGEMENT_CAP)


def growth(recent: int, before: int) -> float:
    """Return uses of the last 7 days by those of the 7 before, smoothed; 1 is level."""
    return round((recent + GROWTH_SMOOTHING) / (before + GROWTH_SMOOTHING), 2)


def lifetime_velocity(
    plays: int | None, posted_at: int | None, seen_at: int | None
) -> float | None:
    """Return plays per hour since the post, a head start of two hours given; one decimal."""
    if plays is None or posted_at is None or seen_at is None or seen_at < posted_at:
        return None
    return round(plays / ((seen_at - posted_at) / 3600 + VELOCITY_HEAD_START_HOURS), 1)


def velocity_between(plays: int, seen_at: int, earlier_plays: int, earlier_at: int) -> float:
    """Return plays per hour between two observations; one decimal."""
    return round((plays - earlier_plays) / ((seen_at - earlier_at) / 3600), 1)
