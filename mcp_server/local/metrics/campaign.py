"""A campaign plan: which creators a budget buys, and what that may bring."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from mcp_server.local.metrics.parameters import (
    ASSUMPTIONS,
    PLAN_FIT_MAX,
    PLAN_LARGE_BUDGET,
    PLAN_MOST_PER_TIER,
    PLAN_ONE_POST,
    PLAN_SHARES,
    PLAN_SMALL_BUDGET,
)
from mcp_server.local.metrics.score import tier_of

CampaignTier = Literal["macro", "mid", "micro"]
TIERS: Final[tuple[CampaignTier, ...]] = ("macro", "mid", "micro")


class Candidate(NamedTuple):
    """A creator who could be asked for one post."""

    id: int
    followers: int
    score: float
    engagement: float
    par: float
    cost: int
    views_low: int
    views: int
    views_high: int
    avg_views: int
    """Of all tracked videos, as the four means that follow."""
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None

    def per_view(self, count: int | None) -> float:
        """Return what one view brings of something; nothing where it is unknown."""
        return (count or 0) / self.avg_views if self.avg_views else 0.0

    @property
    def fit(self) -> float:
        """Engagement against par, as far as it counts."""
        return min(self.engagement / self.par, PLAN_FIT_MAX)

    @property
    def rank_score(self) -> float:
        """Score, weighted by engagement against par, two decimals."""
        return round(self.score * self.fit, 2)

    @property
    def tier(self) -> CampaignTier:
        """The tier of the plan; mega counts as macro."""
        tier = tier_of(self.followers)
        if tier in ("mega", "macro"):
            return "macro"
        return "mid" if tier == "mid" else "micro"


@dataclass(slots=True)
class Allocation:
    """What a tier may spend and whom it buys."""

    tier: CampaignTier
    share: float
    budget: float
    """With what the tiers above left over."""
    chosen: list[Candidate] = field(default_factory=list[Candidate])

    @property
    def spent(self) -> int:
        """USD for all chosen."""
        return sum(candidate.cost for candidate in self.chosen)


def shares_of(budget: float) -> tuple[float, float, float]:
    """Return the parts of a budget for macro, mid and micro."""
    if budget < PLAN_SMALL_BUDGET:
        return PLAN_SHARES["small"]
    return PLAN_SHARES["large" if budget > PLAN_LARGE_BUDGET else "normal"]


def allocate(budget: float, candidates: Sequence[Candidate]) -> list[Allocation]:
    """Choose creators tier by tier, the best fit first; what is left flows to the tier below.

    The share of a tier without candidates goes down as well; where none is below, up.
    """
    groups = _by_tier(candidates)
    shares = _flowing(dict(zip(TIERS, shares_of(budget), strict=True)), groups)
    result: list[Allocation] = []
    left, unspent = 0.0, budget
    for tier in TIERS:
        # The sum of the parts of a float may exceed the whole by a hair.
        own = min(budget * shares[tier] + left, unspent)
        allocation = Allocation(tier, shares[tier], own)
        if groups[tier]:
            _choose(allocation, groups[tier])
        left = allocation.budget - allocation.spent
        unspent -= allocation.spent
        result.append(allocation)
    return result


def _by_tier(candidates: Sequence[Candidate]) -> dict[CampaignTier, list[Candidate]]:
    groups: dict[CampaignTier, list[Candidate]] = {tier: [] for tier in TIERS}
    for candidate in candidates:
        groups[candidate.tier].append(candidate)
    return groups


def _flowing(
    shares: dict[CampaignTier, float], groups: Mapping[CampaignTier, Sequence[Candidate]]
) -> dict[CampaignTier, float]:
    """Move the shares below the last tier that has candidates up to it."""
    filled = [tier for tier in TIERS if groups[tier]]
    if not filled:
        return shares
    last = TIERS.index(filled[-1])
    below = sum(shares[tier] for tier in TIERS[last + 1 :])
    moved: dict[CampaignTier, float] = {}
    for place, tier in enumerate(TIERS):
        moved[tier] = 0.0 if place > last else shares[tier]
    moved[TIERS[last]] = round(moved[TIERS[last]] + below, 10)
    return moved


def _choose(allocation: Allocation, group: Sequence[Candidate]) -> None:
    most = allocation.budget * PLAN_ONE_POST
    for candidate in sorted(group, key=lambda c: (-c.rank_score, c.id)):
        if len(allocation.chosen) == PLAN_MOST_PER_TIER:
            return
        if candidate.cost <= min(most, allocation.budget - allocation.spent):
            allocation.chosen.append(candidate)


class Totals(NamedTuple):
    """What a roster costs and may bring."""

    creators: int
    spent: int
    views_low: int
    views: int
    views_high: int
    reach: int
    engagements: int
    cpm: float | None
    cpe: float | None


def totals(roster: Sequence[Candidate]) -> Totals:
    """Add up a roster; reach is views without repeats and the overlap of several audiences."""
    spent = sum(c.cost for c in roster)
    views = sum(c.views for c in roster)
    overlap = ASSUMPTIONS["audience_overlap"] if len(roster) > 1 else 0.0
    engagements = sum(c.views * c.engagement / 100 for c in roster)
    return Totals(
        creators=len(roster),
        spent=spent,
        views_low=sum(c.views_low for c in roster),
        views=views,
        views_high=sum(c.views_high for c in roster),
        reach=round(views * ASSUMPTIONS["reach_per_view"] * (1 - overlap)),
        engagements=round(engagements),
        cpm=round(spent / views * 1000, 2) if views else None,
        cpe=round(spent / engagements, 4) if engagements else None,
    )


class Returns(NamedTuple):
    """What a roster may be worth, under the assumptions."""

    emv: float
    emv_roi: float | None
    clicks: int
    orders: int
    revenue: float
    roas: float | None


def returns(roster: Sequence[Candidate]) -> Returns:
    """Return earned media value and the funnel from views to revenue."""
    rate = ASSUMPTIONS
    spent = sum(c.cost for c in roster)
    views = sum(c.views for c in roster)
    emv = views * rate["emv_per_1000_views"] / 1000 + sum(
        c.views
        * (
            c.per_view(c.likes) * rate["emv_per_like"]
            + c.per_view(c.comments) * rate["emv_per_comment"]
            + c.per_view(c.shares) * rate["emv_per_share"]
            + c.per_view(c.saves) * rate["emv_per_save"]
        )
        for c in roster
    )
    clicks = views * rate["click_rate"]
    orders = clicks * rate["order_rate"]
    revenue = orders * rate["order_value"]
    return Returns(
        emv=round(emv, 2),
        emv_roi=round(emv / spent, 2) if spent else None,
        clicks=round(clicks),
        orders=round(orders),
        revenue=round(revenue, 2),
        roas=round(revenue / spent, 2) if spent else None,
    )
