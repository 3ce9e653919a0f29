"""A metric over time from stored snapshots: the points, where they are missing, and the change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, Literal, TypeAlias

Granularity: TypeAlias = Literal["snapshot", "day", "week"]

_SECONDS_PER_DAY: Final = 86_400
_WIDE: Final = 3
"""Between single snapshots, this many times the usual distance counts as a gap."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value and when it was collected."""

    at: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Two neighboring points between which something is missing."""

    after: datetime
    before: datetime
    missing: int | None
    """Days or weeks without a snapshot; `None` between single snapshots."""


@dataclass(frozen=True, slots=True)
class Change:
    """From the first point to the last."""

    absolute: float
    days: float
    per_day: float | None
    percent: float | None
    """`None` where the first value is 0."""


@dataclass(frozen=True, slots=True)
class Series:
    """Points in the order of time; `change` needs two of them."""

    points: tuple[Point, ...]
    gaps: tuple[Gap, ...]
    change: Change | None


def series(points: Iterable[Point], granularity: Granularity) -> Series:
    """Return the last point of each day or week (UTC, weeks from Monday), or every one."""
    ordered = sorted(points, key=lambda point: point.at)
    if granularity == "snapshot":
        return Series(tuple(ordered), tuple(_wide_gaps(ordered)), _change(ordered))
    span = timedelta(days=1 if granularity == "day" else 7)
    kept = list({_bucket(point.at, span): point for point in ordered}.items())
    gaps = tuple(
        Gap(first.at, second.at, missing)
        for (one, first), (two, second) in pairwise(kept)
        if (missing := two - one - 1) > 0
    )
    chosen = [point for _, point in kept]
    return Series(tuple(chosen), gaps, _change(chosen))


def _bucket(moment: datetime, span: timedelta) -> int:
    # Day 1 of the proleptic calendar was a Monday.
    return (moment.toordinal() - 1) // span.days


def _wide_gaps(points: Sequence[Point]) -> Iterable[Gap]:
    distances = [(two.at - one.at).total_seconds() for one, two in pairwise(points)]
    if len(distances) < _WIDE:
        return
    usual = median(distances)
    for (one, two), distance in zip(pairwise(points), distances, strict=True):
        if distance > _WIDE * usual:
            yield Gap(one.at, two.at, None)


def _change(points: Sequence[Point]) -> Change | None:
    if len(points) < 2:  # noqa: PLR2004 - a change is between two
        return None
    first, last = points[0], points[-1]
    absolute = last.value - first.value
    days = (last.at - first.at).total_seconds() / _SECONDS_PER_DAY
    return Change(
        absolute=absolute,
        days=days,
        per_day=absolute / days if days > 0 else None,
        percent=100 * absolute / first.value if first.value else None,
    )
