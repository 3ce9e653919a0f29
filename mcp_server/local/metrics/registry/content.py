"""What a creator's newest videos are made of, and when they are posted."""

from typing import Final

from mcp_server.local.metrics.registry.formula import COUNTED, Formula

_NEWEST: Final = (
    "the creator's {p.ANALYZED_VIDEOS} newest videos; {p.COMPARED_VIDEOS} in a comparison;"
    " {p.NICHE_VIDEOS_EACH} of each of the {p.NICHE_CREATORS} most followed in a niche"
)

CONTENT_FORMULAS: Final = (
    Formula(
        name="duration and format",
        unit="seconds, 1 decimal; percent of videos, 2 decimals",
        text="avg_duration = mean of the known durations; short < {p.SHORT_SECONDS} s, medium to "
        "{p.LONG_SECONDS} s, long above, in percent of the known durations; slideshows in percent "
        "of the videos; original sounds in percent of the videos where that is known",
        code="toklytics.content.analysis",
        fields=(
            "*.content_analysis.avg_duration",
            "*.content_analysis.duration_mix.*",
            "*.content_analysis.slideshow_share",
            "*.content_analysis.original_sound_share",
            "*.content_analysis.videos_analyzed",
            "*.content_analysis.videos_with_*",
        ),
        window=_NEWEST,
        null="known of no video",
    ),
    Formula(
        name="best time to post",
        unit="weekday and {p.BLOCK_HOURS} hours; lift as a factor, 2 decimals",
        text="lift of a post = ln plays - median of ln plays of the {p.BASELINE_POSTS} posts "
        "around it; of a block = exp(Σ lifts / (posts + {p.BLOCK_PRIOR})); the "
        "{p.BEST_BLOCKS} best blocks of a lift from {p.BLOCK_LIFT:g} on, in the time zone of the "
        "creator's region, else UTC; a creator without any is shown those of their niche, each "
        "post in its own creator's time zone (`best_basis`)",
        code="metrics.schedule.best_blocks",
        fields=(
            "*.best_time.*",
            "*.best_times.*",
            "*.posting_schedule.best.*",
            "*.posting_schedule.best_basis",
            "*.timezone",
        ),
        window=_NEWEST,
        null="an empty list: no block has enough posts, or none did as well as the posts around it",
        least="{p.BLOCK_POSTS} posts in a block",
    ),
    Formula(
        name="posting times",
        unit="posts",
        text="posts by weekday (Monday first) and by hour in the time zone of the creator's "
        "region, else UTC",
        code="metrics.schedule.cells",
        fields=("*.posting_days.*", "*.by_weekday", "*.by_hour"),
        window=_NEWEST,
        null="never",
        source=COUNTED,
    ),
    Formula(
        name="most used hashtags and sounds of a creator",
        unit="videos; plays per video, whole",
        text="count = videos that use it; avg_views = mean of their known plays, rounded; the "
        "{p.TAGS_KEPT} most used hashtags also tell who belongs to a niche",
        code="toklytics.content.most_used",
        fields=(
            "*Creator*.top_hashtags.count",
            "*Creator*.top_hashtags.avg_views",
            "*.top_sounds.count",
            "*.top_sounds.avg_views",
        ),
        window=_NEWEST,
        null="plays known of none",
    ),
    Formula(
        name="top content by engagement",
        unit="order",
        text="videos by engagement rate, those with at least {p.SEEN_ENOUGH:g} * the creator's "
        "median views; by likes where no views are known",
        code="toklytics.top_content.top_content",
        fields=("getTikTokCreatorTopContent.ranked_by",),
        window="all tracked videos of the creator",
        null="never",
    ),
)
