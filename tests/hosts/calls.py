"""The calls that the questions are put to, in the order in which they are made in each scene."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from tests.tools.world import LENAS, SOUND

ACCOUNT: Final = "{account}"
RECORD: Final = "{record}"
"""Stand for ids that the upstream gives."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call in a scene."""

    scene: str
    tool: str
    arguments: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


def _about_account(**more: JsonValue) -> dict[str, JsonValue]:
    return {"account_id": ACCOUNT, **more}


_REFRESH: Final[Mapping[str, JsonValue]] = {"account_ids": [ACCOUNT], "max_age_hours": 1}
_LENA: Final[Mapping[str, JsonValue]] = {"username": "lena.lifts"}

CALLS: Final[Mapping[str, Call]] = {
    "accounts": Call("own", "listAccounts"),
    "analytics": Call("own", "getAccountAnalytics", _about_account()),
    "availability": Call("own", "canRefreshAccountAnalytics", _about_account()),
    "history": Call("own", "getAccountAnalyticsHistory", _about_account()),
    "own videos": Call(
        "own", "listAccountVideoAnalytics", _about_account(sort_by="views", per_page=2)
    ),
    "own video": Call("own", "getVideoAnalytics", {"video_analytics_id": RECORD}),
    "search": Call("own", "searchTikTokCreators", {"q": "fitness"}),
    "first page": Call("own", "searchTikTokCreators", {"q": "fitness", "limit": 1}),
    "creator": Call("own", "getTikTokCreatorAnalytics", _LENA),
    "little known": Call("own", "getTikTokCreatorAnalytics", {"username": "kana_kitchen"}),
    "creator videos": Call("own", "getTikTokCreatorVideos", {"username": "marco.moves"}),
    "top content": Call("own", "getTikTokCreatorTopContent", _LENA),
    "comparison": Call(
        "own",
        "compareTikTokCreators",
        {"usernames": ["lena.lifts", "marco.moves", "nobody.known"]},
    ),
    "videos": Call("own", "searchTikTokVideos", {"q": "training", "detail": "full"}),
    "video": Call("own", "getTikTokVideoDetails", {"video_id": LENAS[0].video_id}),
    "trending videos": Call("own", "getTrendingTikTokVideos"),
    "hashtags": Call("own", "searchTikTokHashtags", {"q": "fit"}),
    "hashtag": Call("own", "getTikTokHashtagDetails", {"tag": "fitness"}),
    "trending hashtags": Call("own", "getTrendingTikTokHashtags"),
    "sounds": Call("own", "searchTikTokSounds", {"q": "drums"}),
    "sound": Call("own", "getTikTokSoundDetails", {"music_id": SOUND.music_id}),
    "trending sounds": Call("own", "getTrendingTikTokSounds"),
    "coverage": Call("own", "getToklyticsStats"),
    "niche": Call("own", "getTikTokNicheBenchmarks", {"niche": "fitness"}),
    "plan": Call("own", "planTikTokInfluencerCampaign", {"niche": "fitness", "budget": 5_000}),
    "unknown account": Call("own", "getAccountAnalytics", {"account_id": "acc_nobody"}),
    "unknown creator": Call("own", "getTikTokCreatorAnalytics", {"username": "nobody.known"}),
    "typing error": Call("own", "searchTikTokCreators", {"q": "fitness", "limt": 5}),
    "rehearsal": Call("sample", "refreshAccountAnalytics", _about_account(dry_run=True)),
    "pending": Call("sample", "refreshAccountAnalyticsAndWait", {**_REFRESH, "wait_seconds": 0}),
    "joined": Call("sample", "refreshAccountAnalytics", _about_account()),
    "refreshed": Call("refreshed", "refreshAccountAnalyticsAndWait", _REFRESH),
    "cooldown": Call("refreshed", "refreshAccountAnalytics", _about_account()),
    "cooling": Call("refreshed", "canRefreshAccountAnalytics", _about_account()),
    "no quota": Call("exhausted", "refreshAccountAnalytics", _about_account()),
    "capped total": Call("live", "searchTikTokVideos", {"q": "fitness", "limit": 1}),
    "too fast": Call("live", "getTrendingTikTokHashtags"),
    "no entry": Call("live", "listAccounts"),
}
"""By name, which is also that of the golden file where there is one."""
