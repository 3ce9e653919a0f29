"""What is said of one creator by all of their tracked videos."""

from typing import Final

from mcp_server.local.metrics.registry.formula import COUNTED, DOCUMENTED, OWN, Formula

_ALL: Final = "all tracked videos of the creator"
_RATED: Final = "the creator's tracked videos that have a rate"
_VIEWED: Final = "the creator's tracked videos with known plays"
_FEW: Final = "{p.MIN_VIDEOS} of them, else `low_sample`"

CREATOR_FORMULAS: Final = (
    Formula(
        name="engagement rate of a creator or account, weighted",
        unit="percent of views, 2 decimals",
        text="100 * Σ(likes + comments + shares + saves) / Σ plays over the videos that have a "
        "rate: the ratio of the sums, so that much seen videos count more",
        code="metrics.engagement.weighted_rate",
        fields=(
            "*Creator*.metrics.engagement_rate",
            "*.top_creators.metrics.engagement_rate",
            "*.creator.metrics.engagement_rate",
            "*.engagement_rates.weighted",
            "*.roster.engagement_rate",
            "getAccountAnalytics.average_engagement_rate",
        ),
        window=_RATED,
        null="no video has a rate",
        least=_FEW,
        source=DOCUMENTED,
        changed=2,
    ),
    Formula(
        name="engagement rate of a creator, mean",
        unit="percent of views, 2 decimals",
        text="mean of the videos' engagement rates, each rounded to 2 decimals: "
        "each video counts the same",
        code="metrics.percentiles.mean",
        fields=("*.engagement_rates.mean",),
        window=_RATED,
        null="no video has a rate",
        least=_FEW,
        changed=2,
    ),
    Formula(
        name="engagement rate of a creator, median",
        unit="percent of views, 2 decimals",
        text="median of the videos' engagement rates, each rounded to 2 decimals: "
        "single videos hardly move it",
        code="metrics.percentiles.median",
        fields=("*.engagement_rates.median",),
        window=_RATED,
        null="no video has a rate",
        least=_FEW,
        changed=2,
    ),
    Formula(
        name="average counts",
        unit="count per video, whole",
        text="mean of the known plays, likes, comments, shares or saves, a half rounded up",
        code="metrics.percentiles.average",
        fields=("*.metrics.avg_*s", "getAccountAnalytics.average_video_views"),
        window="the creator's tracked videos of which that count is known",
        null="the count is known of no video",
        least=_FEW,
        changed=2,
    ),
    Formula(
        name="median views",
        unit="plays, whole",
        text="50th percentile of the known plays, a half rounded up; the 25th and 75th are "
        "the range of a campaign plan's views",
        code="metrics.percentiles.percentile",
        fields=("*.metrics.median_views", "*.estimated_views.*"),
        window=_VIEWED,
        null="plays are known of no video",
        least=_FEW,
        changed=2,
    ),
    Formula(
        name="viral ratio",
        unit="percent of videos, 2 decimals",
        text="100 * viral videos / videos with known plays",
        code="metrics.score.viral_ratio",
        fields=(
            "*Creator*.metrics.viral_ratio",
            "*.top_creators.metrics.viral_ratio",
            "*.creator.metrics.viral_ratio",
        ),
        parameters=(
            "VIRAL",
            "MIN_VIDEOS",
        ),
        window=_VIEWED,
        null="plays are known of no video",
        least=_FEW,
        changed=2,
    ),
    Formula(
        name="posts per week",
        unit="posts, 2 decimals",
        text="7 * posts in (as_of - {p.ACTIVE_DAYS} d, as_of] / min(max(days since the first "
        "tracked post, {p.ACTIVE_DAYS_MIN}), {p.ACTIVE_DAYS}); as_of is the creator's last "
        "observation, not today",
        code="metrics.score.posts_per_week",
        fields=(
            "*Creator*.metrics.posts_per_week",
            "*.top_creators.metrics.posts_per_week",
            "*.creator.metrics.posts_per_week",
            "*.posting_schedule.posts_per_week",
            "getAccountAnalytics.weekly_post_average",
        ),
        parameters=("DAY",),
        window="at most the {p.ACTIVE_DAYS} days before the creator's last observation",
        null="no observation, or no post with a known time",
    ),
    Formula(
        name="size class",
        unit="starter, nano, micro, mid, macro, mega",
        text="the largest class whose least number of followers is reached (table `TIERS`)",
        code="metrics.score.tier_of",
        fields=("*.tier", "*.tiers.from_followers"),
        window="the last profile observed",
        null="followers unknown",
    ),
    Formula(
        name="score",
        unit="0 to 100, 1 decimal",
        text="{p.WEIGHTS[engagement]:g} E + {p.WEIGHTS[reach]:g} R + {p.WEIGHTS[virality]:g} V + "
        "{p.WEIGHTS[consistency]:g} C with points(x, par) = {p.AT_PAR} x / par up to par, above "
        "it {p.AT_PAR} + ({p.FULL_POINTS} - {p.AT_PAR}) (x - par) / par, at most "
        "{p.FULL_POINTS}. E: engagement rate against the par of the follower band "
        "(`PAR_ENGAGEMENT`, or the median of the band's own creators from {p.PEERS_NEEDED} on, "
        "1 decimal); R: median views per follower against `PAR_REACH` of the size class; V: "
        "viral ratio against {p.PAR_VIRAL_RATIO:g}; C: posts per week against "
        "{p.PAR_POSTS_PER_WEEK:g}",
        code="metrics.score.creator_score",
        fields=("*.metrics.score_points",),
        window=_ALL,
        null="fewer than {p.MIN_VIDEOS} videos with a rate, followers unknown or 0, or a part "
        "unknown",
        least="{p.MIN_VIDEOS} videos with a rate",
        source="own proposal; the pars of engagement after emplicit.co, benchmarks of 2025",
        changed=2,
    ),
    Formula(
        name="grade",
        unit="A+ to F",
        text="the best letter whose points the score reaches (table `GRADES`)",
        code="metrics.score.grade_of",
        fields=(
            "*Creator*.metrics.creator_score",
            "*.top_creators.metrics.creator_score",
            "*.creator.metrics.creator_score",
        ),
        window=_ALL,
        null="as the score",
        least="{p.MIN_VIDEOS} videos with a rate",
        changed=2,
    ),
    Formula(
        name="sponsorship value",
        unit="USD per post, two digits kept",
        text="median views / 1000 * CPM of the size class (low, mid, high) * niche * region * "
        "min(max(engagement rate / par, {p.PRICE_ENGAGEMENT[0]:g}), "
        "{p.PRICE_ENGAGEMENT[1]:g}), which counts 1 with fewer than {p.MIN_VIDEOS} videos that "
        "have a rate; at least `PRICE_FLOOR` of the class, at most "
        "{p.PRICE_CAP:,}; a niche not listed counts 1, a region not listed "
        "{p.PRICE_ELSEWHERE:g}; the plan's cost is the mid value",
        code="metrics.sponsorship.sponsorship",
        fields=(
            "*.metrics.estimated_sponsorship_value",
            "*.monetization.low",
            "*.monetization.mid",
            "*.monetization.high",
            "*.monetization.cpm.*",
            "*.monetization.basis",
            "*.roster.estimated_cost",
        ),
        parameters=(
            "CPM",
            "PRICE_BY_NICHE",
            "PRICE_BY_REGION",
        ),
        window=_VIEWED,
        null="followers unknown, or fewer than {p.MIN_VIDEOS} videos with known plays",
        least="{p.MIN_VIDEOS} videos with known plays",
        source="own proposal; CPM after kolens.ai (10-20) and faircreator.com (3-12), niches after "
        "iidb.com; engagement only nudges, as views hardly follow it (The Cirqle)",
        changed=2,
    ),
    Formula(
        name="niche of a creator",
        unit="one of the lexicon's names; confidence 0 to 1, 3 decimals",
        text="each video adds 1 to every niche that one of its hashtags names, each word of the "
        "bio max(1, {p.BIO_WEIGHT:g} * videos); a niche needs {p.NICHE_SHARE:.0%} of the videos; "
        "the heaviest is the niche, the next the second; confidence = min(1, weight / videos)",
        code="metrics.niche.niches_of",
        fields=(
            "getTikTokCreatorAnalytics.niche",
            "*.second_niche",
            "*.niche_confidence",
            "compareTikTokCreators.creators.niche",
        ),
        window=_ALL,
        null="no niche reaches its share",
        source="own proposal, with a lexicon of our own",
    ),
    Formula(
        name="sample of a creator",
        unit="videos; yes or no",
        text="videos_tracked = videos stored of the creator; videos_viewed = those with known "
        "plays; videos_rated = those with an engagement rate; videos_without_saves = those of the "
        "rated whose saves are unknown; low_sample = a figure that is shown rests on fewer than "
        "{p.MIN_VIDEOS}",
        code="metrics.sample.is_small",
        fields=(
            "*.metrics.videos_*",
            "*Creator*.low_sample",
            "getAccountAnalytics.total_*",
        ),
        window=_ALL,
        null="never; the sum of a count that is known of no video is null",
        source=COUNTED,
        changed=2,
    ),
    Formula(
        name="follower growth",
        unit="followers; days, 1 decimal",
        text="followers now - followers at the newest observation that is {p.FOLLOWER_DAYS[0]} "
        "(d7) or {p.FOLLOWER_DAYS[1]} days (d30) old or older, at most twice as old; d7_days and "
        "d30_days say how old it really is",
        code="toklytics.creator_detail.creator_detail",
        fields=("*.follower_growth.*",),
        window="observations of the profile",
        null="no such observation",
        least="2 observations",
        source=OWN,
    ),
)
