"""Plans: the split, the choice, the sums; recomputed by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.metrics.campaign import (
    Candidate,
    allocate,
    returns,
    shares_of,
    totals,
)


def candidate(i: int, followers: int, cost: int, score: float = 60.0) -> Candidate:
    return Candidate(
        id=i,
        followers=followers,
        score=score,
        engagement=5.0,
        par=5.0,
        cost=cost,
        views_low=8_000,
        views=10_000,
        views_high=20_000,
        rated_views=20_000,
        likes=1_000,
        comments=100,
        shares=0,
        saves=200,
    )


@pytest.mark.parametrize(
    ("budget", "shares"),
    [
        (4_999, (0.0, 0.3, 0.7)),
        (5_000, (0.3, 0.3, 0.4)),
        (100_000, (0.3, 0.3, 0.4)),
        (100_001, (0.4, 0.3, 0.3)),
    ],
)
def test_a_budget_is_split_by_its_size(budget: float, shares: tuple[float, float, float]) -> None:
    assert shares_of(budget) == shares


def test_the_best_fit_comes_first_and_nobody_takes_more_than_half_a_tier() -> None:
    people = [
        candidate(1, 600_000, 2_000, score=70),
        candidate(2, 2_000_000, 3_001, score=99),  # more than half of 6,000
        candidate(3, 700_000, 3_000, score=80),
        candidate(4, 20_000, 500),
    ]
    macro, mid, micro = allocate(20_000, people)
    assert [c.id for c in macro.chosen] == [3, 1]
    assert (macro.budget, macro.spent) == (6_000, 5_000)
    assert (mid.budget, mid.spent) == (7_000, 0)
    assert ([c.id for c in micro.chosen], micro.budget) == ([4], 15_000)


def test_engagement_above_par_counts_up_to_half_more() -> None:
    base = candidate(1, 20_000, 100)
    assert base._replace(engagement=6.0).rank_score == 72.0
    assert base._replace(engagement=50.0).rank_score == 90.0
    assert base._replace(engagement=2.5).rank_score == 30.0


def test_a_tie_goes_to_the_older_row() -> None:
    people = [candidate(2, 20_000, 400), candidate(1, 20_000, 400)]
    assert [c.id for c in allocate(1_000, people)[2].chosen] == [1, 2]


def test_shares_that_find_nobody_below_go_up() -> None:
    macro, mid, micro = allocate(20_000, [candidate(1, 800_000, 9_000)])
    assert (macro.share, mid.share, micro.share) == (1.0, 0.0, 0.0)
    assert [c.id for c in macro.chosen] == [1]


def test_nobody_to_ask_spends_nothing() -> None:
    nobody: list[Candidate] = []
    assert sum(part.spent for part in allocate(20_000, nobody)) == 0


def test_a_tier_takes_twenty_at_most() -> None:
    people = [candidate(i, 20_000, 1) for i in range(30)]
    assert len(allocate(1_000, people)[2].chosen) == 20


@given(
    st.floats(1, 500_000),
    st.lists(st.tuples(st.integers(10_000, 5_000_000), st.integers(50, 50_000)), max_size=40),
)
def test_a_plan_never_spends_more_than_the_budget(
    budget: float, people: list[tuple[int, int]]
) -> None:
    group = [candidate(i, followers, cost) for i, (followers, cost) in enumerate(people)]
    parts = allocate(budget, group)
    assert sum(part.spent for part in parts) <= budget
    chosen = [c.id for part in parts for c in part.chosen]
    assert len(chosen) == len(set(chosen))


def test_totals_add_up() -> None:
    sums = totals([candidate(1, 20_000, 300), candidate(2, 20_000, 500)])
    assert sums.spent == 800
    assert (sums.views_low, sums.views, sums.views_high) == (16_000, 20_000, 40_000)
    assert sums.reach == 15_300  # 20,000 * .85 * .90
    assert sums.engagements == 1_000
    assert sums.cpm == 40.0
    assert sums.cpe == 0.8


def test_one_creator_overlaps_with_nobody() -> None:
    assert totals([candidate(1, 20_000, 300)]).reach == 8_500


def test_an_empty_roster_has_no_rates() -> None:
    sums = totals([])
    assert (sums.creators, sums.spent, sums.cpm, sums.cpe) == (0, 0, None, None)
    assert returns([])[:2] == (0.0, None)


def test_returns_follow_the_assumptions() -> None:
    # 10,000 views: 500 likes, 50 comments, 100 saves, as 20,000 views brought twice that.
    found = returns([candidate(1, 20_000, 100)])
    assert found.emv == pytest.approx(60 + 5 + 5 + 5)
    assert found.emv_roi == 0.75
    assert (found.clicks, found.orders, found.revenue, found.roas) == (100, 2, 100.0, 1.0)


def test_reactions_that_were_not_counted_are_worth_nothing_known() -> None:
    known, unknown = candidate(1, 20_000, 100), candidate(2, 20_000, 100)
    found = returns([known, unknown._replace(rated_views=None, likes=None)])
    assert (found.emv, found.emv_roi) == (None, None)
    assert found.clicks == 200
