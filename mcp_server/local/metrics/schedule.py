"""When a creator posts, and when posts do better than the posts around them."""

import math
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mcp_server.local.metrics.parameters import (
    BASELINE_POSTS,
    BEST_BLOCKS,
    BLOCK_HOURS,
    BLOCK_LIFT,
    BLOCK_POSTS,
    BLOCK_PRIOR,
)
from mcp_server.local.metrics.percentiles import percentile

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

ZONES: Final = {
    "AE": "Asia/Dubai",
    "AR": "America/Argentina/Buenos_Aires",
    "AT": "Europe/Vienna",
    "AU": "Australia/Sydney",
    "BE": "Europe/Brussels",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CH": "Europe/Zurich",
    "CL": "America/Santiago",
    "CO": "America/Bogota",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EG": "Africa/Cairo",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GB": "Europe/London",
    "ID": "Asia/Jakarta",
    "IE": "Europe/Dublin",
    "IN": "Asia/Kolkata",
    "IT": "Europe/Rome",
    "JP": "Asia/Tokyo",
    "KR": "Asia/Seoul",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NG": "Africa/Lagos",
    "NL": "Europe/Amsterdam",
    "NO": "Europe/Oslo",
    "NZ": "Pacific/Auckland",
    "PH": "Asia/Manila",
    "PK": "Asia/Karachi",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "SA": "Asia/Riyadh",
    "SE": "Europe/Stockholm",
    "SG": "Asia/Singapore",
    "TH": "Asia/Bangkok",
    "TR": "Europe/Istanbul",
    "TW": "Asia/Taipei",
    "UA": "Europe/Kyiv",
    "UK": "Europe/London",
    "US": "America/New_York",
    "VN": "Asia/Ho_Chi_Minh",
    "ZA": "Africa/Johannesburg",
}
"""One zone per region, that of most of its people."""


class Post(NamedTuple):
    """A video as the schedule sees it."""

    posted_at: int
    plays: int | None


class Cell(NamedTuple):
    """One post: its weekday (0 = Monday), hour, and views against the posts around it."""

    weekday: int
    hour: int
    lift: float | None


class Block(NamedTuple):
    """A stretch of three hours on one weekday, and how its posts did."""

    day: str
    hour_from: int
    hour_to: int
    posts: int
    lift: float
    """Views by those of the neighboring posts, drawn towards 1 where posts are few."""


@cache
def zone_of(region: str | None) -> tuple[str, tzinfo]:
    """Return the name and the rules of a region's time zone; UTC where none is known."""
    if name := ZONES.get((region or "").upper()):
        try:
            return name, ZoneInfo(name)
        except ZoneInfoNotFoundError:  # a system without the time zone database
            return "UTC", UTC
    return "UTC", UTC


def cells(posts: Iterable[Post], region: str | None) -> list[Cell]:
    """Place each post in the week of its region, oldest first."""
    _, zone = zone_of(region)
    ordered = sorted(posts, key=itemgetter(0))
    times = [datetime.fromtimestamp(post.posted_at, zone) for post in ordered]
    return [
        Cell(at.weekday(), at.hour, lift) for at, lift in zip(times, _lifts(ordered), strict=True)
    ]


def _lifts(posts: Sequence[Post]) -> list[float | None]:
    """Return ln(plays) minus the median of ln(plays) over the 21 posts around, itself included."""
    known = [i for i, post in enumerate(posts) if post.plays]
    logs = [math.log(posts[i].plays or 1) for i in known]
    half = BASELINE_POSTS // 2
    around = sorted(logs[:half])  # moves on post by post, always in ascending order
    result: list[float | None] = [None] * len(posts)
    for place, i in enumerate(known):
        if place + half < len(logs):
            insort(around, logs[place + half])
        if place > half:
            del around[bisect_left(around, logs[place - half - 1])]
        result[i] = logs[place] - percentile(around, 50)
    return result


def by_weekday(placed: Iterable[Cell]) -> list[int]:
    """Return how many posts fall on Monday to Sunday."""
    counts = [0] * 7
    for cell in placed:
        counts[cell.weekday] += 1
    return counts


def by_hour(placed: Iterable[Cell]) -> list[int]:
    """Return how many posts fall into each hour of the day."""
    counts = [0] * 24
    for cell in placed:
        counts[cell.hour] += 1
    return counts


def best_blocks(placed: Iterable[Cell]) -> list[Block]:
    """Return the three blocks whose posts did best, at least three posts each.

    A block whose posts did worse than those around them is never one of the best.
    """
    found: dict[tuple[int, int], list[float]] = {}
    for cell in placed:
        if cell.lift is not None:
            found.setdefault((cell.weekday, cell.hour // BLOCK_HOURS), []).append(cell.lift)
    scored = [
        (sum(lifts) / (len(lifts) + BLOCK_PRIOR), place, len(lifts))  # = n * mean / (n + 5)
        for place, lifts in found.items()
        if len(lifts) >= BLOCK_POSTS
    ]
    scored.sort(key=lambda item: (-item[0], item[1]))
    return [
        Block(
            day=WEEKDAYS[day],
            hour_from=block * BLOCK_HOURS,
            hour_to=(block + 1) * BLOCK_HOURS,
            posts=posts,
            lift=lift,
        )
        for score, (day, block), posts in scored[:BEST_BLOCKS]
        if (lift := round(math.exp(score), 2)) >= BLOCK_LIFT
    ]
