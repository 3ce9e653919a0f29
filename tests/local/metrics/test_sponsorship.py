"""Prices: median views x CPM x niche x region x engagement, floors by tier, a cap."""

import pytest

from mcp_server.local.metrics import Price, price_text, sponsorship


def price(
    median_views: int | None = 100_000,
    followers: int | None = 200_000,
    engagement: float | None = 5.0,
    *,
    niche: str | None = "travel",
    region: str | None = "US",
    n_viewed: int = 5,
    n_rated: int = 5,
) -> Price | None:
    return sponsorship(
        n_viewed=n_viewed,
        n_rated=n_rated,
        median_views=median_views,
        followers=followers,
        engagement=engagement,
        par=5.0,
        niche=niche,
        region=region,
    )


def test_a_creator_at_par_costs_the_cpm_of_the_tier() -> None:
    assert price() == (750, 1200, 2000)  # 700 rises to the floor of the tier


@pytest.mark.parametrize(
    ("niche", "mid"), [("finance", 2200), ("tech", 1800), ("comedy", 840), (None, 1200)]
)
def test_a_niche_has_its_price(niche: str | None, mid: int) -> None:
    found = price(niche=niche)
    assert found is not None
    assert found.mid == mid


@pytest.mark.parametrize(
    ("region", "mid"),
    [("us", 12_000), ("JP", 9_600), ("BR", 4_200), ("IN", 3_000), ("ZZ", 6_000), (None, 6_000)],
)
def test_a_region_has_its_price(region: str | None, mid: int) -> None:
    found = price(median_views=1_000_000, region=region)
    assert found is not None
    assert found.mid == mid


@pytest.mark.parametrize(
    ("engagement", "mid"), [(50.0, 17_000), (0.1, 8_400), (6.0, 14_000), (None, 12_000)]
)
def test_engagement_only_nudges(engagement: float | None, mid: int) -> None:
    found = price(median_views=1_000_000, engagement=engagement)
    assert found is not None
    assert found.mid == mid


def test_a_superstar_meets_the_cap_and_a_beginner_the_floor() -> None:
    assert price(median_views=10**9, followers=10**8) == (1_000_000, 1_000_000, 1_000_000)
    assert price(median_views=0, followers=10) == (50, 50, 50)


def test_unknown_views_or_followers_have_no_price() -> None:
    assert price(median_views=None) is None
    assert price(followers=None) is None


def test_four_videos_with_views_have_no_price() -> None:
    assert price(n_viewed=4, n_rated=4) is None


def test_the_engagement_of_four_videos_moves_no_price() -> None:
    assert price(engagement=50.0, n_rated=4) == price(engagement=None)


def test_a_range_is_written_with_an_en_dash() -> None:
    assert price_text(2600, 7800) == "$2,600\N{EN DASH}$7,800"
    assert price_text(50, 50) == "$50"
    assert price_text(None, None) is None
