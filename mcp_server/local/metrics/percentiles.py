"""Order statistics with linear interpolation, as numpy's default; how figures become whole."""

import math
from collections.abc import Sequence

from mcp_server.local.metrics.parameters import PERCENTILES


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the percentile of values that are already in ascending order; at least one value."""
    position = (len(ordered) - 1) * percent / 100
    below = int(position)
    if (part := position - below) == 0:
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * part


def median(values: Sequence[float]) -> float | None:
    """Return the middle value, or the mean of the two middle ones; `None` without values."""
    return percentile(sorted(values), 50) if values else None


def mean(values: Sequence[float]) -> float | None:
    """Return the arithmetic mean, or `None` without values."""
    return sum(values) / len(values) if values else None


def whole(value: float) -> int:
    """Return the nearest whole number; a half goes up, as people expect of 2.5 views."""
    return math.floor(value + 0.5)


def average(total: int, count: int) -> int | None:
    """Return the mean of whole numbers as a whole number, a half up; `None` without any."""
    return (2 * total + count) // (2 * count) if count else None


def spread(values: Sequence[float], digits: int = 2) -> dict[str, float | None]:
    """Return mean and the 10th to 90th percentiles, all `None` without values."""
    if not values:
        return {"mean": None, **{f"p{p}": None for p in PERCENTILES}}
    ordered = sorted(values)
    result: dict[str, float | None] = {"mean": round(sum(ordered) / len(ordered), digits)}
    for point in PERCENTILES:
        result[f"p{point}"] = round(percentile(ordered, point), digits)
    return result


def rank(below: int, equal: int, count: int) -> float:
    """Return the place among `count` values in percent, one decimal; equal ones count half."""
    return round(100 * (below + equal / 2) / count, 1)
