"""By which rules a campaign plan chooses, and which of them kept it from spending more."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from mcp_server.local.metrics.campaign import Allocation, Offer
from mcp_server.local.metrics.parameters import (
    MIN_VIDEOS,
    PLAN_MIN_FOLLOWERS,
    PLAN_MOST_PER_TIER,
    PLAN_ONE_POST,
)
from mcp_server.local.metrics.score import band_of
from mcp_server.local.toklytics.rows import Record

_COST: Final = "median views x CPM of size x niche x region x engagement/par, from a floor up"
_UNSPENT: Final = "Less than half of the budget is spent: "
_NO_MORE: Final = "there are too few fitting creators."
_FULL: Final = f"at most {PLAN_MOST_PER_TIER} creators of a class are chosen."
_DEAR: Final = (
    f"the others cost more than {100 * PLAN_ONE_POST:g} % of their class's budget, or than is left."
)
_REASONS: Final = {True: _FULL, False: _DEAR}
"""Why not everybody of a class was chosen, by whether the class is full."""


def rules(followers: Iterable[int], pars: Iterable[float]) -> Record:
    """Return what a creator must have, what one may cost, and what is usual engagement.

    Args:
        followers: Of each creator of the roster.
        pars: The usual engagement rate, in percent, that each of them was held against.
    """
    bands = {band_of(count): par for count, par in zip(followers, pars, strict=True)}
    return {
        "min_followers": PLAN_MIN_FOLLOWERS,
        "min_videos": MIN_VIDEOS,
        "most_per_tier": PLAN_MOST_PER_TIER,
        "most_of_tier_budget_per_post": PLAN_ONE_POST,
        "cost": _COST,
        "par_from_followers": {str(band): bands[band] for band in sorted(bands)},
    }


def unspent(offers: Iterable[Offer], allocations: Sequence[Allocation[Offer]]) -> str:
    """Say which limit kept a plan from spending half of its budget."""
    offered = Counter(offer.tier for offer in offers)
    left = [part for part in allocations if len(part.chosen) < offered[part.tier]]
    if not left:
        return _UNSPENT + _NO_MORE
    full = {len(part.chosen) >= PLAN_MOST_PER_TIER for part in left}
    return _UNSPENT + " ".join(reason for binds, reason in _REASONS.items() if binds in full)
