"""`/analytics/campaign-planner`: a roster for a budget."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from mcp_server.local.aggregates import as_of
from mcp_server.local.creator_metrics import stored_pars
from mcp_server.local.metrics import par_engagement
from mcp_server.local.metrics.campaign import (
    Allocation,
    Candidate,
    Offer,
    allocate,
    plan_tier,
    rank_scores,
    returns,
    totals,
)
from mcp_server.local.metrics.parameters import (
    ASSUMPTIONS,
    MIN_VIDEOS,
    PAR_ENGAGEMENT,
    PLAN_FEW,
    PLAN_MIN_FOLLOWERS,
    PLAN_MIN_RATE,
    TIERS,
)
from mcp_server.local.peers import Pars
from mcp_server.local.toklytics.call import Call
from mcp_server.local.toklytics.niche import Members, known, members, runs
from mcp_server.local.toklytics.plan_rules import rules, unspent
from mcp_server.local.toklytics.rows import Record, creator, creators_by_id, sample
from mcp_server.local.toklytics.wire import Answer, iso, missing

_COLUMNS: Final = ("score", "er", "spon_mid")
_CONDITIONS: Final = (
    "c.followers >= :least",
    "c.er >= :rate",
    "c.score IS NOT NULL",  # which takes enough videos that have a rate
    "c.spon_mid IS NOT NULL",
    "(:region IS NULL OR c.region = :region)",
)
_NOBODY: Final = (
    "No tracked creator of this niche has enough followers, videos and engagement in this"
    " region: lower min_engagement_rate, drop the region or widen the niche."
)


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked for."""

    budget: float
    niche: str
    rate: float
    region: str | None


def plan_campaign(call: Call) -> Answer:
    """Return a plan that never spends more than the budget, with a reason for each choice."""
    wish = _wish(call)
    params = {
        "least": PLAN_MIN_FOLLOWERS,
        "rate": wish.rate,
        "region": wish.region,
    }
    found = members(call.data, wish.niche, _COLUMNS, _CONDITIONS, params)
    n = len(found.ids)
    pars = stored_pars(call.data)
    offers = _offers(found, pars)
    allocations = allocate(wish.budget, offers)
    rows = creators_by_id(call.data, [offer.id for part in allocations for offer in part.chosen])
    roster = [_candidate(row, par_engagement(row["followers"], pars)) for row in rows]
    sums = totals(roster)
    data: Record = {
        "budget": wish.budget,
        "spent": sums.spent,
        "remaining": round(wish.budget - sums.spent, 2),
        "currency": "USD",
        "niche": wish.niche,
        "region": wish.region,
        "min_engagement_rate": wish.rate,
        "candidates": n,
        "match_basis": found.match_basis,
        "allocation": [_allocation(part, wish.budget) for part in allocations],
        "roster": _roster(roster, rows),
        "totals": {
            "creators": sums.creators,
            "views": {"p25": sums.views_low, "median": sums.views, "p75": sums.views_high},
            "reach": sums.reach,
            "engagements": sums.engagements,
            "cpm": sums.cpm,
            "cpe": sums.cpe,
        },
        "roi": returns(roster)._asdict(),
        "assumptions": {
            **ASSUMPTIONS,
            "note": "placeholders without a source: put your own figures in their place",
        },
        "rules": rules([c.followers for c in roster], [c.par for c in roster]),
        "warnings": _warnings(wish, offers, allocations),
    }
    meta = {
        "as_of": iso(as_of(call.data)),
        "basis": (
            f"{n} candidates of at least {MIN_VIDEOS} rated videos each; one post each,"
            " views at the median of tracked videos; returns from the placeholders in assumptions"
        ),
        "low_sample": n < PLAN_FEW,
    }
    return Answer(data, meta=meta)


def _wish(call: Call) -> _Wish:
    budget = call.number("budget", above=0)
    if budget is None:
        raise missing("budget")
    rate = call.number("min_engagement_rate")
    return _Wish(
        budget=budget,
        niche=call.required("niche"),
        rate=PLAN_MIN_RATE if rate is None else rate,
        region=call.region(),
    )


def _offers(found: Members, pars: Pars) -> list[Offer]:
    """Return the members as the choice sees them; pars and tiers change with their size alone."""
    offers: list[Offer] = []
    scores, rates, costs = (known(found.columns[name]) for name in _COLUMNS)
    for start, stop in runs(found.followers, (*dict(PAR_ENGAGEMENT), *dict(TIERS).values())):
        followers = found.followers[start] or 0
        tier, par = plan_tier(followers), par_engagement(followers, pars)
        ranks = rank_scores(zip(scores[start:stop], rates[start:stop], strict=True), par)
        offers += [
            Offer(creator_id, rank, tier, cost)
            for creator_id, rank, cost in zip(
                found.ids[start:stop], ranks, costs[start:stop], strict=True
            )
        ]
    return offers


def _candidate(row: sqlite3.Row, par: float) -> Candidate:
    return Candidate(
        id=row["id"],
        followers=row["followers"],
        score=row["score"],
        engagement=row["er"],
        par=par,
        cost=row["spon_mid"],
        views_low=row["p25_views"],
        views=row["median_views"],
        views_high=row["p75_views"],
        rated_views=row["rated_views"],
        likes=row["rated_likes"],
        comments=row["rated_comments"],
        shares=row["rated_shares"],
        saves=row["rated_saves"],
    )


def _allocation(part: Allocation[Offer], budget: float) -> Record:
    own = round(part.share * budget, 2)
    return {
        "tier": part.tier,
        "share": part.share,
        "budget": own,
        "carried_over": round(part.budget - own, 2),
        "spent": part.spent,
        "creators": len(part.chosen),
    }


def _roster(roster: Sequence[Candidate], rows: Sequence[sqlite3.Row]) -> list[Record]:
    return [
        {
            "tier": candidate.tier,
            "creator": creator(row),
            "estimated_cost": candidate.cost,
            "estimated_views": {
                "p25": candidate.views_low,
                "median": candidate.views,
                "p75": candidate.views_high,
            },
            "engagement_rate": candidate.engagement,
            "cpm": round(candidate.cost / candidate.views * 1000, 2) if candidate.views else None,
            "rank_score": candidate.rank_score,
            "reason": (
                f"score {candidate.score:g} x {candidate.fit:.2f} engagement/par,"
                f" median of {sample(row, 'n_viewed')} videos"
            ),
        }
        for candidate, row in zip(roster, rows, strict=True)
    ]


def _warnings(
    wish: _Wish, offers: Sequence[Offer], allocations: Sequence[Allocation[Offer]]
) -> list[str]:
    if not offers:
        return [_NOBODY]
    found = ["Costs are estimates from views, not offers; ask the creators."]
    if not any(part.chosen for part in allocations):
        found.append("The budget is too small for any candidate.")
    elif sum(part.spent for part in allocations) < wish.budget / 2:
        found.append(unspent(offers, allocations))
    if len(offers) < PLAN_FEW:
        found.append("Fewer than five candidates: the choice says little.")
    return found
