"""The formulas a second time, in plain Python over raw rows.

Nothing of the package is used here, and every number is written out again, from the reference.
"""

import math
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tests.local.metrics.raw import DAY, Creator, Video

ZONES = {
    "US": "America/New_York",
    "JP": "Asia/Tokyo",
    "BR": "America/Sao_Paulo",
    "TH": "Asia/Bangkok",
    "DE": "Europe/Berlin",
}
NICHES = {
    "gym": "fitness",
    "workout": "fitness",
    "recipe": "cooking",
    "baking": "cooking",
    "comedy": "comedy",
}
ORDER = ("fitness", "cooking", "comedy")
PARS = ((10_000_000, 2.9), (1_000_000, 3.8), (500_000, 4.5), (100_000, 5.1), (0, 7.5))
SIZES = (
    (1_000_000, "mega", 0.12, (8, 15, 25), 5_000),
    (500_000, "macro", 0.2, (8, 14, 24), 2_500),
    (100_000, "mid", 0.25, (7, 12, 20), 750),
    (10_000, "micro", 0.5, (6, 10, 18), 200),
    (1_000, "nano", 1.0, (5, 8, 15), 50),
    (0, "starter", 1.0, (5, 8, 15), 50),
)
LETTERS = ((85, "A+"), (75, "A"), (65, "B+"), (55, "B"), (45, "C+"), (35, "C"), (20, "D"), (0, "F"))
PRICES = {"fitness": 1.2, "cooking": 0.9, "comedy": 0.7}
LEVELS = {"US": 1.0, "DE": 1.0, "JP": 0.8, "BR": 0.35, "TH": 0.25}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Spot(NamedTuple):
    """The best three hours of a week."""

    day: str
    hour_from: int
    hour_to: int
    posts: int
    lift: float


def percentile(values: Iterable[float], percent: int) -> float:
    """Linear interpolation between the two neighbors, exactly."""
    ordered = sorted(Fraction(value) for value in values)
    place = Fraction(percent, 100) * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return float(ordered[below] + (place - below) * (ordered[above] - ordered[below]))


def has_rate(video: Video) -> bool:
    """Decided so: what nobody told is not zero, except for saves, which many sources lack."""
    return bool(video.plays) and None not in (video.likes, video.comments, video.shares)


def video_rate(video: Video) -> float | None:
    return round(100 * video.done / (video.plays or 1), 2) if has_rate(video) else None


def half_up(value: Fraction | float) -> int:
    """Two and a half become three, as people expect."""
    return math.floor(Fraction(value) + Fraction(1, 2))


def known(counts: Iterable[int | None]) -> list[int]:
    return [count for count in counts if count is not None]


class Figures:
    """What is to be said of one creator; `peers` are medians of bands that have enough of them."""

    def __init__(self, creator: Creator, peers: dict[int, float]) -> None:
        self.creator = creator
        self.peers = peers
        self.videos = creator.videos
        self.plays = known(video.plays for video in self.videos)
        self.rated = [video for video in self.videos if has_rate(video)]

    @property
    def weighted(self) -> float | None:
        views = sum(video.plays or 0 for video in self.rated)
        return round(100 * sum(video.done for video in self.rated) / views, 2) if views else None

    @property
    def without_saves(self) -> int:
        return sum(1 for video in self.rated if video.saves is None)

    @property
    def is_low(self) -> bool:
        """A figure that is shown rests on fewer than five; one that rests on none is not shown."""
        behind = (len(self.plays), len(self.rated))
        return len(self.videos) < 5 or any(1 <= count <= 4 for count in behind)

    def rates(self) -> list[float]:
        return [rate for video in self.videos if (rate := video_rate(video)) is not None]

    @property
    def mean_rate(self) -> float | None:
        rates = [Fraction(str(rate)) for rate in self.rates()]
        return half_up(100 * sum(rates) / len(rates)) / 100 if rates else None

    @property
    def median_rate(self) -> float | None:
        """Between two rates there is often exactly half a hundredth."""
        rates = [Fraction(str(rate)) for rate in self.rates()]
        return half_up(100 * statistics.median(rates)) / 100 if rates else None

    def average(self, name: str) -> int | None:
        counts = known(getattr(video, name) for video in self.videos)
        return half_up(Fraction(sum(counts), len(counts))) if counts else None

    def views_at(self, percent: int) -> int | None:
        return half_up(percentile(self.plays, percent)) if self.plays else None

    @property
    def viral_from(self) -> float:
        middle = self.views_at(50)
        if len(self.plays) >= 5 and middle is not None:
            return max(10_000, 5 * middle)
        return max(100_000, 3 * (self.creator.followers or 0))

    @property
    def viral_ratio(self) -> float | None:
        hits = sum(1 for count in self.plays if count >= self.viral_from)
        return round(100 * hits / len(self.plays), 2) if self.plays else None

    @property
    def weekly(self) -> float | None:
        if not self.videos:
            return None
        seen = self.creator.seen_at
        posts = sum(1 for video in self.videos if seen - 90 * DAY < video.posted_at <= seen)
        tracked = (seen - min(video.posted_at for video in self.videos)) / DAY
        return round(7 * posts / min(90, max(7, tracked)), 2)

    @property
    def band(self) -> int:
        return next(least for least, _ in PARS if (self.creator.followers or 0) >= least)

    @property
    def is_peer(self) -> bool:
        return len(self.rated) >= 5 and self.creator.followers is not None

    @property
    def par(self) -> float:
        return self.peers.get(self.band, dict(PARS)[self.band])

    def size(self) -> tuple[int, str, float, tuple[int, int, int], int] | None:
        if (followers := self.creator.followers) is None:
            return None
        return next(size for size in SIZES if followers >= size[0])

    @property
    def score(self) -> float | None:
        size, followers, middle = self.size(), self.creator.followers, self.views_at(50)
        parts = (self.weighted, middle, self.viral_ratio, self.weekly)
        if len(self.rated) < 5 or size is None or not followers or None in parts:
            return None
        points = (
            0.40 * points_of(self.weighted or 0, self.par)
            + 0.25 * points_of((middle or 0) / followers, size[2])
            + 0.15 * points_of(self.viral_ratio or 0, 8)
            + 0.20 * points_of(self.weekly or 0, 3)
        )
        return round(points, 1)

    @property
    def grade(self) -> str | None:
        score = self.score
        return None if score is None else next(name for least, name in LETTERS if score >= least)

    def prices(self) -> tuple[int, ...] | None:
        size, middle = self.size(), self.views_at(50)
        if size is None or middle is None or len(self.plays) < 5:
            return None
        rate = self.weighted if len(self.rated) >= 5 else None
        nudge = 1.0 if rate is None else max(0.7, min(1.4, rate / self.par))
        level = LEVELS.get(self.creator.region or "", 0.5)
        factor = middle / 1000 * PRICES.get(self.niches()[0] or "", 1.0) * level * nudge
        return tuple(min(1_000_000, max(size[4], two_digits(cpm * factor))) for cpm in size[3])

    def niches(self) -> tuple[str | None, str | None, float | None]:
        count = len(self.videos)
        weights: dict[str, float] = defaultdict(float)
        for video in self.videos:
            for name in {NICHES[tag] for tag in video.tags if tag in NICHES}:
                weights[name] += 1
        for word in set((self.creator.bio or "").split()) & set(NICHES):
            weights[NICHES[word]] += max(1, count / 5)
        enough = [name for name in ORDER if weights[name] >= max(1, 15 * count / 100)]
        enough.sort(key=lambda name: -weights[name])
        if not enough:
            return None, None, None
        confidence = round(min(1, weights[enough[0]] / max(1, count)), 3)
        return enough[0], enough[1] if len(enough) > 1 else None, confidence


def points_of(value: float, par: float) -> float:
    share = value / par
    return 60 * share if share <= 1 else min(100, 60 + 40 * (share - 1))


def two_digits(value: float) -> int:
    if value < 1:
        return 0
    step = int(10 ** max(0, len(str(int(value))) - 2))
    return round(value / step) * step


def peers_of(everybody: Sequence[Creator]) -> dict[int, float]:
    """The bands in which at least 30 creators have at least 5 videos with a rate."""
    rates: dict[int, list[float]] = defaultdict(list)
    for creator in everybody:
        figures = Figures(creator, {})
        if figures.is_peer and figures.weighted is not None:
            rates[figures.band].append(figures.weighted)
    return {
        band: round(statistics.median(group), 1)
        for band, group in rates.items()
        if len(group) >= 30
    }


def best_times(groups: Iterable[tuple[str | None, Sequence[Video]]]) -> list[Spot]:
    """The three best blocks over the videos of one or several creators."""
    lifts: dict[tuple[int, int], list[float]] = defaultdict(list)
    for region, videos in groups:
        zone = ZoneInfo(ZONES[region]) if region in ZONES else UTC
        seen = sorted((video.posted_at, video.plays) for video in videos if video.plays)
        logs = [math.log(plays) for _, plays in seen]
        for place, (posted_at, _) in enumerate(seen):
            at = datetime.fromtimestamp(posted_at, zone)
            around = logs[max(0, place - 10) : place + 11]
            lifts[at.weekday(), at.hour // 3].append(logs[place] - statistics.median(around))
    scores = [
        (-sum(group) / (len(group) + 5), place) for place, group in lifts.items() if len(group) >= 3
    ]
    return [
        Spot(DAYS[day], 3 * block, 3 * block + 3, len(lifts[day, block]), round(math.exp(-low), 2))
        for low, (day, block) in sorted(scores)[:3]
        if round(math.exp(-low), 2) >= 1
    ]


def heat(video: Video) -> float:
    return (video.plays or 0) * (1 + min(video_rate(video) or 0, 25) / 25)
