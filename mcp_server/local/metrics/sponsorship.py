"""What a sponsored post may cost, estimated from median views."""

import math
from typing import NamedTuple

from mcp_server.local.metrics.parameters import (
    CPM,
    MIN_VIDEOS,
    PRICE_BY_NICHE,
    PRICE_BY_REGION,
    PRICE_CAP,
    PRICE_ELSEWHERE,
    PRICE_ENGAGEMENT,
    PRICE_FLOOR,
)
from mcp_server.local.metrics.score import tier_of


class Price(NamedTuple):
    """USD for one post."""

    low: int
    mid: int
    high: int


def region_factor(region: str | None) -> float:
    """Return the price level of a region; an unknown one counts as the rest of the world."""
    return PRICE_BY_REGION.get((region or "").upper(), PRICE_ELSEWHERE)


def niche_factor(niche: str | None) -> float:
    """Return the price level of a niche."""
    return PRICE_BY_NICHE.get(niche or "", 1.0)


def sponsorship(
    *,
    n_viewed: int,
    n_rated: int,
    median_views: float | None,
    followers: int | None,
    engagement: float | None,
    par: float,
    niche: str | None,
    region: str | None,
) -> Price | None:
    """Return low, middle and high, each between the tier's floor and the cap.

    `None` where followers are unknown, or fewer than five videos have views. Engagement only
    nudges, where five videos have a rate: views and engagement are as good as uncorrelated.
    """
    tier = tier_of(followers)
    if median_views is None or tier is None or n_viewed < MIN_VIDEOS:
        return None
    least, most = PRICE_ENGAGEMENT
    nudge = 1.0
    if engagement is not None and n_rated >= MIN_VIDEOS:
        nudge = min(max(engagement / par, least), most)
    factor = median_views / 1000 * niche_factor(niche) * region_factor(region) * nudge
    low, mid, high = (
        min(max(_rounded(cpm * factor), PRICE_FLOOR[tier]), PRICE_CAP) for cpm in CPM[tier]
    )
    return Price(low, mid, high)


def _rounded(value: float) -> int:
    """Keep two digits: the estimate is no better than that."""
    if value < 1:
        return 0
    step = int(10 ** max(0, math.floor(math.log10(value)) - 1))
    return round(value / step) * step


def price_text(low: int | None, high: int | None) -> str | None:
    """Return a price range as Toklytics writes it, with an en dash between the two amounts."""
    if low is None or high is None:
        return None
    return f"${low:,}" if low == high else f"${low:,}\N{EN DASH}${high:,}"
