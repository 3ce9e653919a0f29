"""Growth of hashtags and sounds, speed of videos."""

import pytest

from mcp_server.local.metrics import growth, lifetime_velocity, velocity_between

HOUR = 3600


@pytest.mark.parametrize(
    ("recent", "before", "expected"), [(0, 0, 1.0), (15, 5, 2.0), (0, 15, 0.25), (1, 0, 1.2)]
)
def test_growth_compares_two_weeks_smoothed_by_five(
    recent: int, before: int, expected: float
) -> None:
    assert growth(recent, before) == expected


def test_a_video_seen_once_is_as_fast_as_its_lifetime_with_two_hours_more() -> None:
    assert lifetime_velocity(1000, 0, 8 * HOUR) == 100.0


@pytest.mark.parametrize(
    ("plays", "posted_at", "seen_at"), [(None, 0, 1), (1, None, 1), (1, 0, None), (1, 5, 4)]
)
def test_a_video_without_a_life_span_has_no_speed(
    plays: int | None, posted_at: int | None, seen_at: int | None
) -> None:
    assert lifetime_velocity(plays, posted_at, seen_at) is None


def test_a_video_seen_twice_is_as_fast_as_in_between() -> None:
    assert velocity_between(1500, 10 * HOUR, 1000, 0) == 50.0
