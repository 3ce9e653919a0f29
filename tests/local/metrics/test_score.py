"""Tier, par, virality, posting rate, score and grade, by the numbers of the reference."""

import pytest

from mcp_server.local.metrics import (
    creator_score,
    grade_of,
    par_engagement,
    posts_per_week,
    tier_of,
    viral_line,
    viral_ratio,
)
from mcp_server.local.metrics.score import curve

DAY = 86_400
AS_OF = 1_700_000_000


@pytest.mark.parametrize(
    ("followers", "tier"),
    [
        (0, "starter"),
        (999, "starter"),
        (1_000, "nano"),
        (10_000, "micro"),
        (99_999, "micro"),
        (100_000, "mid"),
        (500_000, "macro"),
        (1_000_000, "mega"),
        (None, None),
    ],
)
def test_a_tier_begins_at_its_followers(followers: int | None, tier: str | None) -> None:
    assert tier_of(followers) == tier


@pytest.mark.parametrize(
    ("followers", "par"),
    [(0, 7.5), (99_999, 7.5), (100_000, 5.1), (500_000, 4.5), (1_000_000, 3.8), (10_000_000, 2.9)],
)
def test_par_falls_with_followers(followers: int, par: float) -> None:
    assert par_engagement(followers) == par


def test_enough_peers_set_the_par_of_their_band() -> None:
    peers = {100_000: 6.2}
    assert par_engagement(200_000, peers) == 6.2
    assert par_engagement(50_000, peers) == 7.5


@pytest.mark.parametrize(
    ("median_views", "tracked", "followers", "line"),
    [
        (100, 5, 1, 10_000),
        (4_000, 5, 1, 20_000),
        (4_000, 4, 10, 100_000),
        (4_000, 4, 50_000, 150_000),
        (None, 9, None, 100_000),
    ],
)
def test_viral_is_five_times_the_median_or_three_times_the_followers(
    median_views: int | None, tracked: int, followers: int | None, line: float
) -> None:
    assert viral_line(median_views, tracked, followers) == line


def test_the_viral_ratio_counts_from_the_line_on() -> None:
    assert viral_ratio([1, 10, 11], 10) == 66.67
    assert viral_ratio([], 10) is None


def test_posts_of_the_last_90_days_count() -> None:
    posts = [AS_OF, AS_OF - 89 * DAY, AS_OF - 90 * DAY, AS_OF - 400 * DAY, AS_OF + 1]
    assert posts_per_week(posts, AS_OF) == round(2 / 90 * 7, 2)


def test_a_creator_tracked_for_less_is_measured_over_that_time() -> None:
    posts = [AS_OF - 14 * DAY, AS_OF - DAY, AS_OF]
    assert posts_per_week(posts, AS_OF) == 1.5
    assert posts_per_week([AS_OF - DAY, AS_OF], AS_OF) == 2.0  # a week at least


def test_an_unknown_time_makes_no_posting_rate() -> None:
    assert posts_per_week([], AS_OF) is None
    assert posts_per_week([AS_OF], None) is None


def test_the_curve_gives_60_at_par_and_100_at_twice_par() -> None:
    assert [curve(x, 8) for x in (0, 4, 8, 12, 16, 99)] == [0, 30, 60, 80, 100, 100]


def score(
    *,
    n_rated: int = 5,
    followers: int | None = 200_000,
    engagement: float | None = 5.1,
    median_views: float | None = 50_000,
    viral: float | None = 8.0,
    weekly_posts: float | None = 3.0,
) -> float | None:
    return creator_score(
        n_rated=n_rated,
        followers=followers,
        engagement=engagement,
        median_views=median_views,
        viral=viral,
        weekly_posts=weekly_posts,
        par=5.1,
    )


def test_everything_at_par_scores_60() -> None:
    assert score() == 60.0


def test_the_parts_have_their_weights() -> None:
    assert score(engagement=10.2) == 76.0  # + 0.40 * 40
    assert score(median_views=100_000) == 70.0  # + 0.25 * 40
    assert score(viral=16) == 66.0  # + 0.15 * 40
    assert score(weekly_posts=6) == 68.0  # + 0.20 * 40


def test_an_unknown_part_makes_no_score() -> None:
    assert score(followers=None) is None
    assert score(engagement=None) is None
    assert score(median_views=None) is None
    assert score(viral=None) is None
    assert score(weekly_posts=None) is None


def test_four_videos_with_a_rate_make_no_score() -> None:
    assert score(n_rated=4) is None


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (100, "A+"),
        (85, "A+"),
        (84.9, "A"),
        (75, "A"),
        (65, "B+"),
        (55, "B"),
        (45, "C+"),
        (35, "C"),
        (20, "D"),
        (19.9, "F"),
        (0, "F"),
        (None, None),
    ],
)
def test_a_grade_begins_at_its_points(points: float | None, grade: str | None) -> None:
    assert grade_of(points) == grade
