"""The sizes of worlds, and the figures that they are held to."""

from typing import Final, NamedTuple

AS_OF: Final = 1_770_000_000
SEED: Final = 1


class Size(NamedTuple):
    """How large a world is."""

    creators: int
    videos: int


SIZES: Final = {"small": Size(10_000, 300_000), "large": Size(200_000, 5_000_000)}


class Goal(NamedTuple):
    """Milliseconds, p50 and p95 of an operation, inside the process and warm."""

    p50: float
    p95: float


KEYED: Final = Goal(2, 10)
LISTED: Final = Goal(15, 60)
SEARCHED: Final = Goal(30, 250)
KEPT: Final = ("getTikTokNicheBenchmarks", "planTikTokInfluencerCampaign")
"""Operations whose answers are kept until the data change."""
FIRST: Final = ", after a change"
GOALS: Final = {
    "getTikTokCreatorAnalytics": KEYED,
    "compareTikTokCreators": KEYED,
    "getTikTokSoundDetails": KEYED,
    "getTikTokHashtagDetails": KEYED,
    "getAccountAnalytics": KEYED,
    "getTikTokVideoDetails": KEYED,
    "getToklyticsStats": KEYED,
    "searchTikTokCreators (text)": LISTED,
    "searchTikTokCreators (filters)": LISTED,
    "getTikTokCreatorTopContent": LISTED,
    "getTikTokNicheBenchmarks": LISTED,
    "planTikTokInfluencerCampaign": LISTED,
    **{name + FIRST: LISTED for name in KEPT},
    "getTrendingTikTokVideos": LISTED,
    "getTrendingTikTokHashtags": LISTED,
    "getTrendingTikTokSounds": LISTED,
    "searchTikTokVideos (text)": SEARCHED,
}
"""Operations without a goal of their own are shown, not judged."""

LIMITS: Final = {
    "build_seconds": 240.0,
    "build_rss_mb": 600.0,
    "query_rss_mb": 150.0,
    "import_seconds": 8.0,
    "refresh_wait_ms": 100.0,
}
"""For the large world; a small one is expected to keep them easily."""
