from datetime import UTC, datetime, timedelta

from mcp_server.freshness.history import Gap, Point, series

MONDAY = datetime(2026, 2, 2, tzinfo=UTC)


def at(days: float, value: float) -> Point:
    return Point(MONDAY + timedelta(days=days), value)


def test_the_last_value_of_a_day_stands_for_the_day() -> None:
    made = series([at(0.9, 12), at(0.1, 10), at(1.5, 20)], "day")
    assert [point.value for point in made.points] == [12, 20]


def test_weeks_begin_on_monday() -> None:
    made = series([at(-0.1, 1), at(0, 2), at(6.9, 3), at(7, 4)], "week")
    assert [point.value for point in made.points] == [1, 3, 4]


def test_days_without_a_snapshot_are_a_gap_and_not_a_value() -> None:
    made = series([at(0, 10), at(1, 11), at(5, 15)], "day")
    assert [point.value for point in made.points] == [10, 11, 15]
    assert made.gaps == (Gap(at(1, 0).at, at(5, 0).at, 3),)


def test_between_single_snapshots_an_unusual_distance_is_a_gap() -> None:
    made = series([at(0, 1), at(1, 2), at(2, 3), at(3, 4), at(20, 5)], "snapshot")
    assert made.gaps == (Gap(at(3, 0).at, at(20, 0).at, None),)


def test_few_snapshots_have_no_usual_distance() -> None:
    assert series([at(0, 1), at(1, 2), at(20, 3)], "snapshot").gaps == ()


def test_change_is_absolute_per_day_and_percent() -> None:
    change = series([at(0, 200), at(4, 250)], "day").change
    assert change is not None
    assert (change.absolute, change.days, change.per_day, change.percent) == (50, 4, 12.5, 25)


def test_a_fall_is_negative() -> None:
    change = series([at(0, 200), at(2, 150)], "day").change
    assert change is not None
    assert (change.per_day, change.percent) == (-25, -25)


def test_from_zero_there_is_no_percentage() -> None:
    change = series([at(0, 0), at(2, 150)], "day").change
    assert change is not None
    assert change.percent is None


def test_one_snapshot_is_a_point_without_a_change() -> None:
    made = series([at(0, 5)], "day")
    assert len(made.points) == 1
    assert made.change is None
    assert series([], "week").points == ()
