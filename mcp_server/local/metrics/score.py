"""Tier, par, virality, posting rate, score and grade of a creator."""

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Final

from mcp_server.local.metrics.parameters import (
    ACTIVE_DAYS,
    ACTIVE_DAYS_MIN,
    AT_PAR,
    DAY,
    FULL_POINTS,
    GRADES,
    MIN_VIDEOS,
    PAR_ENGAGEMENT,
    PAR_POSTS_PER_WEEK,
    PAR_REACH,
    PAR_VIRAL_RATIO,
    TIERS,
    VIRAL,
    WEIGHTS,
    Tier,
)

_PARS: Final = dict(PAR_ENGAGEMENT)
_BANDS: Final = sorted(_PARS)


def tier_of(followers: int | None) -> Tier | None:
    """Return the tier of so many followers, `None` where they are unknown."""
    if followers is None:
        return None
    for tier, least in TIERS:
        if followers >= least:
            return tier
    return "starter"


def band_of(followers: int) -> int:
    """Return the lower end of the follower band within which engagement is compared."""
    return _BANDS[bisect_right(_BANDS, followers) - 1]


def band_end(band: int) -> float:
    """Return from how many followers on the band above begins, infinity for the last."""
    return next((edge for edge in _BANDS if edge > band), math.inf)


def par_engagement(followers: int, peers: Mapping[int, float] | None = None) -> float:
    """Return the engagement rate that is usual for so many followers, in percent.

    Args:
        followers: Of the creator.
        peers: Medians of the store's own creators by band, where there are enough of them.
    """
    band = band_of(followers)
    return (peers or {}).get(band) or _PARS[band]


def viral_line(median_views: float | None, n_viewed: int, followers: int | None) -> float:
    """Return the plays from which on a video of this creator counts as viral.

    `n_viewed` videos have known plays, of which the median is.
    """
    if n_viewed >= MIN_VIDEOS and median_views is not None:
        return max(VIRAL.floor, VIRAL.times_median * median_views)
    return max(VIRAL.few_videos_floor, VIRAL.few_videos_times_followers * (followers or 0))


def viral_ratio(plays: Sequence[int], line: float) -> float | None:
    """Return the percentage of videos at or above the line; `None` without videos."""
    if not plays:
        return None
    return round(100 * sum(1 for count in plays if count >= line) / len(plays), 2)


def posts_per_week(posted_at: Sequence[int], as_of: int | None) -> float | None:
    """Return the posting rate over the last 90 days before `as_of`, two decimals.

    A creator tracked for less is measured over that time, at least a week. `None` where nothing
    is known about when posts were made.
    """
    if as_of is None or not posted_at:
        return None
    begin = as_of - ACTIVE_DAYS * DAY
    posts = sum(1 for at in posted_at if begin < at <= as_of)
    days = min(max((as_of - min(posted_at)) / DAY, ACTIVE_DAYS_MIN), ACTIVE_DAYS)
    return round(posts / days * 7, 2)


def curve(value: float, par: float) -> float:
    """Return points: 60 at par, the full 100 at twice the par, straight lines between."""
    if value <= par:
        return max(0.0, AT_PAR * value / par)
    return min(float(FULL_POINTS), AT_PAR + (FULL_POINTS - AT_PAR) * (value - par) / par)


def creator_score(
    *,
    n_rated: int,
    followers: int | None,
    engagement: float | None,
    median_views: float | None,
    viral: float | None,
    weekly_posts: float | None,
    par: float,
) -> float | None:
    """Return the score of 0-100, one decimal.

    `None` below five videos with a rate, and where followers or any part is unknown.
    """
    if (
        n_rated < MIN_VIDEOS
        or not followers
        or engagement is None
        or median_views is None
        or viral is None
        or weekly_posts is None
    ):
        return None
    reach_par = PAR_REACH[tier_of(followers) or "starter"]
    points = {
        "engagement": curve(engagement, par),
        "reach": curve(median_views / followers, reach_par),
        "virality": curve(viral, PAR_VIRAL_RATIO),
        "consistency": curve(weekly_posts, PAR_POSTS_PER_WEEK),
    }
    return round(sum(WEIGHTS[part] * value for part, value in points.items()), 1)


def grade_of(score: float | None) -> str | None:
    """Return the letter of a score, A+ to F."""
    if score is None:
        return None
    return next(grade for grade, least in GRADES if score >= least)
