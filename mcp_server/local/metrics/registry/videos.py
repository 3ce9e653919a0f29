"""What is said of one video."""

from typing import Final

from mcp_server.local.metrics.registry.formula import DOCUMENTED, Formula

VIDEO_FORMULAS: Final = (
    Formula(
        name="engagement rate of a video",
        unit="percent of views, 2 decimals",
        text="100 * (likes + comments + shares + saves) / plays; unknown saves add nothing and "
        "show as `saves_missing`",
        code="metrics.engagement.engagement_rate",
        fields=(
            "*Video*s.engagement_rate",
            "*.recent_videos.engagement_rate",
            "*.top_by_*.engagement_rate",
            "*.top_videos.engagement_rate",
            "*.saves_missing",
        ),
        window="one video at its last observation",
        null="plays unknown or 0; likes, comments or shares unknown",
        source=DOCUMENTED,
        changed=2,
    ),
    Formula(
        name="share of one kind of reaction",
        unit="percent of views, 2 decimals",
        text="100 * count / plays, for likes, comments, shares, saves",
        code="metrics.engagement.share_of",
        fields=("*.ratios.*",),
        window="one video at its last observation",
        null="the count or plays unknown, plays 0",
    ),
    Formula(
        name="viral",
        unit="yes or no",
        text="plays ≥ max({p.VIRAL.floor:,}, {p.VIRAL.times_median:g} * the creator's median "
        "views); with fewer than {p.MIN_VIDEOS} videos of known plays it is "
        "plays ≥ max({p.VIRAL.few_videos_floor:,}, {p.VIRAL.few_videos_times_followers:g} * "
        "followers)",
        code="metrics.score.viral_line",
        fields=("*.is_viral",),
        window="one video against all of its creator that have views",
        null="plays unknown",
        least="{p.MIN_VIDEOS} videos of the creator with views, else by followers",
        changed=2,
        source="own proposal; published lines lie between 5 and 50 times the followers and agree "
        "on none",
    ),
    Formula(
        name="against the creator's average",
        unit="factor, 2 decimals",
        text="plays / mean plays of the creator's tracked videos",
        code="toklytics.creator_videos.against_creator",
        fields=("*.vs_average",),
        window="one video against all of its creator that have views, itself included",
        null="plays unknown, mean unknown or 0",
        least="{p.MIN_VIDEOS} videos of the creator with views, else `low_sample`",
    ),
    Formula(
        name="percentile within the creator",
        unit="percent, 1 decimal",
        text="100 * (videos with fewer plays + half of those with equal plays, itself included) / "
        "videos with known plays",
        code="metrics.percentiles.rank",
        fields=("*.percentile_in_creator",),
        window="all videos of the creator that have views",
        null="plays unknown",
        least="{p.MIN_VIDEOS} videos of the creator with views, else `low_sample`",
    ),
    Formula(
        name="age",
        unit="hours, 1 decimal",
        text="(observed at - posted at) / 3600 s",
        code="toklytics.video_detail.video_detail",
        fields=("*.age_hours",),
        window="one video at its last observation",
        null="either time unknown",
    ),
    Formula(
        name="views per hour",
        unit="plays per hour, 1 decimal",
        text="plays / (age in hours + {p.VELOCITY_HEAD_START_HOURS:g})",
        code="metrics.trends.lifetime_velocity",
        fields=("*.views_per_hour",),
        window="from the post to its last observation",
        null="plays or either time unknown, or observed before posted",
    ),
    Formula(
        name="velocity",
        unit="plays per hour, 1 decimal",
        text="(plays - plays before) / hours since the last observation before that is at least "
        "{p.VELOCITY_LEAST_HOURS:g} h older (`velocity_basis` between_crawls); without one the "
        "views per hour (lifetime)",
        code="metrics.trends.velocity_between",
        fields=("*.velocity", "*.velocity_basis"),
        window="the last observation of a video and the one before",
        null="as views per hour",
        least="2 observations {p.VELOCITY_LEAST_HOURS:g} h apart, else lifetime",
    ),
    Formula(
        name="heat",
        unit="views, weighted",
        text="plays * (1 + min(engagement rate, {p.HEAT_ENGAGEMENT_CAP:g}) / "
        "{p.HEAT_ENGAGEMENT_CAP:g}); an unknown rate counts 0",
        code="metrics.trends.heat",
        fields=("*.heat",),
        window="videos posted within 24 h, 7 d or 30 d before the store's newest observation",
        null="never: videos without plays are not listed",
    ),
    Formula(
        name="rank",
        unit="position from 1",
        text="place in the list: videos by heat, hashtags and sounds by recent uses; ties by the "
        "order of storing",
        code="toklytics.trending_videos.trending_videos",
        fields=("getTrending*.rank",),
        window="the period asked for, before the store's newest observation",
        null="never",
    ),
)
