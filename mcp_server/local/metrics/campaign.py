"""A campaign plan: which creators a budget buys, and what that may bring."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop
from typing import Final, Generic, Literal, NamedTuple, Protocol, TypeVar

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


def rank_scores(people: Iterable[tuple[float, float]], par: float) -> list[float]:
    """Rank creators by score, weighted by engagement against par as far as it counts.

    Args:
        people: Score and engagement rate of each.
        par: The usual engagement rate of creators of their size.

    Returns:
        Two decimals for each, the highest is chosen first.
    """
    most = PLAN_FIT_MAX
    return [
        round(score * (fit if (fit := engagement / par) < most else most), 2)
        for score, engagement in people
    ]


def plan_tier(followers: int) -> CampaignTier:
    """Return the tier of the plan; mega counts as macro."""
    tier = tier_of(followers)
    if tier in ("mega", "macro"):
        return "macro"
    return "mid" if tier == "mid" else "micro"


class Offered(Protocol):
    """What the choice looks at."""

    @property
    def id(self) -> int:
        """Which of two that rank alike comes first."""
        ...

    @property
    def rank_score(self) -> float:
        """The highest is chosen first."""
        ...

    @property
    def tier(self) -> CampaignTier:
        """From whose part of the budget the post is paid."""
        ...

    @property
    def cost(self) -> float:
        """USD for one post."""
        ...


class Offer(NamedTuple):
    """One of many thousands who could be asked, as the choice sees them."""

    id: int
    rank_score: float
    tier: CampaignTier
    cost: float


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
    rated_views: int | None
    """Of all videos that have a rate, as the four sums that follow; `None` where not counted."""
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None

    @property
    def worth_per_view(self) -> float | None:
        """USD that the reactions to one view are worth, by the same videos as the engagement."""
        rate = ASSUMPTIONS
        worth = (
            (self.likes or 0) * rate["emv_per_like"]
            + (self.comments or 0) * rate["emv_per_comment"]
            + (self.shares or 0) * rate["emv_per_share"]
            + (self.saves or 0) * rate["emv_per_save"]
        )
        return worth / self.rated_views if self.rated_views else None

    @property
    def fit(self) -> float:
        """Engagement against par, as far as it counts."""
        return min(self.engagement / self.par, PLAN_FIT_MAX)

    @property
    def rank_score(self) -> float:
        """Score, weighted by engagement against par, two decimals."""
        return rank_scores([(self.score, self.engagement)], self.par)[0]

    @property
    def tier(self) -> CampaignTier:
        """The tier of the plan."""
        return plan_tier(self.followers)


T = TypeVar("T", bound=Offered)


@dataclass(slots=True)
class Allocation(Generic[T]):
    """What a tier may spend and whom it buys."""

    tier: CampaignTier
    share: float
    budget: float
    """With what the tiers above left over."""
    chosen: list[T] = field(default_factory=list[T])

    @property
    def spent(self) -> float:
        """USD for all chosen, whole as the costs are."""
        return sum(candidate.cost for candidate in self.chosen)


def shares_of(budget: float) -> tuple[float, float, float]:
    """Return the parts of a budget for macro, mid and micro."""
    if budget < PLAN_SMALL_BUDGET:
        return PLAN_SHARES["small"]
    return PLAN_SHARES["large" if budget > PLAN_LARGE_BUDGET else "normal"]


def allocate(budget: float, candidates: Sequence[T]) -> list[Allocation[T]]:
    """Choose creators tier by tier, the best fit first; what is left flows to the tier below.

    The share of a tier without candidates goes down as well; where none is below, up.
    """
    groups = _by_tier(candidates)
    shares = _flowing(dict(zip(TIERS, shares_of(budget), strict=True)), groups)
    result: list[Allocation[T]] = []
    left, unspent = 0.0, budget
    for tier in TIERS:
        # The sum of the parts of a float may exceed the whole by a hair.
        own = min(budget * shares[tier] + left, unspent)
        allocation = Allocation[T](tier, shares[tier], own)
        if groups[tier]:
            _choose(allocation, groups[tier])
        left = allocation.budget - allocation.spent
        unspent -= allocation.spent
        result.append(allocation)
    return result


def _by_tier(candidates: Sequence[T]) -> dict[CampaignTier, list[T]]:
    groups: dict[CampaignTier, list[T]] = {tier: [] for tier in TIERS}
    for candidate in candidates:
        groups[candidate.tier].append(candidate)
    return groups


def _flowing(
    shares: dict[CampaignTier, float], groups: Mapping[CampaignTier, Sequence[Offered]]
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


def _choose(allocation: Allocation[T], group: Sequence[T]) -> None:
    """Buy the best that fit: a heap, since only a few of many thousands are looked at."""
    left = allocation.budget
    most = min(left * PLAN_ONE_POST, left)
    ranked = [(-c.rank_score, c.id, i) for i, c in enumerate(group) if c.cost <= most]
    cheapest = min((group[i].cost for _, _, i in ranked), default=0)
    heapify(ranked)
    while ranked and cheapest <= left and len(allocation.chosen) < PLAN_MOST_PER_TIER:
        candidate = group[heappop(ranked)[2]]
        if candidate.cost <= left:
            allocation.chosen.append(candidate)
            left = allocation.budget - allocation.spent


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

    emv: float | None
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
    reactions = _reactions(roster)
    emv = None if reactions is None else views * rate["emv_per_1000_views"] / 1000 + reactions
    clicks = views * rate["click_rate"]
    orders = clicks * rate["order_rate"]
    revenue = orders * rate["order_value"]
    return Returns(
        emv=None if emv is None else round(emv, 2),
        emv_roi=None if emv is None or not spent else round(emv / spent, 2),
        clicks=round(clicks),
        orders=round(orders),
        revenue=round(revenue, 2),
        roas=round(revenue / spent, 2) if spent else None,
    )


def _reactions(roster: Sequence[Candidate]) -> float | None:
    """Return USD that all reactions are worth; `None` where somebody's were not counted."""
    total = 0.0
    for candidate in roster:
        if (worth := candidate.worth_per_view) is None:
            return None
        total += candidate.views * worth
    return total
