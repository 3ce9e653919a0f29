"""Every number that a formula of this package uses, in one place and under one version.

None of these is TikTok's or Toklytics' own: their formulas are undisclosed. Where a published
figure stood behind a choice, its source is named.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

METRICS_VERSION: Final = 2
"""Grows with every change of a formula or a parameter; stored values of an older one are redone."""

Tier = Literal["starter", "nano", "micro", "mid", "macro", "mega"]

TIERS: Final[tuple[tuple[Tier, int], ...]] = (
    ("mega", 1_000_000),
    ("macro", 500_000),
    ("mid", 100_000),
    ("micro", 10_000),
    ("nano", 1_000),
    ("starter", 0),
)
"""Tiers from the largest down, each with the followers it begins at."""

PAR_ENGAGEMENT: Final = (
    (10_000_000, 2.9),
    (1_000_000, 3.8),
    (500_000, 4.5),
    (100_000, 5.1),
    (0, 7.5),
)
"""Percent of views that is usual from so many followers on (emplicit.co, benchmarks of 2025)."""

PEERS_NEEDED: Final = 30
"""From so many scored creators of a follower band on, their own median is the par."""

MIN_VIDEOS: Final = 5
"""Below so many videos behind it a figure says little: no score, no price, no viral line."""

DAY: Final = 86_400
ACTIVE_DAYS: Final = 90
"""Posts per week are counted over at most so many days before the last observation."""
ACTIVE_DAYS_MIN: Final = 7


class Viral(NamedTuple):
    """When a video counts as viral."""

    floor: int = 10_000
    times_median: float = 5.0
    few_videos_floor: int = 100_000
    few_videos_times_followers: float = 3.0


VIRAL: Final = Viral()

AT_PAR: Final = 60
"""Points for being as good as usual; the full ones are for twice as good."""
FULL_POINTS: Final = 100
WEIGHTS: Final = {"engagement": 0.40, "reach": 0.25, "virality": 0.15, "consistency": 0.20}
PAR_REACH: Final[dict[Tier, float]] = {
    "starter": 1.0,
    "nano": 1.0,
    "micro": 0.5,
    "mid": 0.25,
    "macro": 0.2,
    "mega": 0.12,
}
"""Median views per follower that is usual in a tier."""
PAR_VIRAL_RATIO: Final = 8.0
PAR_POSTS_PER_WEEK: Final = 3.0
GRADES: Final = (
    ("A+", 85.0),
    ("A", 75.0),
    ("B+", 65.0),
    ("B", 55.0),
    ("C+", 45.0),
    ("C", 35.0),
    ("D", 20.0),
    ("F", 0.0),
)

CPM: Final[dict[Tier, tuple[float, float, float]]] = {
    "starter": (5, 8, 15),
    "nano": (5, 8, 15),
    "micro": (6, 10, 18),
    "mid": (7, 12, 20),
    "macro": (8, 14, 24),
    "mega": (8, 15, 25),
}
"""USD per 1,000 median views, low, middle and high (kolens.ai: 10-20; faircreator.com: 3-12)."""
PRICE_FLOOR: Final[dict[Tier, int]] = {
    "starter": 50,
    "nano": 50,
    "micro": 200,
    "mid": 750,
    "macro": 2_500,
    "mega": 5_000,
}
PRICE_CAP: Final = 1_000_000
PRICE_BY_NICHE: Final = {
    "finance": 1.8,
    "tech": 1.5,
    "business": 1.5,
    "beauty": 1.2,
    "fashion": 1.2,
    "fitness": 1.2,
    "health": 1.2,
    "cooking": 0.9,
    "food": 0.9,
    "gaming": 0.9,
    "comedy": 0.7,
    "dance": 0.7,
    "music": 0.7,
}
"""Every other niche counts 1 (after the ranges of iidb.com)."""
PRICE_BY_REGION: Final = {
    **dict.fromkeys(("US", "CA", "GB", "UK", "AU", "DE"), 1.0),
    **dict.fromkeys(
        ("JP", "KR", "FR", "IT", "ES", "NL", "BE", "AT", "CH", "IE", "PT", "SE", "NO", "DK", "FI"),
        0.8,
    ),
    **dict.fromkeys(("BR", "MX", "TR"), 0.35),
    **dict.fromkeys(("ID", "VN", "TH", "PH", "MY", "SG", "KH", "MM", "LA", "IN"), 0.25),
}
PRICE_ELSEWHERE: Final = 0.5
PRICE_ENGAGEMENT: Final = (0.7, 1.4)
"""How far engagement may move a price; views hardly follow it (The Cirqle: r = -0.01)."""

HEAT_ENGAGEMENT_CAP: Final = 25.0
VELOCITY_HEAD_START_HOURS: Final = 2.0
VELOCITY_LEAST_HOURS: Final = 1.0
"""Between observations that are closer a few plays would make a speed of thousands an hour."""
GROWTH_SMOOTHING: Final = 5

NICHE_SHARE: Final = 0.15
"""A niche needs this share of a creator's tracked videos."""
NICHE_TAG_USES: Final = 2
"""Uses of a hashtag after which it counts as a creator's niche when asked for by name."""
BIO_WEIGHT: Final = 0.2

SHORT_SECONDS: Final = 15
LONG_SECONDS: Final = 60

BLOCK_HOURS: Final = 3
BLOCK_POSTS: Final = 3
BLOCK_PRIOR: Final = 5
BLOCK_LIFT: Final = 1.0
"""Posts of a lower lift did worse than those around them: no time to recommend."""
BASELINE_POSTS: Final = 21
BEST_BLOCKS: Final = 3

PERCENTILES: Final = (10, 25, 50, 75, 90)
"""Which percentiles a distribution shows."""
TRENDING_DAYS: Final = 7
"""Uses of hashtags and sounds are counted over so many days, and over as many before."""
FOLLOWER_DAYS: Final = (7, 30)
"""Over so many days followers won are shown; an observation twice as old does not count."""

ANALYZED_VIDEOS: Final = 500
"""A creator's newest videos that say how the creator works today."""
COMPARED_VIDEOS: Final = 100
"""The same where up to ten creators are read at once."""
COMPARABLE_DAYS: Final = 7
"""Observations further apart are not of the same time."""
SEEN_ENOUGH: Final = 0.1
"""A rate on fewer views than this part of the creator's median says little."""
TAGS_KEPT: Final = 15
"""Most used hashtags that are kept of each creator."""
TOP_VIDEOS: Final = 100
"""Most viewed videos that stand for a hashtag or a sound; it may have millions."""
RATED_VIDEOS: Final = 100
"""The same for the engagement rate, where many hashtags are rated at once."""

NICHE_MIN_FOLLOWERS: Final = 10_000
"""From so many followers a creator counts in a niche report that asks for no other."""
NICHE_CREATORS: Final = 50
"""Most followed creators of a niche whose newest videos are read."""
NICHE_VIDEOS_EACH: Final = 12
NICHE_TAG_CREATORS: Final = 250
"""Most followed creators of a niche whose hashtags are counted."""

PLAN_MIN_FOLLOWERS: Final = 10_000
PLAN_MIN_RATE: Final = 3.0
"""Percent of engagement from which a creator is a candidate, where the request names none."""
PLAN_MOST_PER_TIER: Final = 20
PLAN_ONE_POST: Final = 0.5
"""No post may cost more than this part of its tier's budget."""
PLAN_FIT_MAX: Final = 1.5
"""Engagement far above par is luck as often as quality."""
PLAN_SMALL_BUDGET: Final = 5_000
PLAN_LARGE_BUDGET: Final = 100_000
PLAN_SHARES: Final = {
    "small": (0.0, 0.3, 0.7),
    "normal": (0.3, 0.3, 0.4),
    "large": (0.4, 0.3, 0.3),
}
"""Parts of a budget for macro, mid and micro."""
PLAN_FEW: Final = 5
"""Among fewer candidates the choice says little."""
ASSUMPTIONS: Final[Mapping[str, float]] = {
    "reach_per_view": 0.85,
    "audience_overlap": 0.10,
    "emv_per_1000_views": 6.0,
    "emv_per_like": 0.01,
    "emv_per_comment": 0.10,
    "emv_per_share": 0.10,
    "emv_per_save": 0.05,
    "click_rate": 0.01,
    "order_rate": 0.02,
    "order_value": 50.0,
}
"""Placeholders without a source, in USD and parts of one; to be replaced by one's own figures."""
