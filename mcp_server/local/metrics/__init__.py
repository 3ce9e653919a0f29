"""The formulas of the local upstream: pure, each written once, versioned together."""

from mcp_server.local.metrics.engagement import (
    Counts,
    Rated,
    engagement_rate,
    rated,
    share_of,
    weighted_rate,
)
from mcp_server.local.metrics.niche import Niches, is_generic, niche_word, niches_of
from mcp_server.local.metrics.parameters import METRICS_VERSION, Tier
from mcp_server.local.metrics.percentiles import (
    average,
    mean,
    median,
    percentile,
    rank,
    spread,
    whole,
)
from mcp_server.local.metrics.sample import counted, is_small
from mcp_server.local.metrics.score import (
    creator_score,
    grade_of,
    par_engagement,
    posts_per_week,
    tier_of,
    viral_line,
    viral_ratio,
)
from mcp_server.local.metrics.sponsorship import Price, price_text, sponsorship
from mcp_server.local.metrics.trends import growth, heat, lifetime_velocity, velocity_between

__all__ = [
    "METRICS_VERSION",
    "Counts",
    "Niches",
    "Price",
    "Rated",
    "Tier",
    "average",
    "counted",
    "creator_score",
    "engagement_rate",
    "grade_of",
    "growth",
    "heat",
    "is_generic",
    "is_small",
    "lifetime_velocity",
    "mean",
    "median",
    "niche_word",
    "niches_of",
    "par_engagement",
    "percentile",
    "posts_per_week",
    "price_text",
    "rank",
    "rated",
    "share_of",
    "sponsorship",
    "spread",
    "tier_of",
    "velocity_between",
    "viral_line",
    "viral_ratio",
    "weighted_rate",
    "whole",
]
