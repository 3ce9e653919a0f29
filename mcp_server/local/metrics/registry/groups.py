"""What is said of several creators together: niches and comparisons."""

from typing import Final

from mcp_server.local.metrics.registry.formula import COUNTED, OWN, Formula

_MEMBERS: Final = "the creators of the niche within the limits of followers"
_LEAST: Final = "{p.PEERS_NEEDED} creators of whom each figure is known, else `low_sample`"

GROUP_FORMULAS: Final = (
    Formula(
        name="who belongs to a niche",
        unit="creators",
        text="the niche by lexicon, first or second; the word as a hashtag in at least "
        "{p.NICHE_TAG_USES} videos; the word in the bio. `match_basis` counts each way, a "
        "creator may count in several",
        code="toklytics.niche.members",
        fields=(
            "*.match_basis.*",
            "getTikTokNicheBenchmarks.creators",
            "*.candidates",
            "getTikTokNicheBenchmarks.low_sample",
        ),
        window="all creators from {p.NICHE_MIN_FOLLOWERS:,} followers on, or as asked",
        null="never; nobody is an error",
        least=_LEAST,
        source=COUNTED,
    ),
    Formula(
        name="distribution",
        unit="that of the figure, 2 decimals",
        text="mean and the percentiles of `PERCENTILES` over the creators whose figure is known, "
        "n of them; percentile by linear interpolation: position (n - 1) * p / 100 in ascending "
        "order",
        code="metrics.percentiles.spread",
        fields=("getTikTokNicheBenchmarks.metrics.*",),
        window=_MEMBERS,
        null="known of nobody",
        least=_LEAST,
        source="linear interpolation as numpy's default",
    ),
    Formula(
        name="size classes of a niche",
        unit="creators; percent; medians",
        text="creators of each class, in percent of all; median of their weighted engagement "
        "rates; median of their median views",
        code="toklytics.niche_report.niche_report",
        fields=(
            "*.tiers.creators",
            "*.tiers.share",
            "*.tiers.median_engagement_rate",
            "*.tiers.median_views",
        ),
        parameters=("TIERS",),
        window=_MEMBERS,
        null="known of nobody",
    ),
    Formula(
        name="formats of a niche",
        unit="videos; percent; medians",
        text="videos, slideshows and durations: how many, in percent of the sample, median of "
        "their engagement rates and of their plays",
        code="toklytics.content.formats",
        fields=("*.formats.*", "*.sample.*"),
        parameters=(
            "SHORT_SECONDS",
            "LONG_SECONDS",
        ),
        window="the {p.NICHE_VIDEOS_EACH} newest videos of each of the {p.NICHE_CREATORS} most "
        "followed creators",
        null="known of none",
    ),
    Formula(
        name="hashtags of a niche",
        unit="creators; videos",
        text="creators that have it among their most used, and how many of their videos use it; "
        "generic ones (fyp, foryou, …) are left out",
        code="toklytics.niche_report.niche_report",
        fields=("*.trending_hashtags.creators", "*.trending_hashtags.uses"),
        parameters=("TAGS_KEPT",),
        window="the {p.NICHE_TAG_CREATORS} most followed creators",
        null="never",
        source=COUNTED,
    ),
    Formula(
        name="best of a comparison",
        unit="username, and the values by username",
        text="who alone has the highest known value, where at least two are known; among creators "
        "of whom a figure rests on fewer than {p.MIN_VIDEOS} videos nobody is ranked by it; grades "
        "are ranked within one size class and follower band only; engagement and grades are not "
        "ranked where saves are unknown for most rated videos of some and known of others "
        "(`saves_unknown`)",
        code="toklytics.comparison.compare_creators",
        fields=("*.comparison.*", "*.not_comparable.*"),
        window="the creators asked for, each at their last observation; more than "
        "{p.COMPARABLE_DAYS} days between these is said",
        null="a tie, or fewer than two comparable values",
        least="{p.MIN_VIDEOS} videos",
        source=OWN,
        changed=2,
    ),
)
