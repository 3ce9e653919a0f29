"""What the formulas say about one creator, from the profile and the videos; reads nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from mcp_server.local.metrics import (
    METRICS_VERSION,
    Counts,
    average,
    creator_score,
    grade_of,
    median,
    niches_of,
    par_engagement,
    percentile,
    posts_per_week,
    rated,
    sponsorship,
    viral_line,
    viral_ratio,
    whole,
)
from mcp_server.local.metrics.parameters import TAGS_KEPT
from mcp_server.local.peers import Pars, peer_band


class Video(NamedTuple):
    """What the formulas need of a stored video."""

    creator_id: int
    plays: int | None
    likes: int | None
    comments: int | None
    shares: int | None
    saves: int | None
    posted_at: int | None
    hashtags: str | None
    er: float | None


class Profile(NamedTuple):
    """What the formulas need of a stored profile."""

    id: int
    bio: str | None
    region: str | None
    followers: int | None
    scraped_at: int | None
    peer_band: int | None = None
    er: float | None = None


class Rating(NamedTuple):
    """What depends on the peers as well: the columns that `_RATE` sets."""

    score: float | None
    grade: str | None
    low: int | None
    mid: int | None
    high: int | None


class Metrics(NamedTuple):
    """The computed columns of `creators`, in the order of `METRIC_COLUMNS`."""

    n_tracked: int
    total_views: int | None
    er: float | None
    er_mean: float | None
    er_median: float | None
    viral_ratio: float | None
    ppw: float | None
    avg_views: int | None
    median_views: int | None
    p25_views: int | None
    p75_views: int | None
    avg_likes: int | None
    avg_comments: int | None
    avg_shares: int | None
    avg_saves: int | None
    niche: str | None
    niche2: str | None
    niche_conf: float | None
    score: float | None
    grade: str | None
    spon_low: int | None
    spon_mid: int | None
    spon_high: int | None
    metrics_version: int
    peer_band: int | None
    n_viewed: int
    n_rated: int
    n_unsaved: int
    rated_views: int
    rated_likes: int
    rated_comments: int
    rated_shares: int
    rated_saves: int


METRIC_COLUMNS: Final = Metrics._fields
"""The columns of `creators` that are computed."""


def metrics_of(profile: Profile, videos: Sequence[Video], pars: Pars) -> Metrics:
    """Return the metrics of a creator with these videos, rated against the usual rates."""
    plays = sorted(v.plays for v in videos if v.plays is not None)
    rates = [round(100 * v.er) for v in videos if v.er is not None]
    sums = rated(Counts(*v[1:6]) for v in videos)
    rate = sums.rate
    middle = _whole(percentile(plays, 50)) if plays else None
    viral = viral_ratio(plays, viral_line(middle, len(plays), profile.followers))
    weekly = posts_per_week([v.posted_at for v in videos if v.posted_at], profile.scraped_at)
    niches = niches_of(((v.hashtags or "").split() for v in videos), profile.bio)
    rating = rate_creator(
        followers=profile.followers,
        region=profile.region,
        n_viewed=len(plays),
        n_rated=sums.videos,
        engagement=rate,
        median_views=middle,
        viral=viral,
        weekly_posts=weekly,
        niche=niches.first,
        pars=pars,
    )
    return Metrics(
        len(videos),
        sum(plays) if plays else None,
        rate,
        _percent(average(sum(rates), len(rates))),
        _percent(_whole(median(rates))),
        viral,
        weekly,
        _average(plays),
        middle,
        _whole(percentile(plays, 25)) if plays else None,
        _whole(percentile(plays, 75)) if plays else None,
        _average(v.likes for v in videos),
        _average(v.comments for v in videos),
        _average(v.shares for v in videos),
        _average(v.saves for v in videos),
        niches.first,
        niches.second,
        niches.confidence,
        rating.score,
        rating.grade,
        rating.low,
        rating.mid,
        rating.high,
        METRICS_VERSION,
        peer_band(profile.followers, sums.videos, rate),
        len(plays),
        *sums,
    )


def rate_creator(
    *,
    followers: int | None,
    region: str | None,
    n_viewed: int,
    n_rated: int,
    engagement: float | None,
    median_views: int | None,
    viral: float | None,
    weekly_posts: float | None,
    niche: str | None,
    pars: Pars,
) -> Rating:
    """Return what a creator's other metrics and the peers make of score, grade and price."""
    par = par_engagement(followers or 0, pars)
    score = creator_score(
        n_rated=n_rated,
        followers=followers,
        engagement=engagement,
        median_views=median_views,
        viral=viral,
        weekly_posts=weekly_posts,
        par=par,
    )
    price = sponsorship(
        n_viewed=n_viewed,
        n_rated=n_rated,
        median_views=median_views,
        followers=followers,
        engagement=engagement,
        par=par,
        niche=niche,
        region=region,
    )
    return Rating(score, grade_of(score), *(price or (None, None, None)))


TagUse = tuple[str, int, int | None]
"""A hashtag, how many videos of a creator use it, and their views."""


def top_tags(videos: Iterable[Video]) -> list[TagUse]:
    """Return a creator's most used hashtags, ties to the more viewed and then by name."""
    uses: Counter[str] = Counter()
    views: dict[str, int] = {}
    for video in videos:
        for tag in (video.hashtags or "").split():
            uses[tag] += 1
            if video.plays is not None:
                views[tag] = views.get(tag, 0) + video.plays
    ranked = sorted(uses, key=lambda tag: (-uses[tag], -views.get(tag, -1), tag))
    return [(tag, uses[tag], views.get(tag)) for tag in ranked[:TAGS_KEPT]]


def _average(values: Iterable[int | None]) -> int | None:
    """Return the mean of the known values as a whole number."""
    known = [value for value in values if value is not None]
    return average(sum(known), len(known))


def _whole(value: float | None) -> int | None:
    return None if value is None else whole(value)


def _percent(hundredths: int | None) -> float | None:
    return None if hundredths is None else hundredths / 100
