"""Engagement by views, as the reference writes it: 100 * (likes+comments+shares+saves) / plays.

Missing saves count 0, as there; anything else that is missing makes the rate unknown.
"""

import pytest

from mcp_server.local.metrics import Counts, engagement_rate, heat, rated, share_of, weighted_rate


@pytest.mark.parametrize(
    ("counts", "rate"),
    [
        (Counts(1000, 70, 10, 5, 5), 9.0),
        (Counts(3000, 100, 20, 3, None), 4.1),
        (Counts(1, 3, 0, 0, 0), 300.0),
        (Counts(100, 0, 0, 0, 0), 0.0),
        (Counts(100, None, None, None, 7), None),
        (Counts(100, None, 1, 1, 1), None),
        (Counts(100, 1, None, 1, 1), None),
        (Counts(100, 1, 1, None, 1), None),
        (Counts(0, 5, 0, 0, 0), None),
        (Counts(None, 5, 1, 1, 1), None),
        (Counts(100, None, None, None, None), None),
    ],
)
def test_the_rate_of_a_video_is_its_interactions_by_its_views(
    counts: Counts, rate: float | None
) -> None:
    assert engagement_rate(counts) == rate


def test_the_rate_of_several_is_the_ratio_of_the_sums() -> None:
    videos = [Counts(1000, 100, 0, 0, 0), Counts(9000, 90, 10, 0, 0), Counts(None, 9, 9, 9, 9)]
    assert weighted_rate(videos) == 2.0  # (100 + 100) / 10,000; the mean would be 5.56


def test_only_videos_with_a_rate_are_added_up() -> None:
    videos = [
        Counts(1_000, 30, 4, 5, 6),
        Counts(3_000, 10, 2, 3, None),
        Counts(9_000, 900, None, 90, 90),
        Counts(None, 9, 9, 9, 9),
    ]
    assert rated(videos) == (2, 1, 4_000, 40, 6, 8, 6)
    assert rated(videos).rate == 1.5  # 60 / 4,000


def test_no_views_make_no_rate() -> None:
    assert weighted_rate([]) is None
    assert weighted_rate([Counts(0, 5, 5, 5, 5)]) is None


def test_a_share_of_nothing_is_unknown() -> None:
    assert share_of(1, 3) == 33.33
    assert share_of(None, 3) is None
    assert share_of(1, 0) is None
    assert share_of(1, None) is None


@pytest.mark.parametrize(
    ("plays", "rate", "expected"),
    [(1000, 5.0, 1200.0), (1000, 25.0, 2000.0), (1000, 80.0, 2000.0), (10, None, 10.0)],
)
def test_heat_grows_with_engagement_up_to_twice_the_views(
    plays: int, rate: float | None, expected: float
) -> None:
    assert heat(plays, rate) == pytest.approx(expected, abs=1e-9)


def test_unknown_views_have_no_heat() -> None:
    assert heat(None, 5.0) is None
