"""When posts are made, and when they do best."""

import math
import statistics
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from mcp_server.local.metrics import schedule
from mcp_server.local.metrics.schedule import (
    Cell,
    Post,
    best_blocks,
    by_hour,
    by_weekday,
    cells,
    zone_of,
)

MONDAY_NOON = 1_700_481_600  # 2023-11-20 12:00 UTC
DAY = 86_400


def test_a_post_falls_on_the_day_and_hour_of_its_region() -> None:
    at = datetime.fromtimestamp(MONDAY_NOON, UTC)
    assert (at.weekday(), at.hour) == (0, 12)
    assert [c[:2] for c in cells([Post(MONDAY_NOON, 5)], None)] == [(0, 12)]
    assert [c[:2] for c in cells([Post(MONDAY_NOON, 5)], "JP")] == [(0, 21)]
    late = Post(MONDAY_NOON + 11 * 3600, 5)
    assert [c[:2] for c in cells([late], "jp")] == [(1, 8)]


def test_an_unknown_region_counts_in_utc() -> None:
    assert zone_of("ZZ") == ("UTC", UTC)
    assert zone_of("DE")[0] == "Europe/Berlin"


def test_every_region_has_a_zone_that_exists() -> None:
    for name in schedule.ZONES.values():
        assert ZoneInfo(name).key == name


def test_a_missing_time_zone_database_leaves_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(schedule.ZONES, "QQ", "Nowhere/Nothing")
    assert zone_of("QQ") == ("UTC", UTC)


def test_posts_are_counted_by_day_and_hour() -> None:
    placed = [Cell(0, 9, None), Cell(0, 23, 0.1), Cell(6, 9, None)]
    assert by_weekday(placed) == [2, 0, 0, 0, 0, 0, 1]
    assert by_hour(placed)[9] == 2
    assert sum(by_hour(placed)) == 3


def test_a_post_is_compared_with_the_21_posts_around_it() -> None:
    plays = [10 * (i % 7 + 1) * (i + 1) for i in range(40)]
    posts = [Post(MONDAY_NOON + i * DAY, n) for i, n in enumerate(plays)]
    lifts = [cell.lift for cell in cells(reversed(posts), None)]
    logs = [math.log(n) for n in plays]
    for i, lift in enumerate(lifts):
        around = logs[max(0, i - 10) : i + 11]
        assert lift == pytest.approx(logs[i] - statistics.median(around), abs=1e-9)


def test_a_post_without_views_is_placed_but_not_compared() -> None:
    placed = cells([Post(MONDAY_NOON, None), Post(MONDAY_NOON + DAY, 0)], None)
    assert [cell.lift for cell in placed] == [None, None]


def test_the_best_blocks_have_three_posts_and_few_posts_weigh_less() -> None:
    placed = [
        *[Cell(0, 10, 0.8)] * 3,  # 3 * 0.8 / 8 = 0.30
        *[Cell(2, 20, 0.6)] * 15,  # 15 * 0.6 / 20 = 0.45
        *[Cell(4, 0, 5.0)] * 2,  # too few
        *[Cell(5, 3, -1.0)] * 5,  # -0.50
        *[Cell(6, 23, 0.0)] * 4,
        Cell(1, 1, None),
    ]
    best = best_blocks(placed)
    assert [(b.day, b.hour_from, b.hour_to, b.posts) for b in best] == [
        ("Wed", 18, 21, 15),
        ("Mon", 9, 12, 3),
        ("Sun", 21, 24, 4),
    ]
    assert [b.lift for b in best] == [1.57, 1.35, 1.0]


def test_a_block_whose_posts_did_worse_than_those_around_them_is_not_best() -> None:
    placed = [*[Cell(0, 10, -0.1)] * 6, *[Cell(3, 10, 0.1)] * 3]  # exp(-0.6 / 11), exp(0.3 / 8)
    assert [(b.day, b.lift) for b in best_blocks(placed)] == [("Thu", 1.04)]


def test_too_few_posts_have_no_best_time() -> None:
    assert best_blocks([Cell(0, 1, 1.0), Cell(0, 1, 1.0)]) == []
