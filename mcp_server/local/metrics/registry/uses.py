"""What is said of hashtags, sounds and the whole store."""

from typing import Final

from mcp_server.local.metrics.registry.formula import COUNTED, Formula

USE_FORMULAS: Final = (
    Formula(
        name="uses and views of a hashtag or sound",
        unit="videos; plays",
        text="video_count, user_count = tracked videos that use it; view_count = sum of their "
        "known plays; last_used = newest of their posts. TikTok's own figures, where an import "
        "brought them, stand beside them as reported_views, reported_videos, reported_uses",
        code="tallies.Tallies",
        fields=(
            "*Hashtag*.video_count",
            "*.user_count",
            "*Hashtag*.view_count",
            "*Sound*.view_count",
            "*.last_used",
        ),
        window="all tracked videos",
        null="view_count: plays are known of none",
        source=COUNTED,
    ),
    Formula(
        name="recent uses",
        unit="videos",
        text="tracked videos that use it, posted within the last {p.TRENDING_DAYS} days",
        code="windows.uses",
        fields=("*.recent_count",),
        window="the {p.TRENDING_DAYS} days before the store's newest observation",
        null="never",
        source=COUNTED,
    ),
    Formula(
        name="growth of a hashtag or sound",
        unit="factor, 2 decimals; 1 is level",
        text="(recent uses + {p.GROWTH_SMOOTHING}) / (uses of the {p.TRENDING_DAYS} days before + "
        "{p.GROWTH_SMOOTHING})",
        code="metrics.trends.growth",
        fields=("*.growth", "*.growth_7d"),
        window="two times {p.TRENDING_DAYS} days before the store's newest observation",
        null="never",
        least="{p.MIN_VIDEOS} uses in both times together, else `low_sample` in trending lists",
    ),
    Formula(
        name="engagement rate of a hashtag, weighted",
        unit="percent of views, 2 decimals",
        text="100 * Σ(likes + comments + shares + saves) / Σ plays",
        code="toklytics.top_uses.sums",
        fields=("*.avg_engagement_rate",),
        window="those of its {p.RATED_VIDEOS} most viewed tracked videos that have a rate",
        null="none of them has a rate",
        least="{p.MIN_VIDEOS} videos, else `low_sample`",
        changed=2,
    ),
    Formula(
        name="average views of a hashtag",
        unit="plays per video, whole",
        text="view_count / videos with known plays, a half rounded up",
        code="toklytics.hashtags.hashtag_detail",
        fields=("getTikTokHashtagDetails.avg_views",),
        window="all tracked videos",
        null="plays are known of none",
    ),
    Formula(
        name="who and what goes with a hashtag or sound",
        unit="videos; plays",
        text="top_creators: their videos and views with it, by views; related_hashtags: how many "
        "of the videos use both",
        code="toklytics.top_uses.top_creators",
        fields=("*.top_creators.videos", "*.top_creators.views", "*.related_hashtags.count"),
        window="its {p.TOP_VIDEOS} most viewed tracked videos",
        null="never",
        source=COUNTED,
    ),
    Formula(
        name="totals of the store",
        unit="counts",
        text="creators, videos, hashtags in use, sounds, sum of the known plays, newest post, end "
        "of the last import",
        code="toklytics.stats.platform_stats",
        fields=("getToklyticsStats.*",),
        window="everything stored",
        null="total_views: plays are known of no video; times: nothing stored, nothing imported",
        source=COUNTED,
    ),
)
