"""Linear interpolation between order statistics, checked against the standard library."""

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_server.local.metrics import average, mean, median, percentile, rank, spread, whole

values_strategy = st.lists(st.integers(0, 10**9), min_size=2, max_size=40)


@given(values_strategy)
def test_percentiles_agree_with_the_standard_library(values: list[int]) -> None:
    hundredths = statistics.quantiles(values, n=100, method="inclusive")
    for percent in (10, 25, 50, 75, 90):
        expected = hundredths[percent - 1]
        assert percentile(sorted(values), percent) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(values_strategy)
def test_the_median_agrees_with_the_standard_library(values: list[int]) -> None:
    assert median(values) == statistics.median(values)


def test_no_values_have_no_middle() -> None:
    assert median([]) is None
    assert mean([]) is None
    assert spread([]) == dict.fromkeys(("mean", "p10", "p25", "p50", "p75", "p90"))


def test_a_spread_is_the_mean_and_five_percentiles() -> None:
    assert spread([1, 2, 3, 4, 10]) == {
        "mean": 4.0,
        "p10": 1.4,
        "p25": 2.0,
        "p50": 3.0,
        "p75": 4.0,
        "p90": 7.6,
    }


def test_a_rank_counts_equal_values_half() -> None:
    assert rank(below=1, equal=2, count=4) == 50.0  # of 2 in 1, 2, 2, 9
    assert rank(below=0, equal=1, count=1) == 50.0
    assert rank(below=1, equal=1, count=6) == 25.0
    assert rank(below=0, equal=1, count=6) == 8.3


def test_a_half_becomes_the_next_whole_number() -> None:
    assert [whole(value) for value in (0.5, 1.5, 2.5, 2.49)] == [1, 2, 3, 2]
    assert average(2 + 3, 2) == 3
    assert average(4, 3) == 1
    assert average(0, 0) is None
